#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "replace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

int ghost_enter_main_niceness(int *former) {
    errno = 0;
    *former = getpriority(PRIO_PROCESS, 0);
    if (*former == -1 && errno != 0) return errno;
#ifdef __linux__
    // On Linux each thread has its own, and that of the first one is the process's.
    errno = 0;
    int own = getpriority(PRIO_PROCESS, (id_t)getpid());
    if (own == -1 && errno != 0) return errno;
    if (own != *former && setpriority(PRIO_PROCESS, 0, own) != 0) return errno;
#endif
    return 0;
}

void ghost_leave_main_niceness(int former) {
#ifdef __linux__
    setpriority(PRIO_PROCESS, 0, former);
#else
    (void)former;
#endif
}

static void seal_descriptors(void) {
    DIR *folder = opendir("/dev/fd");
    if (!folder) return;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        int descriptor = atoi(entry->d_name);
        if (descriptor > 2) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    }
    closedir(folder);
}

int ghost_replace_program(
    const char *path, char *const argv[], char *const envp[], int keeps_ignoring_hangup,
    const struct rlimit *descriptor_limit) {
    int niceness;
    ghost_enter_main_niceness(&niceness);
    seal_descriptors();
    struct rlimit raised;
    int has_raised = getrlimit(RLIMIT_NOFILE, &raised) == 0;
    if (descriptor_limit) setrlimit(RLIMIT_NOFILE, descriptor_limit);
    sigset_t none, former;
    sigemptyset(&none);
    struct sigaction actions[NSIG] = {0};
    for (int number = 1; number < NSIG; number++) sigaction(number, NULL, &actions[number]);
    for (int number = 1; number < NSIG; number++) {
        if (number == SIGHUP && keeps_ignoring_hangup) signal(number, SIG_IGN);
        // What is ignored would be ignored by the new program too; what is handled goes back by itself.
        else if (actions[number].sa_handler == SIG_IGN) signal(number, SIG_DFL);
    }
    pthread_sigmask(SIG_SETMASK, &none, &former);
    execve(path, argv, envp);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &former, NULL);
    for (int number = 1; number < NSIG; number++) sigaction(number, &actions[number], NULL);
    if (descriptor_limit && has_raised) setrlimit(RLIMIT_NOFILE, &raised);
    ghost_leave_main_niceness(niceness);
    return error;
}
