// The keeper: the parent of all daemons, which outlives Ghost.
#ifndef GHOST_KEEPER_KEEPER_H
#define GHOST_KEEPER_KEEPER_H

#include "connection.h"
#include "relaunch.h"
#include "runs.h"

// How long it stays when there is neither a run nor anybody connected, in milliseconds.
enum { LINGER_MILLISECONDS = 2000 };
// The pause between two looks for put-away output that is too old, in milliseconds.
enum { TIDY_MILLISECONDS = 3600 * 1000 };

struct keeper {
    struct runs runs;
    struct connection connections[MOST_CONNECTIONS];
    struct relaunch relaunch;
    uint64_t idle_since;
    // How long it stays when it is not needed, in milliseconds.
    uint64_t linger;
    uint64_t tidy_at;
};

// Answers every complete request of a connection.
void keeper_answer(struct keeper *keeper, struct connection *connection, uint64_t now);
// Tells Ghost how a run ended.
void keeper_tell_end(struct keeper *keeper, const struct run *run);
// Tells Ghost what became of output that could not be written, if that changed.
void keeper_tell_pressure(struct keeper *keeper, struct run *run);

// The read ends of the pipes of a run that are open; the number of them.
size_t run_open_pipes(const struct run *run, int pipes[2]);
// How output is written, as a request says it.
struct log_policy read_policy(struct frame_reader *reader);

#endif
