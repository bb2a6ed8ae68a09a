#ifndef GHOST_FILE_FACTS_H
#define GHOST_FILE_FACTS_H

#include <errno.h>
#include <stdint.h>
#include <sys/stat.h>

// What the system says about a file, with the time of its creation.
//
// Swift sees no statx, because glibc declares it for _GNU_SOURCE only, and stat knows no creation time on Linux.
struct ghost_file_facts {
    uint32_t mode;
    uint64_t device;
    uint64_t inode;
    int64_t length;       // bytes
    int64_t modified;     // nanoseconds since 1970
    int64_t changed;      // nanoseconds since 1970: also when the name or the owner changed
    int64_t born;         // nanoseconds since 1970; 0 where the file system does not know
};

#ifdef __APPLE__
#define GHOST_TIME(facts, name) ((facts).st_##name##timespec)
#else
#define GHOST_TIME(facts, name) ((facts).st_##name##tim)
#endif

static inline int64_t ghost_nanoseconds(int64_t seconds, int64_t nanoseconds) {
    return seconds * INT64_C(1000000000) + nanoseconds;
}

static inline void ghost_take_stat(const struct stat *facts, struct ghost_file_facts *result) {
    result->mode = facts->st_mode;
    result->device = (uint64_t)facts->st_dev;
    result->inode = facts->st_ino;
    result->length = facts->st_size;
    result->modified = ghost_nanoseconds(GHOST_TIME(*facts, m).tv_sec, GHOST_TIME(*facts, m).tv_nsec);
    result->changed = ghost_nanoseconds(GHOST_TIME(*facts, c).tv_sec, GHOST_TIME(*facts, c).tv_nsec);
#ifdef __APPLE__
    result->born = ghost_nanoseconds(facts->st_birthtimespec.tv_sec, facts->st_birthtimespec.tv_nsec);
#else
    result->born = 0;
#endif
}

#ifdef __linux__
#include <fcntl.h>
#include <linux/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static inline int ghost_statx(int folder, const char *path, int flags, struct ghost_file_facts *result) {
    struct statx facts;
    if (syscall(SYS_statx, folder, path, flags, STATX_BASIC_STATS | STATX_BTIME, &facts) != 0) return errno;
    result->mode = facts.stx_mode;
    result->device = makedev(facts.stx_dev_major, facts.stx_dev_minor);
    result->inode = facts.stx_ino;
    result->length = (int64_t)facts.stx_size;
    result->modified = ghost_nanoseconds(facts.stx_mtime.tv_sec, facts.stx_mtime.tv_nsec);
    result->changed = ghost_nanoseconds(facts.stx_ctime.tv_sec, facts.stx_ctime.tv_nsec);
    result->born = facts.stx_mask & STATX_BTIME
        ? ghost_nanoseconds(facts.stx_btime.tv_sec, facts.stx_btime.tv_nsec) : 0;
    return 0;
}
#endif

// Looks at the file that `path` leads to. Returns 0 or an errno value.
static inline int ghost_facts_of_path(const char *path, struct ghost_file_facts *result) {
#ifdef __linux__
    int code = ghost_statx(AT_FDCWD, path, 0, result);
    // Old kernels and some sandboxes know no statx.
    if (code != ENOSYS && code != EPERM) return code;
#endif
    struct stat facts;
    if (stat(path, &facts) != 0) return errno;
    ghost_take_stat(&facts, result);
    return 0;
}

// Looks at an open file. Returns 0 or an errno value.
static inline int ghost_facts_of_descriptor(int descriptor, struct ghost_file_facts *result) {
#ifdef __linux__
    int code = ghost_statx(descriptor, "", 0x1000 /* AT_EMPTY_PATH */, result);
    if (code != ENOSYS && code != EPERM) return code;
#endif
    struct stat facts;
    if (fstat(descriptor, &facts) != 0) return errno;
    ghost_take_stat(&facts, result);
    return 0;
}

#endif
