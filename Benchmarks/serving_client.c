// The client's side of the serving benchmark: paced requests, and many subscribers of the stream.
//
//   serving_client paced PORT PATH RATE CONNECTIONS SECONDS
//       sends RATE requests a second at fixed instants, whatever the answers do, and prints the times from the instant at
//       which a request was due until its answer was there.
//   serving_client stream PORT SUBSCRIBERS ROUNDS LOGFILE STALLED
//       opens SUBSCRIBERS streams and STALLED more that are never read; after each line appended to LOGFILE, prints the
//       times from the append until each subscriber has the change.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static int dial(int port, int receive_bytes) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) die("socket");
    if (receive_bytes) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static int by_value(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static void print_times(int64_t *times, long count) {
    qsort(times, count, sizeof *times, by_value);
    const double parts[] = {0.5, 0.9, 0.99, 0.999};
    printf("{\"count\": %ld", count);
    for (int i = 0; i < 4; i++) printf(", \"p%g\": %.3f", parts[i] * 100, times[(long)(parts[i] * (count - 1))] / 1e6);
    printf(", \"max\": %.3f}\n", times[count - 1] / 1e6);
}

// ---- paced

struct asker {
    int fd;
    int busy;
    int64_t due;
    long want, have;
    char head[2048];
    int head_bytes;
};

static int paced(int port, const char *path, long rate, int connections, int seconds) {
    char request[512];
    int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", path);
    int epoll = epoll_create1(0);
    struct asker *all = calloc(connections, sizeof *all);
    int *idle = malloc(connections * sizeof *idle), idle_count = 0;
    for (int i = 0; i < connections; i++) {
        all[i].fd = dial(port, 0);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
        epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &event);
        idle[idle_count++] = i;
    }
    long total = rate * seconds, sent = 0, done = 0;
    int64_t *times = malloc(total * sizeof *times), start = now(), step = 1000000000LL / rate;
    while (done < total) {
        int64_t time = now();
        while (sent < total && start + sent * step <= time && idle_count > 0) {
            struct asker *asker = &all[idle[--idle_count]];
            asker->due = start + sent * step;
            asker->want = -1;
            asker->have = asker->head_bytes = 0;
            if (write(asker->fd, request, length) != length) die("write");
            sent++;
        }
        int64_t wait = sent < total && idle_count > 0 ? start + sent * step - now() : 5000000000LL;
        struct timespec timeout = {wait < 0 ? 0 : wait / 1000000000LL, wait < 0 ? 0 : wait % 1000000000LL};
        struct epoll_event events[256];
        int ready = epoll_pwait2(epoll, events, 256, &timeout, NULL);
        for (int e = 0; e < ready; e++) {
            struct asker *asker = &all[events[e].data.u32];
            char block[65536];
            ssize_t got = read(asker->fd, block, sizeof block);
            if (got <= 0) die("the server closed a connection");
            long body = got;
            if (asker->want < 0) {
                int room = sizeof asker->head - 1 - asker->head_bytes, take = got < room ? got : room;
                memcpy(asker->head + asker->head_bytes, block, take);
                asker->head_bytes += take;
                asker->head[asker->head_bytes] = 0;
                char *end = strstr(asker->head, "\r\n\r\n"), *field = strcasestr(asker->head, "content-length: ");
                if (!end || !field) continue;
                asker->want = atol(field + 16);
                // What came before this block was part of the head.
                body = got - (end + 4 - asker->head - (asker->head_bytes - take));
            }
            asker->have += body;
            if (asker->have >= asker->want) {
                times[done++] = now() - asker->due;
                idle[idle_count++] = events[e].data.u32;
            }
        }
        if (ready == 0 && sent == total) break;
    }
    print_times(times, done);
    return 0;
}

// ---- stream

struct subscriber {
    int fd;
    long sequence;
    char rest[128];
    int rest_bytes;
    int has_snapshot;
};

// Looks for `id: EPOCH-SEQUENCE` lines; what may be the beginning of one is kept.
static void scan(struct subscriber *s, const char *block, ssize_t got) {
    static char text[128 + 262144 + 1];
    memcpy(text, s->rest, s->rest_bytes);
    memcpy(text + s->rest_bytes, block, got);
    size_t length = s->rest_bytes + got;
    text[length] = 0;
    char *at = text, *found;
    while ((found = memmem(at, length - (at - text), "id: ", 4))) {
        char *end = memchr(found, '\n', length - (found - text));
        if (!end) break;
        char *dash = memrchr(found, '-', end - found);
        if (dash && (found == text || found[-1] == '\n')) {
            s->sequence = atol(dash + 1);
            s->has_snapshot = 1;
        }
        at = end;
    }
    size_t keep = length - (at - text);
    if (keep > 100) at = text + length - (keep = 100);
    memcpy(s->rest, at, keep);
    s->rest_bytes = keep;
}

