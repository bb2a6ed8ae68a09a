// A connection to Ghost, or to somebody who asks for Ghost.
#ifndef GHOST_KEEPER_CONNECTION_H
#define GHOST_KEEPER_CONNECTION_H

#include "wire.h"

#include <stdbool.h>
#include <sys/types.h>

enum { MOST_CONNECTIONS = 16 };
// Descriptors that came and whose frame is not complete yet; whoever sends more is disconnected.
enum { MOST_WAITING_DESCRIPTORS = 16 };

enum role {
    // It has not said hello.
    ROLE_STRANGER,
    // Ghost: it is told what happens. There is one; a new one takes the place of the old.
    ROLE_GHOST,
    // It asks and is answered, and is told nothing else.
    ROLE_VISITOR,
};

struct outgoing {
    struct outgoing *next;
    int descriptors[MOST_FRAME_DESCRIPTORS];
    size_t descriptor_count;
    size_t sent;
    size_t length;
    uint8_t data[];
};

struct connection {
    int socket;
    // The process at the other end; 0 if that cannot be known.
    pid_t peer;
    enum role role;
    // Counts connections, so that the oldest is known.
    uint64_t number;
    struct bytes incoming;
    int descriptors[MOST_WAITING_DESCRIPTORS];
    size_t descriptor_count;
    // How many of them belong to the frame that is being answered and were not taken yet.
    size_t due_descriptors;
    struct outgoing *first, *last;
    size_t backlog;
    bool is_broken;
};

// Puts a frame in line; copies of the descriptors go with it. Frees the writer's memory.
void connection_send(
    struct connection *connection, enum frame_kind kind, uint32_t tag, struct frame_writer *writer,
    const int *descriptors, size_t descriptor_count);
// Sends what goes out now.
void connection_flush(struct connection *connection);
// Takes what has come; false when the other side is gone.
bool connection_receive(struct connection *connection);

struct frame {
    enum frame_kind kind;
    uint32_t tag;
    struct frame_reader reader;
    size_t length;
};

// The next complete frame; it stays in `incoming` until it is dropped with `connection_drop`.
bool connection_next(struct connection *connection, struct frame *frame);
// What the frame brought and nobody took is closed with it.
void connection_drop(struct connection *connection, const struct frame *frame);
// Takes over a descriptor that came with the present frame; -1 if there is none.
int connection_take_descriptor(struct connection *connection);
void connection_close(struct connection *connection);

#endif
