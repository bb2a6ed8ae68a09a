// System calls for a process that shares the keeper's memory and is not the keeper: they touch no variable, not even errno.
//
// Each answers what the system answers: an errno with its sign turned around if it failed.
#ifndef GHOST_KEEPER_BARE_H
#define GHOST_KEEPER_BARE_H

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

// KEEPER_ONLY_FORKS takes the way of other systems on these as well, so that it can be tried and sanitizers can follow it.
#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__)) && !defined(KEEPER_ONLY_FORKS)
#define HAS_BARE_CALLS 1
#include <sys/syscall.h>

static inline long bare(long number, long a, long b, long c, long d) {
#ifdef __x86_64__
    register long fourth __asm__("r10") = d;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                     : "rcx", "r11", "memory");
    return result;
#else
    register long kind __asm__("x8") = number;
    register long first __asm__("x0") = a;
    register long second __asm__("x1") = b;
    register long third __asm__("x2") = c;
    register long fourth __asm__("x3") = d;
    __asm__ volatile("svc 0" : "+r"(first) : "r"(kind), "r"(second), "r"(third), "r"(fourth) : "memory");
    return first;
#endif
}

// The kernel's own form of a disposition, with nothing set: the default. Its set of signals has eight bytes.
static inline long bare_default(int number) {
    static const uint64_t usual[4];
    return bare(SYS_rt_sigaction, number, (long)usual, 0, 8);
}
static inline long bare_unblock(void) {
    static const uint64_t none;
    return bare(SYS_rt_sigprocmask, SIG_SETMASK, (long)&none, 0, 8);
}
static inline long bare_session(void) { return bare(SYS_setsid, 0, 0, 0, 0); }
static inline long bare_open(const char *path, int flags) { return bare(SYS_openat, AT_FDCWD, (long)path, flags, 0); }
static inline long bare_write(int file, const void *data, size_t length) {
    return bare(SYS_write, file, (long)data, (long)length, 0);
}
static inline long bare_close(int file) { return bare(SYS_close, file, 0, 0, 0); }
static inline long bare_control(int file, int order, long value) { return bare(SYS_fcntl, file, order, value, 0); }
static inline long bare_copy(int file, int target) { return bare(SYS_dup3, file, target, 0, 0); }
static inline long bare_limit(int resource, const struct rlimit *limit) {
    return bare(SYS_prlimit64, 0, resource, (long)limit, 0);
}
// The kernel tells 20 less the niceness, so that it is no errno.
static inline long bare_niceness(void) { return 20 - bare(SYS_getpriority, PRIO_PROCESS, 0, 0, 0); }
static inline long bare_set_niceness(int niceness) { return bare(SYS_setpriority, PRIO_PROCESS, 0, niceness, 0); }
static inline void bare_umask(mode_t mask) { bare(SYS_umask, (long)mask, 0, 0, 0); }
static inline long bare_groups(size_t count, const gid_t *groups) {
    return bare(SYS_setgroups, (long)count, (long)groups, 0, 0);
}
static inline long bare_group(gid_t group) { return bare(SYS_setgid, (long)group, 0, 0, 0); }
static inline long bare_user(uid_t user) { return bare(SYS_setuid, (long)user, 0, 0, 0); }
static inline long bare_enter(const char *folder) { return bare(SYS_chdir, (long)folder, 0, 0, 0); }
static inline long bare_execute(const char *path, char *const *arguments, char *const *environment) {
    return bare(SYS_execve, (long)path, (long)arguments, (long)environment, 0);
}
static inline _Noreturn void bare_exit(int status) {
    for (;;) bare(SYS_exit_group, status, 0, 0, 0);
}

#else
// Elsewhere the process has a memory of its own and may use what there is.
#define HAS_BARE_CALLS 0

static inline long bare_result(long result) { return result < 0 ? -errno : result; }
static inline long bare_default(int number) { return signal(number, SIG_DFL) == SIG_ERR ? -errno : 0; }
static inline long bare_unblock(void) {
    sigset_t none;
    sigemptyset(&none);
    return bare_result(sigprocmask(SIG_SETMASK, &none, NULL));
}
static inline long bare_session(void) { return bare_result(setsid()); }
static inline long bare_open(const char *path, int flags) { return bare_result(open(path, flags)); }
static inline long bare_write(int file, const void *data, size_t length) {
    return bare_result(write(file, data, length));
}
static inline long bare_close(int file) { return bare_result(close(file)); }
static inline long bare_control(int file, int order, long value) { return bare_result(fcntl(file, order, value)); }
static inline long bare_copy(int file, int target) { return bare_result(dup2(file, target)); }
static inline long bare_limit(int resource, const struct rlimit *limit) { return bare_result(setrlimit(resource, limit)); }
static inline long bare_niceness(void) { return getpriority(PRIO_PROCESS, 0); }
static inline long bare_set_niceness(int niceness) { return bare_result(setpriority(PRIO_PROCESS, 0, niceness)); }
static inline void bare_umask(mode_t mask) { umask(mask); }
static inline long bare_groups(size_t count, const gid_t *groups) { return bare_result(setgroups((int)count, groups)); }
static inline long bare_group(gid_t group) { return bare_result(setgid(group)); }
static inline long bare_user(uid_t user) { return bare_result(setuid(user)); }
static inline long bare_enter(const char *folder) { return bare_result(chdir(folder)); }
static inline long bare_execute(const char *path, char *const *arguments, char *const *environment) {
    return bare_result(execve(path, arguments, environment));
}
static inline _Noreturn void bare_exit(int status) { _exit(status); }
#endif

#endif
