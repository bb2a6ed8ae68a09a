// ghost-keeper: the parent of the daemons of one project.
//
// It is started by Ghost, belongs to no terminal, outlives Ghost, and ends when there is neither a daemon nor a Ghost.
// It has one thread and waits in one place.
#include "birth.h"
#include "clock.h"
#include "keeper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static struct keeper keeper;
static int children_changed[2];

// Listener, changes of children, connections, two streams and a watch for each run.
static struct pollfd polled[2 + MOST_CONNECTIONS + 3 * MOST_RUNS];

static void on_child(int number) {
    (void)number;
    int saved = errno;
    ssize_t ignored = write(children_changed[1], "", 1);
    (void)ignored;
    errno = saved;
}

static _Noreturn void fail(const char *what, const char *path) {
    fprintf(stderr, "ghost-keeper: cannot %s %s: %s\n", what, path, strerror(errno));
    exit(errno == EACCES || errno == EPERM ? 77 : 74);
}

static void set_up_signals(void) {
    if (pipe(children_changed) != 0) fail("open", "a pipe");
    for (size_t i = 0; i < 2; i++) {
        fcntl(children_changed[i], F_SETFD, FD_CLOEXEC);
        fcntl(children_changed[i], F_SETFL, O_NONBLOCK);
    }
    struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_RESTART | SA_NOCLDSTOP};
    sigemptyset(&action.sa_mask);
    sigaction(SIGCHLD, &action, NULL);
    // What is meant for Ghost or for a terminal must not take the daemons' parent away.
    static const int ignored[] = {SIGPIPE, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGTSTP, SIGTTIN, SIGTTOU};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) signal(ignored[i], SIG_IGN);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

// Programs get no descriptor that the keeper itself was started with.
static void seal_inherited(void) {
#ifdef __linux__
    DIR *folder = opendir("/proc/self/fd");
    if (folder) {
        for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
            int descriptor = atoi(entry->d_name);
            if (descriptor > 2) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        }
        closedir(folder);
        return;
    }
#endif
    for (int descriptor = 3; descriptor < 1024; descriptor++) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

// Three descriptors a run; what the programs get is what Ghost says, or the limit as it was.
static void raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    rlim_t wanted = 4 * MOST_RUNS + 1024;
    limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || limit.rlim_max > wanted ? wanted : limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

// One keeper a folder: whoever does not get the lock is not needed.
static void lock_folder(void) {
    int file = open("keeper.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) fail("open", "keeper.lock");
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) exit(75);
        fail("lock", "keeper.lock");
    }
    char text[32];
    int length = snprintf(text, sizeof text, "%d\n", (int)getpid());
    if (ftruncate(file, 0) != 0 || write(file, text, (size_t)length) < 0) {}
}

static int listen_for_ghost(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "keeper.sock"};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (listener < 0) fail("open", "a socket");
    fcntl(listener, F_SETFD, FD_CLOEXEC);
    fcntl(listener, F_SETFL, O_NONBLOCK);
    unlink(address.sun_path);
    mode_t former = umask(0177);
    int bound = bind(listener, (struct sockaddr *)&address, sizeof address);
    umask(former);
    if (bound != 0 || listen(listener, MOST_CONNECTIONS) != 0) fail("listen at", "keeper.sock");
    return listener;
}

// Who is at the other end; false if it is neither our own user nor root.
static bool is_own_user(int socket, pid_t *pid) {
#ifdef __linux__
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return false;
    *pid = peer.pid;
    return peer.uid == geteuid() || peer.uid == 0;
#else
    uid_t user;
    gid_t group;
    socklen_t length = sizeof *pid;
    if (getsockopt(socket, SOL_LOCAL, LOCAL_PEERPID, pid, &length) != 0) *pid = 0;
    return getpeereid(socket, &user, &group) == 0 && (user == geteuid() || user == 0);
#endif
}

// A free place, or that of the oldest connection that is not Ghost's: nobody who holds connections keeps Ghost out.
static struct connection *place_for_connection(void) {
    struct connection *oldest = NULL;
    for (size_t i = 0; i < MOST_CONNECTIONS; i++) {
        struct connection *connection = &keeper.connections[i];
        if (connection->socket < 0) return connection;
        if (connection->role == ROLE_GHOST) continue;
        if (!oldest || connection->number < oldest->number) oldest = connection;
    }
    connection_close(oldest);
    return oldest;
}

static void accept_all(int listener) {
    static uint64_t connections;
    for (int socket; (socket = accept(listener, NULL, NULL)) >= 0;) {
        pid_t pid = 0;
        if (!is_own_user(socket, &pid)) {
            close(socket);
            continue;
        }
        struct connection *free_place = place_for_connection();
        fcntl(socket, F_SETFD, FD_CLOEXEC);
        fcntl(socket, F_SETFL, O_NONBLOCK);
        *free_place = (struct connection){.socket = socket, .peer = pid, .number = ++connections};
    }
}

