#include "output.h"

#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// One for all runs: the keeper does one thing at a time.
static uint8_t block[OUTPUT_BLOCK_BYTES];

void output_begin(struct output *output, char *path, int pipe, struct log_policy policy) {
    *output = (struct output){.policy = policy, .path = path, .pipe = pipe, .file = -1, .last_byte = '\n'};
    output->condition = pipe >= 0 ? OUTPUT_OPEN : OUTPUT_ENDED;
    int flags = fcntl(pipe, F_GETFL);
    if (flags >= 0) fcntl(pipe, F_SETFL, flags | O_NONBLOCK);
}

static uint64_t count_lines(const uint8_t *data, size_t length) {
    uint64_t lines = 0;
    for (const uint8_t *at = data; (at = memchr(at, '\n', length - (size_t)(at - data))) != NULL; at++) lines++;
    return lines;
}

static void lose(struct output *output, const uint8_t *data, size_t length) {
    uint64_t lines = count_lines(data, length);
    output->gap_bytes += length;
    output->gap_lines += lines;
    output->lost_bytes += length;
    output->lost_lines += lines;
}

static void fail(struct output *output, int error, uint64_t now) {
    output->condition = OUTPUT_FAILING;
    output->trouble = error;
    output->retry_at = now + OUTPUT_RETRY_MILLISECONDS;
}

// The last end of a line in `length` bytes; NULL if there is none.
static const uint8_t *last_line_end(const uint8_t *data, size_t length) {
    while (length > 0 && data[length - 1] != '\n') length--;
    return length > 0 ? data + length - 1 : NULL;
}

static void close_file(struct output *output) {
    if (output->file >= 0) close(output->file);
    output->file = -1;
}

static int open_once(const char *path) {
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640);
}

// Makes the folder that `path` is in, and those above.
static void make_folder_of(const char *path) {
    char *copy = strdup(path);
    char *slash = copy ? strrchr(copy, '/') : NULL;
    if (slash && slash > copy) {
        *slash = 0;
        if (mkdir(copy, 0750) != 0 && errno == ENOENT) {
            make_folder_of(copy);
            mkdir(copy, 0750);
        }
    }
    free(copy);
}

static bool open_file(struct output *output, uint64_t now) {
    output->file = open_once(output->path);
    if (output->file < 0 && errno == ENOENT) {
        make_folder_of(output->path);
        output->file = open_once(output->path);
    }
    struct stat facts;
    if (output->file < 0 || fstat(output->file, &facts) != 0) {
        int error = errno;
        close_file(output);
        fail(output, error, now);
        return false;
    }
    if (!S_ISREG(facts.st_mode)) {
        close_file(output);
        fail(output, EINVAL, now);
        return false;
    }
    output->file_bytes = (uint64_t)facts.st_size;
    output->device = facts.st_dev;
    output->inode = facts.st_ino;
    return true;
}

// Somebody else may have moved or deleted the file; whoever looks for the log by its name must find what comes now.
static void notice_replacement(struct output *output) {
    struct stat facts;
    if (output->file < 0) return;
    bool is_same = stat(output->path, &facts) == 0 && facts.st_dev == output->device && facts.st_ino == output->inode;
    if (!is_same) close_file(output);
    else output->file_bytes = (uint64_t)facts.st_size;
}

void output_tidy(const char *path, struct log_policy policy) {
    size_t length = strlen(path) + 16;
    char *name = malloc(length);
    if (!name) return;
    time_t now = time(NULL);
    for (uint32_t number = 1; number <= MOST_ROTATED_FILES; number++) {
        struct stat facts;
        snprintf(name, length, "%s.%u", path, number);
        if (lstat(name, &facts) != 0) break;
        bool is_old = policy.age_seconds > 0 && now - facts.st_mtime > (time_t)policy.age_seconds;
        if (number <= policy.keep && !is_old) continue;
        unlink(name);
        times_remove(name);
    }
    free(name);
}

