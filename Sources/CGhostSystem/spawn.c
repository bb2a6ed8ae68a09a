#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "CGhostSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <unistd.h>

// The two platforms spell "no other descriptors" differently. musl has no closefrom action; there the guarantee rests on
// every descriptor of Ghost being opened with O_CLOEXEC.
#if defined(__APPLE__)
#define GHOST_SPAWN_FLAGS (POSIX_SPAWN_SETSID | POSIX_SPAWN_CLOEXEC_DEFAULT)
#else
#define GHOST_SPAWN_FLAGS (POSIX_SPAWN_SETSID)
#endif

// Makes the child's `target` out of `source`, or out of /dev/null if there is none.
static int place(posix_spawn_file_actions_t *actions, int source, int target, int null_flags) {
    if (source < 0) return posix_spawn_file_actions_addopen(actions, target, "/dev/null", null_flags, 0);
    return posix_spawn_file_actions_adddup2(actions, source, target);
}

// A descriptor below 3 would be overwritten by an earlier dup2 of the child; then a copy above is used.
static int lift(int *descriptor, int *copy) {
    *copy = -1;
    if (*descriptor < 0 || *descriptor > 2) return 0;
    *copy = fcntl(*descriptor, F_DUPFD_CLOEXEC, 3);
    if (*copy < 0) return errno;
    *descriptor = *copy;
    return 0;
}

static int set_actions(
    posix_spawn_file_actions_t *actions, const char *directory, struct ghost_descriptors descriptors) {
    int error = posix_spawn_file_actions_addchdir_np(actions, directory);
    if (error == 0) error = place(actions, descriptors.input, 0, O_RDONLY);
    if (error == 0) error = place(actions, descriptors.output, 1, O_WRONLY);
    if (error == 0) error = place(actions, descriptors.error, 2, O_WRONLY);
#if defined(__GLIBC__)
    if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(actions, 3);
#endif
    return error;
}

static int set_attributes(posix_spawnattr_t *attributes) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int error = posix_spawnattr_setsigmask(attributes, &none);
    if (error == 0) error = posix_spawnattr_setsigdefault(attributes, &all);
    if (error == 0) {
        error = posix_spawnattr_setflags(
            attributes, GHOST_SPAWN_FLAGS | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    return error;
}

int ghost_spawn(
    const char *path, char *const argv[], char *const envp[], const char *directory,
    struct ghost_descriptors descriptors, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int copies[3] = {-1, -1, -1};

    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) return error;
    error = posix_spawnattr_init(&attributes);
    if (error != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return error;
    }

    error = lift(&descriptors.input, &copies[0]);
    if (error == 0) error = lift(&descriptors.output, &copies[1]);
    if (error == 0) error = lift(&descriptors.error, &copies[2]);
    if (error == 0) error = set_actions(&actions, directory, descriptors);
    if (error == 0) error = set_attributes(&attributes);
    int niceness;
    int has_niceness = ghost_enter_main_niceness(&niceness) == 0;
    if (error == 0) error = posix_spawn(pid, path, &actions, &attributes, argv, envp);
    if (has_niceness) ghost_leave_main_niceness(niceness);

    for (size_t i = 0; i < 3; i++) {
        if (copies[i] >= 0) close(copies[i]);
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}
