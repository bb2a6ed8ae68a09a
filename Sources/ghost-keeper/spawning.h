// What Ghost asks to be started: from the request to the answer, several at a time.
#ifndef GHOST_KEEPER_SPAWNING_H
#define GHOST_KEEPER_SPAWNING_H

#include "keeper.h"

// Begins a start; it must be finished before anything else is done.
void spawning_begin(struct keeper *keeper, struct connection *connection, struct frame *frame);
// Whether others must be finished before the next is begun.
bool spawning_is_full(void);
// Waits for every start that was begun, and answers.
void spawning_finish(struct keeper *keeper, struct connection *connection);

#endif