// NAME.log becomes NAME.log.1, and so on; what is over the limit is deleted by the renaming.
static void rotate(struct output *output) {
    uint32_t keep = output->policy.keep < MOST_ROTATED_FILES ? output->policy.keep : MOST_ROTATED_FILES;
    size_t length = strlen(output->path) + 16;
    char *from = malloc(2 * length);
    // Without memory the file grows past its limit and is put away later.
    if (!from) return;
    char *to = from + length;
    if (keep == 0) {
        unlink(output->path);
        times_remove(output->path);
    }
    uint32_t free_number = 1;
    for (; free_number < keep; free_number++) {
        snprintf(to, length, "%s.%u", output->path, free_number);
        if (access(to, F_OK) != 0) break;
    }
    for (uint32_t number = free_number; number >= 1 && keep > 0; number--) {
        if (number == 1) snprintf(from, length, "%s", output->path);
        else snprintf(from, length, "%s.%u", output->path, number - 1);
        snprintf(to, length, "%s.%u", output->path, number);
        if (rename(from, to) == 0) times_move(from, to);
    }
    free(from);
    output_tidy(output->path, output->policy);
    close_file(output);
}

// Writes all of it or as much as goes; the number of bytes that are in the file.
static size_t write_file(struct output *output, const uint8_t *data, size_t length, uint64_t now) {
    size_t written = 0;
    if (output->file < 0 && !open_file(output, now)) return 0;
    times_note(&output->times, output->path, output->inode, output->file_bytes, now);
    while (written < length) {
        ssize_t count = write(output->file, data + written, length - written);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            fail(output, errno, now);
            break;
        }
        written += (size_t)count;
    }
    if (written > 0) output->last_byte = data[written - 1];
    output->file_bytes += written;
    return written;
}

// Cuts at the end of a line, so that no line is torn over two files.
static size_t write_rotating(struct output *output, const uint8_t *data, size_t length, uint64_t now) {
    size_t done = 0;
    uint64_t limit = output->policy.rotate_bytes;
    while (done < length) {
        size_t part = length - done;
        if (output->file < 0 && !open_file(output, now)) break;
        if (limit > 0 && output->file_bytes + part > limit) {
            size_t room = output->file_bytes < limit ? (size_t)(limit - output->file_bytes) : 0;
            const uint8_t *end = room > 0 ? last_line_end(data + done, room < part ? room : part) : NULL;
            if (end) {
                part = (size_t)(end + 1 - (data + done));
            } else if (output->file_bytes > 0 && output->last_byte == '\n') {
                rotate(output);
                if (!open_file(output, now)) break;
                // A file that could not be put away grows, and is tried again with the next block.
                if (output->file_bytes > 0) limit = 0;
                continue;
            } else {
                const uint8_t *first = memchr(data + done, '\n', part);
                if (first) part = (size_t)(first + 1 - (data + done));
                else if (output->file_bytes > limit + LONGEST_OVERSIZE_BYTES) {
                    rotate(output);
                    output->last_byte = '\n';
                    if (!open_file(output, now)) break;
                    if (output->file_bytes > 0) limit = 0;
                    continue;
                }
            }
        }
        size_t written = write_file(output, data + done, part, now);
        done += written;
        if (written < part) break;
    }
    return done;
}

// Tells in the log that something is missing, between two lines.
static bool write_gap(struct output *output, uint64_t now) {
    if (output->gap_bytes == 0) return true;
    char stamp[WALL_TEXT_BYTES];
    char text[256];
    wall_text(wall_milliseconds(), stamp);
    int length = snprintf(
        text, sizeof text, "%s[%s] ❌ ghost: output lost here bytes=%llu lines=%llu reason=\"%s\"\n",
        output->last_byte == '\n' ? "" : "\n", stamp, (unsigned long long)output->gap_bytes,
        (unsigned long long)output->gap_lines, strerror(output->trouble));
    size_t written = write_file(output, (const uint8_t *)text, (size_t)length, now);
    if (written < (size_t)length) return false;
    output->gap_bytes = 0;
    output->gap_lines = 0;
    return true;
}

