// Clocks: the monotonic one for deadlines, the wall clock for people.
#ifndef GHOST_KEEPER_CLOCK_H
#define GHOST_KEEPER_CLOCK_H

#include <stdint.h>

// `2026-11-22T16:04:01.123Z` and a final zero.
enum { WALL_TEXT_BYTES = 25 };

uint64_t monotonic_milliseconds(void);
uint64_t wall_milliseconds(void);
// RFC 3339 in UTC with milliseconds.
void wall_text(uint64_t milliseconds, char text[WALL_TEXT_BYTES]);

#endif
