#ifndef GHOST_FILE_SYSTEMS_H
#define GHOST_FILE_SYSTEMS_H

#ifdef __linux__
#include <errno.h>
#include <stdint.h>
#include <sys/vfs.h>

// Which kind of file system `path` is on, by the kernel's number; 0 if that cannot be found out.
//
// Swift's view of the C library has no statfs.
static inline uint32_t ghost_file_system_of_path(const char *path) {
    struct statfs facts;
    int code;
    do { code = statfs(path, &facts); } while (code != 0 && errno == EINTR);
    return code == 0 ? (uint32_t)facts.f_type : 0;
}
#endif

#endif
