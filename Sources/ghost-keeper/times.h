// When output was taken in: beside each file of output a small one that says which time it was at which offset.
//
// It is never needed: what cannot be written is left out, and what is damaged is begun anew.
#ifndef GHOST_KEEPER_TIMES_H
#define GHOST_KEEPER_TIMES_H

#include <stdint.h>
#include <sys/types.h>

// The least time between two entries, in milliseconds; doubled each time the file is full and every second one goes.
enum { TIMES_INTERVAL_MILLISECONDS = 100 };
// How many entries a file has at most: one mebibyte.
enum { MOST_TIMES = 1 << 16 };
enum { TIMES_HEADER_BYTES = 32, TIMES_ENTRY_BYTES = 16 };

struct times {
    // The file of output that the entries are about; 0 while nothing is known of them.
    ino_t inode;
    uint32_t count;
    uint32_t interval;
    uint64_t last_offset;
    // Before then, on the monotonic clock in milliseconds, no entry is due.
    uint64_t next_at;
};

// Notes that what is written to `log` from `offset` on was taken in now, if an entry is due.
void times_note(struct times *times, const char *log, ino_t inode, uint64_t offset, uint64_t now);
// A file of output was given another name; what is known of its times goes along.
void times_move(const char *log, const char *new_log);
// A file of output was deleted.
void times_remove(const char *log);

#endif
