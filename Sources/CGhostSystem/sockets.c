#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { MOST_DESCRIPTORS = 16 };

// Writes the address of the socket; `*folder_descriptor` must stay open until it was used.
static int address_of(const char *folder, const char *name, struct sockaddr_un *address, int *folder_descriptor) {
    *folder_descriptor = -1;
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    int length = snprintf(address->sun_path, sizeof address->sun_path, "%s/%s", folder, name);
    if (length >= 0 && (size_t)length < sizeof address->sun_path) return 0;
#ifdef __linux__
    // The kernel follows the link of an open folder, whatever the length of its path.
    *folder_descriptor = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*folder_descriptor < 0) return errno;
    length = snprintf(
        address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s", *folder_descriptor, name);
    if (length >= 0 && (size_t)length < sizeof address->sun_path) return 0;
    close(*folder_descriptor);
    *folder_descriptor = -1;
#endif
    return ENAMETOOLONG;
}

int ghost_connect_unix(const char *folder, const char *name, int *result) {
    struct sockaddr_un address;
    int folder_descriptor;
    int error = address_of(folder, name, &address, &folder_descriptor);
    if (error != 0) return error;
    int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
    if (descriptor < 0) error = errno;
    if (error == 0) {
        fcntl(descriptor, F_SETFD, FD_CLOEXEC);
#ifdef SO_NOSIGPIPE
        int yes = 1;
        setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &yes, sizeof yes);
#endif
        int connected;
        do {
            connected = connect(descriptor, (struct sockaddr *)&address, sizeof address);
        } while (connected != 0 && errno == EINTR);
        if (connected != 0) error = errno;
    }
    if (folder_descriptor >= 0) close(folder_descriptor);
    if (error != 0) {
        if (descriptor >= 0) close(descriptor);
        return error;
    }
    *result = descriptor;
    return 0;
}

static int set_timeout(int socket, int option, int milliseconds) {
    struct timeval time = {.tv_sec = milliseconds / 1000, .tv_usec = (milliseconds % 1000) * 1000};
    return setsockopt(socket, SOL_SOCKET, option, &time, sizeof time) == 0 ? 0 : errno;
}

int ghost_set_socket_timeouts(int socket, int send_milliseconds, int receive_milliseconds) {
    int error = set_timeout(socket, SO_SNDTIMEO, send_milliseconds);
    return error != 0 ? error : set_timeout(socket, SO_RCVTIMEO, receive_milliseconds);
}

int ghost_send(
    int socket, const void *data, size_t length, const int *descriptors, size_t descriptor_count, size_t *sent) {
    if (descriptor_count > MOST_DESCRIPTORS) return EINVAL;
    struct iovec part = {(void *)data, length};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int) * MOST_DESCRIPTORS)];
    } control;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (descriptor_count > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.space;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * descriptor_count);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * descriptor_count);
        memcpy(CMSG_DATA(header), descriptors, sizeof(int) * descriptor_count);
    }
#ifdef MSG_NOSIGNAL
    int flags = MSG_NOSIGNAL;
#else
    int flags = 0;
#endif
    ssize_t count;
    do {
        count = sendmsg(socket, &message, flags);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return errno;
    *sent = (size_t)count;
    return 0;
}

static void take_descriptors(struct msghdr *message, int *descriptors, size_t capacity, size_t *taken, int *lost) {
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(header) + i * sizeof(int), sizeof descriptor);
            fcntl(descriptor, F_SETFD, FD_CLOEXEC);
            if (*taken < capacity) descriptors[(*taken)++] = descriptor;
            else {
                close(descriptor);
                *lost = 1;
            }
        }
    }
    if (message->msg_flags & MSG_CTRUNC) *lost = 1;
}

int ghost_receive(
    int socket, void *data, size_t capacity, size_t *received, int *descriptors, size_t descriptor_capacity,
    size_t *descriptor_count) {
    struct iovec part = {data, capacity};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int) * MOST_DESCRIPTORS)];
    } control;
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
#ifdef MSG_CMSG_CLOEXEC
    int flags = MSG_CMSG_CLOEXEC;
#else
    int flags = 0;
#endif
    ssize_t count;
    do {
        count = recvmsg(socket, &message, flags);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return errno;
    int lost = 0;
    *descriptor_count = 0;
    take_descriptors(&message, descriptors, descriptor_capacity, descriptor_count, &lost);
    if (lost) {
        for (size_t i = 0; i < *descriptor_count; i++) close(descriptors[i]);
        *descriptor_count = 0;
        return EMSGSIZE;
    }
    *received = (size_t)count;
    return 0;
}
