// What a daemon writes: from its pipe into a file that is rotated, without altering a byte.
#ifndef GHOST_KEEPER_OUTPUT_H
#define GHOST_KEEPER_OUTPUT_H

#include "times.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// How much is read from one pipe before the others have their turn, in bytes.
enum { OUTPUT_BLOCK_BYTES = 256 << 10 };
// How much is kept in memory while the file cannot be written, in bytes.
enum { OUTPUT_SPARE_BYTES = 1 << 20 };
// How far a file may grow past its limit while its last line has no end, in bytes.
enum { LONGEST_OVERSIZE_BYTES = 1 << 20 };
// How many put-away files one log may have.
enum { MOST_ROTATED_FILES = 1000 };
// The pause before a file that could not be written is tried again, in milliseconds.
enum { OUTPUT_RETRY_MILLISECONDS = 250 };

// What happens to output while the file cannot be written.
enum pressure {
    // The daemon waits.
    PRESSURE_BLOCK = 0,
    // What is oldest in memory makes room.
    PRESSURE_DROP_OLDEST = 1,
    // What comes when memory is full is gone.
    PRESSURE_DROP_NEWEST = 2,
};

struct log_policy {
    // The length from which a file is put away, in bytes; 0 never.
    uint64_t rotate_bytes;
    // How many put-away files are kept.
    uint32_t keep;
    // The age from which a put-away file is deleted, in seconds; 0 never.
    uint64_t age_seconds;
    enum pressure pressure;
};

enum output_condition {
    OUTPUT_OPEN,
    // The file cannot be written for now; errno is in `trouble`.
    OUTPUT_FAILING,
    // The last writer is gone, or there never was one.
    OUTPUT_ENDED,
};

struct output {
    enum output_condition condition;
    struct log_policy policy;
    char *path;
    // The end of the pipe that is read; non-blocking; -1 once it has ended.
    int pipe;
    // The file; -1 while it cannot be opened.
    int file;
    uint64_t file_bytes;
    dev_t device;
    ino_t inode;
    // When what is in the file was taken in.
    struct times times;
    int trouble;
    // When the file is tried again, on the monotonic clock in milliseconds.
    uint64_t retry_at;
    // Output that waits for the file.
    uint8_t *spare;
    size_t spare_bytes;
    // What was lost since the last gap was written into the log.
    uint64_t gap_bytes;
    uint64_t gap_lines;
    // What was lost since the run began.
    uint64_t lost_bytes;
    uint64_t lost_lines;
    // The last byte that is in the file; a gap is told on a line of its own.
    uint8_t last_byte;
};

// Takes over `pipe`; the file is opened with the first byte that comes.
void output_begin(struct output *output, char *path, int pipe, struct log_policy policy);
// Whether the pipe is worth waiting for.
bool output_wants_bytes(const struct output *output);
// Moves at most a block; true if the pipe may hold more.
bool output_move(struct output *output, uint64_t now);
// Tries a failing file again when that is due; the next time is in `retry_at`.
void output_retry(struct output *output, uint64_t now);
// Moves everything that is in the pipe now; bounded by `limit` bytes.
void output_drain(struct output *output, uint64_t now, size_t limit);
// Deletes put-away files that are too many or too old.
void output_tidy(const char *path, struct log_policy policy);
// Takes nothing more from the pipe; what was taken before is still written.
void output_stop_reading(struct output *output);
// Counts what waits for the file as lost.
void output_give_up(struct output *output);
void output_end(struct output *output);

#endif
