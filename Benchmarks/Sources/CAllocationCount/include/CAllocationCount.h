#ifndef C_ALLOCATION_COUNT_H
#define C_ALLOCATION_COUNT_H

#include <stdbool.h>
#include <stdint.h>

/// Whether allocations can be counted here: with the GNU C library, and without a sanitizer that has an allocator of its own.
bool allocation_count_is_available(void);

/// How often the calling thread has asked for memory so far; 0 where that cannot be counted.
uint64_t allocation_count(void);

#endif