// Ghost is a child too if it was started from here; all others are what daemons left behind.
static void take_other_child(pid_t pid, int status, uint64_t now) {
    relaunch_ended(&keeper.relaunch, pid, status, now);
}

static void take_children(uint64_t now) {
    char drained[64];
    while (read(children_changed[0], drained, sizeof drained) > 0) {}
    runs_reap(&keeper.runs, now, take_other_child);
}

static bool is_ghost_connected(void) {
    for (size_t i = 0; i < MOST_CONNECTIONS; i++) {
        if (keeper.connections[i].socket >= 0 && keeper.connections[i].role == ROLE_GHOST) return true;
    }
    return false;
}

// Goes on with everything that waits for time to pass.
static void catch_up(uint64_t now) {
    for (size_t i = 0; i < keeper.runs.count; i++) {
        struct run *run = keeper.runs.items[i];
        if (run->state == RUN_LIVE && run->parentage == ADOPTED_RUN && run->watch < 0
            && has_ended(run->pid, run->start_time)) {
            run_lost(run, now);
        }
        if (run->state == RUN_SETTLING && now >= run->settle_again && run_settle(&keeper.runs, run, now)) {
            keeper_tell_end(&keeper, run);
        }
        for (size_t j = 0; j < 2; j++) output_retry(&run->outputs[j], now);
        keeper_tell_pressure(&keeper, run);
    }
    for (size_t i = keeper.runs.count; i-- > 0;) {
        struct run *run = keeper.runs.items[i];
        if (run->state == RUN_FORGOTTEN && !run_output_waits(run)) runs_remove(&keeper.runs, run);
    }
    relaunch_catch_up(&keeper.relaunch, is_ghost_connected(), now);
    if (now >= keeper.tidy_at) {
        keeper.tidy_at = now + TIDY_MILLISECONDS;
        for (size_t i = 0; i < keeper.runs.count; i++) {
            for (size_t j = 0; j < 2; j++) {
                const struct output *output = &keeper.runs.items[i]->outputs[j];
                if (output->path && output->path[0]) output_tidy(output->path, output->policy);
            }
        }
    }
    for (size_t i = 0; i < MOST_CONNECTIONS; i++) {
        struct connection *connection = &keeper.connections[i];
        if (connection->socket < 0) continue;
        connection_flush(connection);
        if (connection->is_broken) connection_close(connection);
    }
}

// Writes the ends down that Ghost has not taken: it may be gone, and a disk may take its time.
static void record_ends(uint64_t now) {
    bool is_heard = is_ghost_connected();
    bool is_written = false;
    for (size_t i = 0; i < keeper.runs.count; i++) {
        struct run *run = keeper.runs.items[i];
        if (run->record != RECORD_DUE || (is_heard && now < run->record_at)) continue;
        run_record(run);
        is_written = true;
    }
    if (is_written) records_sync();
}

static bool is_needed(void) {
    if (keeper.relaunch.state != RELAUNCH_OFF) return true;
    for (size_t i = 0; i < MOST_CONNECTIONS; i++) {
        if (keeper.connections[i].socket >= 0) return true;
    }
    for (size_t i = 0; i < keeper.runs.count; i++) {
        const struct run *run = keeper.runs.items[i];
        if (run->state == RUN_LIVE || run->state == RUN_SETTLING || run->record == RECORD_DUE) return true;
        for (size_t j = 0; j < 2; j++) {
            if (run->outputs[j].condition == OUTPUT_FAILING) return true;
        }
    }
    return false;
}

// How long to wait at most, in milliseconds; -1 for ever.
static int longest_wait(uint64_t now) {
    uint64_t next = keeper.runs.count > 0 ? keeper.tidy_at : UINT64_MAX;
    for (size_t i = 0; i < keeper.runs.count; i++) {
        const struct run *run = keeper.runs.items[i];
        if (run->state == RUN_SETTLING && run->settle_again < next) next = run->settle_again;
        if (run->record == RECORD_DUE && run->record_at < next) next = run->record_at;
        if (run->state == RUN_LIVE && run->parentage == ADOPTED_RUN && run->watch < 0 && now + 100 < next) next = now + 100;
        for (size_t j = 0; j < 2; j++) {
            const struct output *output = &run->outputs[j];
            if (output->condition == OUTPUT_FAILING && output->retry_at < next) next = output->retry_at;
        }
    }
    uint64_t relaunch = relaunch_next(&keeper.relaunch, is_ghost_connected(), now);
    if (relaunch < next) next = relaunch;
    if (keeper.idle_since != 0 && keeper.idle_since + keeper.linger < next) {
        next = keeper.idle_since + keeper.linger;
    }
    if (next == UINT64_MAX) return -1;
    return next <= now ? 0 : next - now > 60000 ? 60000 : (int)(next - now);
}