// Keeps what the file does not take, within bounds.
static void spare(struct output *output, const uint8_t *data, size_t length) {
    if (!output->spare) output->spare = malloc(OUTPUT_SPARE_BYTES);
    if (!output->spare) {
        lose(output, data, length);
        return;
    }
    if (output->policy.pressure == PRESSURE_DROP_OLDEST && length > OUTPUT_SPARE_BYTES - output->spare_bytes) {
        size_t surplus = length - (OUTPUT_SPARE_BYTES - output->spare_bytes);
        // Whole lines go, if there are any.
        if (surplus < output->spare_bytes) {
            const uint8_t *end = memchr(output->spare + surplus, '\n', output->spare_bytes - surplus);
            if (end) surplus = (size_t)(end + 1 - output->spare);
        } else {
            surplus = output->spare_bytes;
        }
        lose(output, output->spare, surplus);
        memmove(output->spare, output->spare + surplus, output->spare_bytes - surplus);
        output->spare_bytes -= surplus;
    }
    size_t room = OUTPUT_SPARE_BYTES - output->spare_bytes;
    size_t taken = length < room ? length : room;
    memcpy(output->spare + output->spare_bytes, data, taken);
    output->spare_bytes += taken;
    if (taken < length) lose(output, data + taken, length - taken);
}

bool output_wants_bytes(const struct output *output) {
    switch (output->condition) {
    case OUTPUT_OPEN: return true;
    // What waits already may still fit; more stays in the pipe, and the daemon waits when that is full.
    case OUTPUT_FAILING: return output->policy.pressure != PRESSURE_BLOCK;
    case OUTPUT_ENDED: return false;
    }
    return false;
}

bool output_move(struct output *output, uint64_t now) {
    if (output->pipe < 0 || !output_wants_bytes(output)) return false;
    ssize_t count;
    do {
        count = read(output->pipe, block, sizeof block);
    } while (count < 0 && errno == EINTR);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
    if (count <= 0) {
        close(output->pipe);
        output->pipe = -1;
        if (output->condition == OUTPUT_OPEN) {
            output->condition = OUTPUT_ENDED;
            close_file(output);
        }
        return false;
    }
    size_t length = (size_t)count;
    if (output->condition == OUTPUT_FAILING) {
        spare(output, block, length);
        return true;
    }
    notice_replacement(output);
    size_t written = write_rotating(output, block, length, now);
    if (written < length) spare(output, block + written, length - written);
    return true;
}

void output_retry(struct output *output, uint64_t now) {
    if (output->condition != OUTPUT_FAILING || now < output->retry_at) return;
    output->condition = OUTPUT_OPEN;
    notice_replacement(output);
    // With the oldest gone the gap is before what is kept, with the newest gone after it.
    bool is_gap_first = output->policy.pressure == PRESSURE_DROP_OLDEST;
    if (is_gap_first && !write_gap(output, now)) return;
    size_t written = write_rotating(output, output->spare, output->spare_bytes, now);
    memmove(output->spare, output->spare + written, output->spare_bytes - written);
    output->spare_bytes -= written;
    if (output->spare_bytes > 0 || output->condition == OUTPUT_FAILING) return;
    free(output->spare);
    output->spare = NULL;
    if (!write_gap(output, now)) return;
    output->trouble = 0;
    if (output->pipe < 0) {
        output->condition = OUTPUT_ENDED;
        close_file(output);
    }
}

void output_drain(struct output *output, uint64_t now, size_t limit) {
    for (size_t moved = 0; moved < limit && output_move(output, now); moved += OUTPUT_BLOCK_BYTES) {}
}

void output_stop_reading(struct output *output) {
    if (output->pipe >= 0) close(output->pipe);
    output->pipe = -1;
    if (output->condition == OUTPUT_OPEN) {
        output->condition = OUTPUT_ENDED;
        close_file(output);
    }
}

void output_give_up(struct output *output) {
    if (output->spare_bytes > 0) lose(output, output->spare, output->spare_bytes);
    output->spare_bytes = 0;
    output->condition = OUTPUT_ENDED;
}

void output_end(struct output *output) {
    if (output->pipe >= 0) close(output->pipe);
    output->pipe = -1;
    close_file(output);
    free(output->spare);
    free(output->path);
    *output = (struct output){.condition = OUTPUT_ENDED, .pipe = -1, .file = -1};
}
