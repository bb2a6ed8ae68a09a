// born FILE [BYTES_PER_SECOND]: a daemon that tells when it began, on the monotonic clock, and then waits or writes.
//
// One line goes to FILE, which may be a named pipe: its pid and the nanoseconds. With a number it writes lines of 100 bytes
// to its output at that pace until it is ended, and counts them in the last field of each.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_BYTES = 100, BLOCK_LINES = 640 };

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void write_at(double pace) {
    static char block[LINE_BYTES * BLOCK_LINES];
    int64_t begin = now();
    uint64_t lines = 0;
    for (;;) {
        for (size_t i = 0; i < BLOCK_LINES; i++) {
            char *line = block + i * LINE_BYTES;
            char number[24];
            int digits = snprintf(number, sizeof number, "%llu", (unsigned long long)++lines);
            memset(line, '.', LINE_BYTES - 1);
            memcpy(line, number, (size_t)digits);
            line[LINE_BYTES - 1] = '\n';
        }
        for (size_t done = 0; done < sizeof block;) {
            ssize_t count = write(1, block + done, sizeof block - done);
            if (count <= 0) return;
            done += (size_t)count;
        }
        int64_t ahead = (int64_t)((double)(lines * LINE_BYTES) / pace * 1e9) - (now() - begin);
        if (ahead > 500000) {
            struct timespec pause = {ahead / 1000000000, ahead % 1000000000};
            nanosleep(&pause, NULL);
        }
    }
}

int main(int argc, char **argv) {
    int64_t began = now();
    if (argc < 2) return 64;
    int file = open(argv[1], O_WRONLY | O_APPEND | O_CREAT, 0600);
    char text[64];
    int length = snprintf(text, sizeof text, "%d %lld\n", (int)getpid(), (long long)began);
    if (file < 0 || write(file, text, (size_t)length) != length) return 74;
    close(file);
    if (argc > 2) write_at(atof(argv[2]));
    for (;;) pause();
}
