// floor COUNT PROGRAM [ARGUMENT...]: what a supervisor cannot be faster than.
//
// Keeps COUNT processes of the program running and does nothing else: waits for any to end, and begins another with vfork
// and exec. It decides nothing, writes nothing, asks nobody and has one thread.
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t ending;

static void end(int number) {
    (void)number;
    ending = 1;
}

static int begin(char **command) {
    pid_t pid = vfork();
    if (pid == 0) {
        execv(command[0], command);
        _exit(127);
    }
    return pid > 0;
}

int main(int argc, char **argv) {
    if (argc < 3) return 64;
    struct sigaction action = {.sa_handler = end};
    sigaction(SIGTERM, &action, NULL);
    for (int count = atoi(argv[1]); count > 0; count--) {
        if (!begin(argv + 2)) return 71;
    }
    while (!ending) {
        if (waitpid(-1, NULL, 0) > 0 && !begin(argv + 2)) return 71;
    }
    return 0;
}
