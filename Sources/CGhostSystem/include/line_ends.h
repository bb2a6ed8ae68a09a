#ifndef C_GHOST_LINE_ENDS_H
#define C_GHOST_LINE_ENDS_H

#include <stddef.h>
#include <stdint.h>

// How many places are written beyond the last one that counts.
#define GHOST_LINE_ENDS_SLACK 2

// Writes where LF and CR stand in `count` bytes, at most 65,536 of them, to `ends`, ascending, and returns how many
// there are. `ends` has room for `count` + GHOST_LINE_ENDS_SLACK places.
//
// In C, because Swift has no way to make one bit of each byte of a vector, and none to use a wider vector where the
// processor has one.
size_t ghost_line_ends(const uint8_t *bytes, size_t count, uint16_t *ends);

#endif
