#ifndef GHOST_SOCKETS_H
#define GHOST_SOCKETS_H

#include <stddef.h>
#include <stdint.h>

// Unix sockets that carry descriptors; the macros for control messages are not visible from Swift.
//
// Every function returns 0 or an errno value. A descriptor made here is closed by exec.

// Connects to the socket `name` in `folder`; the path of the folder may be longer than an address takes.
int ghost_connect_unix(const char *folder, const char *name, int *socket);

// How long a send and a receive may wait, in milliseconds; 0 for ever.
int ghost_set_socket_timeouts(int socket, int send_milliseconds, int receive_milliseconds);

// Sends at least one byte, and the descriptors with the first one.
int ghost_send(
    int socket, const void *data, size_t length, const int *descriptors, size_t descriptor_count, size_t *sent);

// Waits for bytes; `*received` is 0 at the end. EMSGSIZE if descriptors came for which there was no room or no number;
// those that did arrive are closed then.
int ghost_receive(
    int socket, void *data, size_t capacity, size_t *received, int *descriptors, size_t descriptor_capacity,
    size_t *descriptor_count);

#endif
