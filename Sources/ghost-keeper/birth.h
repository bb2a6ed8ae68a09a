// A new process between fork and exec.
#ifndef GHOST_KEEPER_BIRTH_H
#define GHOST_KEEPER_BIRTH_H

#include "program.h"

// How many processes may be on their way at once.
enum { MOST_BIRTHS = 8 };

struct birth {
    // All of it must stay as it is until the birth is over.
    const struct program *program;
    // What becomes standard output, standard error, and the extra descriptor; -1 for none.
    int output, error, extra;
    // Where it is told which step failed with which error; closed by exec.
    int report;
    // The file that a process enters its control group by; empty for none.
    char processes[4096];
    int stack;
};

// Remembers the limit of open files as it is now: programs get it unless they are given another.
void birth_prepare(void);
// Remembers which signals are ignored, once that will not change any more.
void birth_learn_signals(void);

// Begins; the pid, or -1 with errno.
pid_t birth_begin(struct birth *birth);
// Exec has succeeded, or the process has ended; not, if it hangs where it cannot even be killed.
void birth_over(struct birth *birth, bool is_gone);

#endif
