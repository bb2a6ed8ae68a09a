#ifndef C_GHOST_SYSTEM_H
#define C_GHOST_SYSTEM_H

#include <stdint.h>
#include <sys/types.h>
#include "file_facts.h"
#include "line_ends.h"
#include "file_systems.h"
#include "replace.h"
#include "sockets.h"

// What Ghost needs from the operating system and Swift cannot call directly: functions that glibc hides behind
// _GNU_SOURCE, variadic ones, and system calls without a wrapper.
//
// Every function returns 0 or an errno value, never -1, and never touches a descriptor that it was not given.
// No descriptor made here survives an exec.

// MARK: Starting a process

// The descriptors of a new process. -1 stands for /dev/null. All three stay the caller's.
struct ghost_descriptors {
    int input;
    int output;
    int error;
};

// Starts `path` with exactly `argv` and `envp` in `directory`, as the leader of a new session and process group, with
// every signal unblocked and at its default, and with no descriptors but the three given.
//
// On success `*pid` is the new process. It stays a zombie after its end until ghost_reap, so the number is safe to use.
int ghost_spawn(
    const char *path, char *const argv[], char *const envp[], const char *directory,
    struct ghost_descriptors descriptors, pid_t *pid);

// MARK: Ends of processes

// How a child ended and what it used.
struct ghost_exit {
    int32_t signaled;  // 1 if a signal ended it
    int32_t value;     // the exit code or the signal
    int64_t user_microseconds;
    int64_t system_microseconds;
    int64_t peak_resident_bytes;
};

// Asks whether child `pid` has ended, without taking its end: 0 if so, EAGAIN if it runs, ECHILD if it is no child.
int ghost_has_ended(pid_t pid);

// Takes the end of child `pid` from the kernel, which gives its number back. EAGAIN if it has not ended.
int ghost_reap(pid_t pid, struct ghost_exit *result);

// Sends `signal` (0 only asks) to the process group that `pid` leads. ESRCH if the group has no member left.
//
// `pidfd` may be -1; with it the kernel (Linux 6.9 or later) finds the group by the descriptor, which cannot be confused
// with a later user of the number, even after the leader was reaped.
int ghost_signal_group(int pidfd, pid_t pid, int signal);

#ifdef __linux__
// A descriptor that becomes readable when `pid` ends.
int ghost_pidfd_open(pid_t pid, int *pidfd);

// Sends `signal` (0 only asks) to exactly the process behind `pidfd`.
int ghost_pidfd_signal(int pidfd, int signal);
#endif

#endif