static nfds_t list_polled(int listener) {
    nfds_t count = 0;
    polled[count++] = (struct pollfd){.fd = listener, .events = POLLIN};
    polled[count++] = (struct pollfd){.fd = children_changed[0], .events = POLLIN};
    for (size_t i = 0; i < MOST_CONNECTIONS; i++) {
        const struct connection *connection = &keeper.connections[i];
        short events = POLLIN | (connection->first ? POLLOUT : 0);
        polled[count++] = (struct pollfd){.fd = connection->socket, .events = events};
    }
    for (size_t i = 0; i < keeper.runs.count; i++) {
        const struct run *run = keeper.runs.items[i];
        for (size_t j = 0; j < 2; j++) {
            int descriptor = output_wants_bytes(&run->outputs[j]) ? run->outputs[j].pipe : -1;
            polled[count++] = (struct pollfd){.fd = descriptor, .events = POLLIN};
        }
        polled[count++] = (struct pollfd){.fd = run->watch, .events = POLLIN};
    }
    return count;
}

static void handle_polled(int listener, nfds_t count, uint64_t now) {
    // The runs of the list are those of before; what is added or removed now has its turn in the next round.
    static struct run *listed[MOST_RUNS];
    size_t runs = (count - 2 - MOST_CONNECTIONS) / 3;
    memcpy(listed, keeper.runs.items, runs * sizeof *listed);
    if (polled[1].revents) take_children(now);
    for (size_t i = 0; i < runs; i++) {
        const struct pollfd *places = &polled[2 + MOST_CONNECTIONS + 3 * i];
        for (size_t j = 0; j < 2; j++) {
            if (places[j].fd >= 0 && places[j].revents) output_move(&listed[i]->outputs[j], now);
        }
        if (places[2].fd >= 0 && places[2].revents && listed[i]->state == RUN_LIVE) {
            run_lost(listed[i], now);
        }
    }
    for (size_t i = 0; i < MOST_CONNECTIONS; i++) {
        struct connection *connection = &keeper.connections[i];
        if (polled[2 + i].fd < 0 || connection->socket != polled[2 + i].fd) continue;
        if (polled[2 + i].revents & (POLLIN | POLLHUP | POLLERR)) {
            bool is_there = connection_receive(connection);
            keeper_answer(&keeper, connection, now);
            if (!is_there) connection_close(connection);
        }
    }
    if (polled[0].revents) accept_all(listener);
}

static void keep(int listener) {
    keeper.tidy_at = monotonic_milliseconds() + TIDY_MILLISECONDS;
    for (;;) {
        uint64_t now = monotonic_milliseconds();
        catch_up(now);
        if (is_needed()) keeper.idle_since = 0;
        else if (keeper.idle_since == 0) keeper.idle_since = now;
        else if (now - keeper.idle_since >= keeper.linger) return;

        nfds_t count = list_polled(listener);
        int ready = poll(polled, count, longest_wait(now));
        if (ready < 0 && errno != EINTR) fail("wait for", "events");
        now = monotonic_milliseconds();
        if (ready > 0) handle_polled(listener, count, now);
        record_ends(now);
    }
}

// Programs run at the niceness that Ghost was started with: its threads may have another one, and whoever starts the
// keeper is one of them.
static void take_niceness_of_parent(void) {
    errno = 0;
    int niceness = getpriority(PRIO_PROCESS, (id_t)getppid());
    if (errno == 0) setpriority(PRIO_PROCESS, 0, niceness);
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("ghost-keeper %d\n", KEEPER_PROTOCOL);
        return 0;
    }
    if (argc != 2) {
        fprintf(stderr, "usage: ghost-keeper FOLDER\nGhost starts it; FOLDER is the state folder of a project.\n");
        return 64;
    }
    if (chdir(argv[1]) != 0) fail("enter", argv[1]);
    if (mkdir("exits", 0700) != 0 && errno != EEXIST) fail("make", "exits");
    seal_inherited();
    birth_prepare();
    raise_descriptor_limit();
    keeper.linger = LINGER_MILLISECONDS;
    adopt_orphans();
    take_niceness_of_parent();
    set_up_signals();
    birth_learn_signals();
    lock_folder();
    for (size_t i = 0; i < MOST_CONNECTIONS; i++) keeper.connections[i].socket = -1;
    int listener = listen_for_ghost();
    keep(listener);
    unlink("keeper.sock");
    return 0;
}
