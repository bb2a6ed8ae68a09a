#include "connection.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

static void free_outgoing(struct outgoing *frame) {
    for (size_t i = 0; i < frame->descriptor_count; i++) close(frame->descriptors[i]);
    free(frame);
}

void connection_send(
    struct connection *connection, enum frame_kind kind, uint32_t tag, struct frame_writer *writer,
    const int *descriptors, size_t descriptor_count) {
    struct bytes payload = writer->bytes;
    struct outgoing *frame = NULL;
    if (!writer->failed && !connection->is_broken) frame = malloc(sizeof *frame + FRAME_HEADER_BYTES + payload.length);
    if (!frame || connection->backlog + payload.length > LONGEST_BACKLOG_BYTES) {
        // Whoever misses a frame must come back and ask for everything.
        connection->is_broken = true;
        free(frame);
        bytes_free(&writer->bytes);
        return;
    }
    *frame = (struct outgoing){.length = FRAME_HEADER_BYTES + payload.length};
    uint32_t length = (uint32_t)payload.length;
    uint8_t header[FRAME_HEADER_BYTES] = {
        (uint8_t)length, (uint8_t)(length >> 8), (uint8_t)(length >> 16), (uint8_t)(length >> 24),
        (uint8_t)kind, (uint8_t)(kind >> 8), (uint8_t)descriptor_count, 0,
        (uint8_t)tag, (uint8_t)(tag >> 8), (uint8_t)(tag >> 16), (uint8_t)(tag >> 24),
    };
    memcpy(frame->data, header, sizeof header);
    if (payload.length > 0) memcpy(frame->data + sizeof header, payload.data, payload.length);
    for (size_t i = 0; i < descriptor_count; i++) {
        int copy = fcntl(descriptors[i], F_DUPFD_CLOEXEC, 3);
        if (copy >= 0) frame->descriptors[frame->descriptor_count++] = copy;
    }
    // A frame that does not bring what it announces is worse than none.
    if (frame->descriptor_count < descriptor_count) {
        connection->is_broken = true;
        free_outgoing(frame);
        bytes_free(&writer->bytes);
        return;
    }
    bytes_free(&writer->bytes);
    if (connection->last) connection->last->next = frame;
    else connection->first = frame;
    connection->last = frame;
    connection->backlog += frame->length;
}

static ssize_t send_frame(int socket, const struct outgoing *frame) {
    struct iovec part = {(void *)(frame->data + frame->sent), frame->length - frame->sent};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int) * MOST_FRAME_DESCRIPTORS)];
    } control;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (frame->sent == 0 && frame->descriptor_count > 0) {
        size_t length = sizeof(int) * frame->descriptor_count;
        memset(&control, 0, sizeof control);
        message.msg_control = control.space;
        message.msg_controllen = CMSG_SPACE(length);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(length);
        memcpy(CMSG_DATA(header), frame->descriptors, length);
    }
    ssize_t count;
    do {
        count = sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (count < 0 && errno == EINTR);
    return count;
}

void connection_flush(struct connection *connection) {
    while (connection->first && !connection->is_broken) {
        struct outgoing *frame = connection->first;
        ssize_t count = send_frame(connection->socket, frame);
        if (count < 0) {
            if (errno != EAGAIN && errno != EWOULDBLOCK) connection->is_broken = true;
            return;
        }
        frame->sent += (size_t)count;
        connection->backlog -= (size_t)count;
        if (frame->sent < frame->length) return;
        connection->first = frame->next;
        if (!connection->first) connection->last = NULL;
        free_outgoing(frame);
    }
}

static void keep_descriptors(struct connection *connection, struct msghdr *message) {
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(header) + i * sizeof(int), sizeof descriptor);
            fcntl(descriptor, F_SETFD, FD_CLOEXEC);
            if (connection->descriptor_count < MOST_WAITING_DESCRIPTORS) {
                connection->descriptors[connection->descriptor_count++] = descriptor;
            } else {
                close(descriptor);
                connection->is_broken = true;
            }
        }
    }
    // Some did not arrive: there is no number for them here.
    if (message->msg_flags & MSG_CTRUNC) connection->is_broken = true;
}

bool connection_receive(struct connection *connection) {
    static uint8_t block[64 << 10];
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int) * MOST_FRAME_DESCRIPTORS)];
    } control;
    struct iovec part = {block, sizeof block};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
    ssize_t count;
    do {
#ifdef MSG_CMSG_CLOEXEC
        count = recvmsg(connection->socket, &message, MSG_CMSG_CLOEXEC);
#else
        count = recvmsg(connection->socket, &message, 0);
#endif
    } while (count < 0 && errno == EINTR);
    if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    keep_descriptors(connection, &message);
    return count > 0 && bytes_append(&connection->incoming, block, (size_t)count);
}

bool connection_next(struct connection *connection, struct frame *frame) {
    struct frame_reader header = {connection->incoming.data, connection->incoming.length, 0, false};
    size_t length = read_u32(&header);
    uint32_t kind_and_count = read_u32(&header);
    uint32_t tag = read_u32(&header);
    if (header.failed) return false;
    size_t descriptors = kind_and_count >> 16;
    if (length > LONGEST_FRAME_BYTES || descriptors > MOST_FRAME_DESCRIPTORS) {
        connection->is_broken = true;
        return false;
    }
    if (connection->incoming.length - FRAME_HEADER_BYTES < length) return false;
    // They come with the first byte, so they are here.
    if (descriptors > connection->descriptor_count) {
        connection->is_broken = true;
        return false;
    }
    connection->due_descriptors = descriptors;
    *frame = (struct frame){
        .kind = (enum frame_kind)(kind_and_count & 0xffff),
        .tag = tag,
        .reader = {connection->incoming.data + FRAME_HEADER_BYTES, length, 0, false},
        .length = FRAME_HEADER_BYTES + length,
    };
    return true;
}

void connection_drop(struct connection *connection, const struct frame *frame) {
    for (int descriptor; (descriptor = connection_take_descriptor(connection)) >= 0;) close(descriptor);
    bytes_drop(&connection->incoming, frame->length);
}

int connection_take_descriptor(struct connection *connection) {
    if (connection->due_descriptors == 0 || connection->descriptor_count == 0) return -1;
    int descriptor = connection->descriptors[0];
    connection->due_descriptors--;
    connection->descriptor_count--;
    memmove(connection->descriptors, connection->descriptors + 1, connection->descriptor_count * sizeof(int));
    return descriptor;
}

void connection_close(struct connection *connection) {
    if (connection->socket >= 0) close(connection->socket);
    while (connection->first) {
        struct outgoing *frame = connection->first;
        connection->first = frame->next;
        free_outgoing(frame);
    }
    for (size_t i = 0; i < connection->descriptor_count; i++) close(connection->descriptors[i]);
    bytes_free(&connection->incoming);
    *connection = (struct connection){.socket = -1};
}
