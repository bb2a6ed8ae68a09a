// Ghost itself, when it was asked to stay: started again after a crash, and not after an end that was meant.
#ifndef GHOST_KEEPER_RELAUNCH_H
#define GHOST_KEEPER_RELAUNCH_H

#include "program.h"

// The pause before Ghost is started again: doubled with each end, and short again after a run of some time.
enum { RELAUNCH_FIRST_MILLISECONDS = 250, RELAUNCH_LONGEST_MILLISECONDS = 60000, RELAUNCH_RESET_MILLISECONDS = 30000 };
// How often it is looked whether a Ghost that hung up has ended, in milliseconds.
enum { RELAUNCH_LOOK_MILLISECONDS = 50 };

enum relaunch_state {
    // Nobody asked for it, or Ghost ended as it was meant to.
    RELAUNCH_OFF,
    // A Ghost lives, or has hung up and is looked for.
    RELAUNCH_WATCHING,
    RELAUNCH_PAUSING,
};

enum ghost_parent {
    // Who started it is somebody else: we see that it has ended, and not how.
    GHOST_OF_OTHERS,
    GHOST_OF_OURS,
};

struct relaunch {
    enum relaunch_state state;
    enum ghost_parent parent;
    struct program program;
    // Ghost's own log, in which it is told why Ghost is started again.
    char *output;
    pid_t pid;
    uint64_t start_time;
    uint64_t began;
    uint64_t pause;
    uint64_t again_at;
    uint64_t look_at;
};

// Takes a request of the Ghost with number `pid` over; an errno.
int relaunch_configure(struct relaunch *relaunch, struct frame_reader *reader, pid_t pid, uint64_t now);
// Ghost is not started again.
void relaunch_stop(struct relaunch *relaunch);
// Takes in that a child has ended.
void relaunch_ended(struct relaunch *relaunch, pid_t pid, int status, uint64_t now);
// Starts Ghost again if that is due, or looks whether one that hung up has ended.
void relaunch_catch_up(struct relaunch *relaunch, bool is_connected, uint64_t now);
// When that is due, on the monotonic clock in milliseconds.
uint64_t relaunch_next(const struct relaunch *relaunch, bool is_connected, uint64_t now);

#endif
