#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "CGhostSystem.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/syscall.h>

// Since Linux 6.9; older kernels answer EINVAL. The C library's headers may be older than the kernel.
#define GHOST_PIDFD_SIGNAL_PROCESS_GROUP (1u << 2)

int ghost_pidfd_open(pid_t pid, int *pidfd) {
    long result = syscall(SYS_pidfd_open, pid, 0u);
    if (result < 0) return errno;
    *pidfd = (int)result;
    return 0;
}

int ghost_pidfd_signal(int pidfd, int signal) {
    return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0u) < 0 ? errno : 0;
}
#endif

int ghost_signal_group(int pidfd, pid_t pid, int signal) {
    // kill(-1) and kill(0) mean everybody and our own group; a group that Ghost made is never one of them.
    if (pid <= 1) return EINVAL;
#ifdef __linux__
    if (pidfd >= 0) {
        if (syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, GHOST_PIDFD_SIGNAL_PROCESS_GROUP) == 0) return 0;
        if (errno != EINVAL) return errno;
    }
#else
    (void)pidfd;
#endif
    return kill(-pid, signal) < 0 ? errno : 0;
}

int ghost_has_ended(pid_t pid) {
    siginfo_t facts;
    int result;
    memset(&facts, 0, sizeof facts);
    do {
        result = waitid(P_PID, (id_t)pid, &facts, WEXITED | WNOHANG | WNOWAIT);
    } while (result < 0 && errno == EINTR);
    if (result < 0) return errno;
    return facts.si_pid == pid ? 0 : EAGAIN;
}

int ghost_reap(pid_t pid, struct ghost_exit *result) {
    int status = 0;
    struct rusage usage;
    pid_t ended;
    memset(result, 0, sizeof *result);
    do {
        ended = wait4(pid, &status, WNOHANG, &usage);
    } while (ended < 0 && errno == EINTR);
    if (ended < 0) return errno;
    if (ended == 0) return EAGAIN;

    result->signaled = WIFSIGNALED(status) ? 1 : 0;
    result->value = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    result->user_microseconds = (int64_t)usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec;
    result->system_microseconds = (int64_t)usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec;
#ifdef __APPLE__
    result->peak_resident_bytes = (int64_t)usage.ru_maxrss;
#else
    result->peak_resident_bytes = (int64_t)usage.ru_maxrss * 1024;
#endif
    return 0;
}
