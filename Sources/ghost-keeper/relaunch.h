// Ghost itself, when it was asked to stay: started again after a crash, and not after an end that was meant.
#ifndef GHOST_KEEPER_RELAUNCH_H
#define GHOST_KEEPER_RELAUNCH_H

#include "program.h"

enum { RELAUNCH_FIRST_MILLISECONDS = 500, RELAUNCH_LONGEST_MILLISECONDS = 30000, RELAUNCH_RESET_MILLISECONDS = 30000 };

enum relaunch_state {
    // Nobody asked for it, or it ended as it was meant to.
    RELAUNCH_OFF,
    RELAUNCH_RUNNING,
    RELAUNCH_PAUSING,
};

struct relaunch {
    enum relaunch_state state;
    struct program program;
    char *output;
    pid_t pid;
    uint64_t began;
    uint64_t pause;
    uint64_t again_at;
};

// Takes a request over and starts Ghost; an errno.
int relaunch_configure(struct relaunch *relaunch, struct frame_reader *reader, uint64_t now);
// Takes in that a child has ended; false if it was not Ghost.
bool relaunch_ended(struct relaunch *relaunch, pid_t pid, int status, uint64_t now);
// Starts Ghost again if that is due.
void relaunch_retry(struct relaunch *relaunch, uint64_t now);

#endif
