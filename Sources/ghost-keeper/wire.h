// Frames between Ghost and its keeper. docs/formats/keeper-protocol.md describes every byte.
#ifndef GHOST_KEEPER_WIRE_H
#define GHOST_KEEPER_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEEPER_PROTOCOL = 1 };

// Length of the payload, kind, number of descriptors that come with it, tag.
enum { FRAME_HEADER_BYTES = 12 };
// A frame longer than this is refused; arguments and environment of a program are at most 2 MiB on Linux.
enum { LONGEST_FRAME_BYTES = 4 << 20 };
// Descriptors that one frame may carry.
enum { MOST_FRAME_DESCRIPTORS = 3 };
// Answers that a connection has not taken; a slower reader is disconnected and finds the state when it comes back.
enum { LONGEST_BACKLOG_BYTES = 8 << 20 };

enum frame_kind {
    // From Ghost.
    FRAME_HELLO = 1,
    FRAME_SPAWN = 2,
    FRAME_SIGNAL = 3,
    FRAME_FORGET = 4,
    FRAME_RETUNE = 5,
    FRAME_ADOPT = 6,
    FRAME_RELAUNCH = 7,
    FRAME_QUIT = 8,

    // To Ghost.
    FRAME_WELCOME = 101,
    FRAME_RUN = 102,
    FRAME_RUNS_END = 103,
    FRAME_SPAWNED = 110,
    FRAME_SPAWN_FAILED = 111,
    FRAME_DONE = 112,
    FRAME_EXITED = 120,
    FRAME_PRESSURE = 121,
};

// A growing piece of memory.
struct bytes {
    uint8_t *data;
    size_t length;
    size_t capacity;
};

// Appends; false if memory is short, and then nothing is appended.
bool bytes_append(struct bytes *bytes, const void *data, size_t length);
// Removes from the front.
void bytes_drop(struct bytes *bytes, size_t length);
void bytes_free(struct bytes *bytes);

// Writes a frame's payload; after a failure everything further is ignored and `failed` is set.
struct frame_writer {
    struct bytes bytes;
    bool failed;
};

void write_u8(struct frame_writer *writer, uint8_t value);
void write_u32(struct frame_writer *writer, uint32_t value);
void write_u64(struct frame_writer *writer, uint64_t value);
void write_text(struct frame_writer *writer, const char *text);
void write_blob(struct frame_writer *writer, const void *data, size_t length);

// Reads a frame's payload; after a failure everything further is zero or empty and `failed` is set.
struct frame_reader {
    const uint8_t *data;
    size_t length;
    size_t position;
    bool failed;
};

uint8_t read_u8(struct frame_reader *reader);
uint32_t read_u32(struct frame_reader *reader);
uint64_t read_u64(struct frame_reader *reader);
// A copy with a final zero, to be freed by the caller; never holds a zero inside.
char *read_text(struct frame_reader *reader);
// A copy, to be freed by the caller; NULL if it is empty.
uint8_t *read_blob(struct frame_reader *reader, size_t *length);

#endif
