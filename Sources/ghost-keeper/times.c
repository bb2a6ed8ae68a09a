#include "times.h"

#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char magic[16] = "ghost-times 1\n";

// `api.log` has `.api.log.times` beside it; to be freed.
static char *path_of(const char *log) {
    const char *slash = strrchr(log, '/');
    size_t folder = slash ? (size_t)(slash + 1 - log) : 0;
    size_t length = strlen(log) + sizeof "..times";
    char *path = malloc(length);
    if (path) snprintf(path, length, "%.*s.%s.times", (int)folder, log, log + folder);
    return path;
}

static void put(uint8_t *place, uint64_t value, size_t width) {
    for (size_t i = 0; i < width; i++) place[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t get(const uint8_t *place, size_t width) {
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++) value |= (uint64_t)place[i] << (8 * i);
    return value;
}

static off_t place_of(uint32_t number) { return TIMES_HEADER_BYTES + (off_t)number * TIMES_ENTRY_BYTES; }

static bool write_header(int file, const struct times *times) {
    uint8_t header[TIMES_HEADER_BYTES] = {0};
    memcpy(header, magic, sizeof magic);
    put(header + 16, (uint64_t)times->inode, 8);
    put(header + 24, times->interval, 4);
    return pwrite(file, header, sizeof header, 0) == (ssize_t)sizeof header;
}

static bool begin(int file, struct times *times, ino_t inode) {
    *times = (struct times){.inode = inode, .interval = TIMES_INTERVAL_MILLISECONDS};
    return ftruncate(file, 0) == 0 && write_header(file, times);
}

// Goes on with what an earlier keeper wrote, if it is about the same file as far as it goes now.
static bool take_up(int file, struct times *times, ino_t inode, uint64_t offset, off_t length) {
    uint8_t header[TIMES_HEADER_BYTES], last[TIMES_ENTRY_BYTES];
    *times = (struct times){.inode = inode};
    // A file that has only begun may have the number of one that is gone.
    if (offset == 0 || length < (off_t)sizeof header) return false;
    if (pread(file, header, sizeof header, 0) != (ssize_t)sizeof header) return false;
    if (memcmp(header, magic, sizeof magic) != 0 || get(header + 16, 8) != (uint64_t)inode) return false;
    times->interval = (uint32_t)get(header + 24, 4);
    if (times->interval < TIMES_INTERVAL_MILLISECONDS) return false;
    uint64_t count = (uint64_t)(length - TIMES_HEADER_BYTES) / TIMES_ENTRY_BYTES;
    times->count = count > MOST_TIMES ? MOST_TIMES : (uint32_t)count;
    if (times->count == 0) return true;
    if (pread(file, last, sizeof last, place_of(times->count - 1)) != (ssize_t)sizeof last) return false;
    times->last_offset = get(last, 8);
    // The file was emptied, and grew again.
    return times->last_offset <= offset;
}

// Every second entry goes, and entries are made half as often from now on.
static bool thin_out(int file, struct times *times) {
    size_t length = (size_t)times->count * TIMES_ENTRY_BYTES;
    uint8_t *entries = malloc(length);
    if (!entries) return false;
    bool is_done = pread(file, entries, length, place_of(0)) == (ssize_t)length;
    uint32_t kept = 0;
    uint64_t last = 0;
    for (uint32_t i = 0; is_done && i < times->count; i += 2) {
        uint64_t offset = get(entries + (size_t)i * TIMES_ENTRY_BYTES, 8);
        // A keeper that was killed while it did this has left some twice.
        if (kept > 0 && offset <= last) continue;
        memmove(entries + (size_t)kept * TIMES_ENTRY_BYTES, entries + (size_t)i * TIMES_ENTRY_BYTES, TIMES_ENTRY_BYTES);
        last = offset;
        kept++;
    }
    length = (size_t)kept * TIMES_ENTRY_BYTES;
    is_done = is_done && pwrite(file, entries, length, place_of(0)) == (ssize_t)length;
    free(entries);
    if (!is_done || ftruncate(file, place_of(kept)) != 0) return false;
    times->count = kept;
    times->last_offset = last;
    if (times->interval <= UINT32_MAX / 2) times->interval *= 2;
    return write_header(file, times);
}

static bool add(int file, struct times *times, uint64_t offset) {
    if (times->count >= MOST_TIMES && !thin_out(file, times)) return false;
    // Nothing was written in between.
    if (times->count > 0 && times->last_offset == offset) return true;
    uint8_t entry[TIMES_ENTRY_BYTES];
    put(entry, offset, 8);
    put(entry + 8, wall_milliseconds(), 8);
    // At its place and not at the end, so that half an entry of a full disk does no harm.
    if (pwrite(file, entry, sizeof entry, place_of(times->count)) != (ssize_t)sizeof entry) return false;
    times->count++;
    times->last_offset = offset;
    return true;
}

void times_note(struct times *times, const char *log, ino_t inode, uint64_t offset, uint64_t now) {
    bool is_known = times->inode == inode && offset >= times->last_offset && offset > 0;
    if (is_known && now < times->next_at) return;
    char *path = path_of(log);
    // Opened each time: an entry is rare, and a descriptor for each daemon would be taken from its pipes.
    int file = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0640) : -1;
    free(path);
    struct stat facts;
    bool is_noted = file >= 0 && fstat(file, &facts) == 0 && S_ISREG(facts.st_mode);
    if (is_noted && (!is_known || facts.st_size != place_of(times->count))) {
        is_noted = take_up(file, times, inode, offset, facts.st_size) || begin(file, times, inode);
    }
    is_noted = is_noted && add(file, times, offset);
    if (file >= 0) close(file);
    if (times->interval == 0) times->interval = TIMES_INTERVAL_MILLISECONDS;
    times->inode = inode;
    if (!is_noted) times->count = 0;
    times->next_at = now + times->interval;
}

void times_remove(const char *log) {
    char *path = path_of(log);
    if (path) unlink(path);
    free(path);
}

void times_move(const char *log, const char *new_log) {
    char *from = path_of(log), *to = path_of(new_log);
    // What was known of the file that had the name before is not true of this one.
    if (from && to && rename(from, to) != 0) unlink(to);
    free(from);
    free(to);
}