static long drain(int epoll, struct subscriber *all, int timeout) {
    static char block[262144];
    struct epoll_event events[1024];
    int ready = epoll_wait(epoll, events, 1024, timeout);
    for (int e = 0; e < ready; e++) {
        struct subscriber *s = &all[events[e].data.u32];
        ssize_t got = read(s->fd, block, sizeof block);
        if (got == 0 || (got < 0 && errno != EAGAIN)) {
            fprintf(stderr, "a stream ended\n");
            epoll_ctl(epoll, EPOLL_CTL_DEL, s->fd, NULL);
            continue;
        }
        if (got > 0) scan(s, block, got);
    }
    return ready;
}

static int stream(int port, int count, int rounds, const char *path, int stalled) {
    const char *request = "GET /api/orchestrator/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    struct subscriber *all = calloc(count, sizeof *all);
    int epoll = epoll_create1(0), log = open(path, O_WRONLY | O_APPEND | O_CREAT, 0644);
    if (log < 0) die(path);
    for (int i = 0; i < stalled; i++) {
        int fd = dial(port, 4096);
        if (write(fd, request, strlen(request)) < 0) die("write");
    }
    int64_t start = now();
    for (int i = 0; i < count; i++) {
        all[i].fd = dial(port, 0);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
        epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &event);
        if (write(all[i].fd, request, strlen(request)) < 0) die("write");
        if (i % 64 == 0) drain(epoll, all, 0);
    }
    int begun = 0;
    for (int64_t deadline = now() + 30000000000LL; begun < count && now() < deadline;) {
        drain(epoll, all, 100);
        begun = 0;
        for (int i = 0; i < count; i++) begun += all[i].has_snapshot;
    }
    printf("{\"subscribers\": %d, \"begun\": %d, \"seconds\": %.3f}\n", count, begun, (now() - start) / 1e9);
    fflush(stdout);
    // Somebody looks at the server's memory meanwhile, and says when to go on.
    if (rounds > 0 && getchar() == EOF) return 1;
    int64_t *times = malloc((long)rounds * count * sizeof *times);
    char *has = malloc(count);
    long measured = 0, missing = 0;
    for (int round = 0; round < rounds; round++) {
        int64_t quiet = now() + 30000000LL + (round * 7919 % 40) * 1000000LL;
        while (now() < quiet) drain(epoll, all, 5);
        long base = 0;
        for (int i = 0; i < count; i++) base = all[i].sequence > base ? all[i].sequence : base;
        memset(has, 0, count);
        struct timespec wall;
        clock_gettime(CLOCK_REALTIME, &wall);
        struct tm utc;
        gmtime_r(&wall.tv_sec, &utc);
        char line[256], stamp[32];
        strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
        int length = snprintf(line, sizeof line, "[%s.%03ldZ] ✅ relayCore restart attempt %d\n", stamp,
                              wall.tv_nsec / 1000000, round + 1);
        int64_t appended = now();
        if (write(log, line, length) != length) die("append");
        int left = count;
        while (left > 0 && now() - appended < 5000000000LL) {
            if (drain(epoll, all, 100) == 0) continue;
            int64_t time = now();
            for (int i = 0; i < count; i++) {
                if (has[i] || all[i].sequence <= base) continue;
                has[i] = 1;
                left--;
                times[measured++] = time - appended;
            }
        }
        missing += left;
    }
    if (measured > 0) print_times(times, measured);
    printf("{\"missing\": %ld}\n", missing);
    return 0;
}

int main(int argc, char **argv) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (argc == 7 && !strcmp(argv[1], "paced"))
        return paced(atoi(argv[2]), argv[3], atol(argv[4]), atoi(argv[5]), atoi(argv[6]));
    if (argc == 7 && !strcmp(argv[1], "stream"))
        return stream(atoi(argv[2]), atoi(argv[3]), atoi(argv[4]), argv[5], atoi(argv[6]));
    fprintf(stderr, "usage: serving_client paced PORT PATH RATE CONNECTIONS SECONDS\n"
                    "       serving_client stream PORT SUBSCRIBERS ROUNDS LOGFILE STALLED\n");
    return 64;
}
