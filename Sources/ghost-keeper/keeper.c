#include "keeper.h"

#include "clock.h"
#include "spawning.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/syscall.h>
#endif

static struct connection *ghost_of(struct keeper *keeper) {
    for (size_t i = 0; i < MOST_CONNECTIONS; i++) {
        struct connection *connection = &keeper->connections[i];
        if (connection->socket >= 0 && connection->role == ROLE_GHOST) return connection;
    }
    return NULL;
}

static void write_end(struct frame_writer *writer, const struct run *run) {
    write_u8(writer, (uint8_t)run->end.how);
    write_u32(writer, (uint32_t)run->end.value);
    write_u64(writer, (uint64_t)run->end.user_microseconds);
    write_u64(writer, (uint64_t)run->end.system_microseconds);
    write_u64(writer, (uint64_t)run->end.peak_resident_bytes);
    write_u8(writer, (uint8_t)run->end.remains);
    write_u64(writer, run->end.at);
}

// What came to be told later stands behind everything else.
static void write_memory_kills(struct frame_writer *writer, const struct run *run) {
    write_u64(writer, run->end.memory.processes);
    write_u64(writer, run->end.memory.limit_hits);
    write_u64(writer, run->end.memory.limit);
}

void keeper_tell_end(struct keeper *keeper, const struct run *run) {
    struct connection *ghost = ghost_of(keeper);
    if (!ghost) return;
    struct frame_writer writer = {0};
    write_text(&writer, run->name);
    write_end(&writer, run);
    write_memory_kills(&writer, run);
    connection_send(ghost, FRAME_EXITED, 0, &writer, NULL, 0);
}

static void write_pressure(struct frame_writer *writer, const struct run *run) {
    uint64_t bytes = 0, lines = 0;
    int trouble = 0;
    for (size_t i = 0; i < 2; i++) {
        bytes += run->outputs[i].lost_bytes;
        lines += run->outputs[i].lost_lines;
        if (run->outputs[i].condition == OUTPUT_FAILING) trouble = run->outputs[i].trouble;
    }
    write_u64(writer, bytes);
    write_u64(writer, lines);
    write_u32(writer, (uint32_t)trouble);
}

void keeper_tell_pressure(struct keeper *keeper, struct run *run) {
    uint64_t lost = 0;
    int trouble = 0;
    for (size_t i = 0; i < 2; i++) {
        lost += run->outputs[i].lost_bytes;
        if (run->outputs[i].condition == OUTPUT_FAILING) trouble = run->outputs[i].trouble;
    }
    // Losses are told when they are over or begin, not byte by byte.
    if (trouble == run->told_trouble && (trouble != 0 || lost == run->told_lost_bytes)) return;
    struct connection *ghost = ghost_of(keeper);
    if (!ghost) return;
    run->told_trouble = trouble;
    run->told_lost_bytes = lost;
    struct frame_writer writer = {0};
    write_text(&writer, run->name);
    write_pressure(&writer, run);
    connection_send(ghost, FRAME_PRESSURE, 0, &writer, NULL, 0);
}

static void answer_done(struct connection *connection, uint32_t tag, int error) {
    struct frame_writer writer = {0};
    write_u32(&writer, (uint32_t)error);
    connection_send(connection, FRAME_DONE, tag, &writer, NULL, 0);
}

size_t run_open_pipes(const struct run *run, int pipes[2]) {
    size_t count = 0;
    for (size_t i = 0; i < 2; i++) {
        if (run->outputs[i].pipe >= 0) pipes[count++] = run->outputs[i].pipe;
    }
    return count;
}

static void send_run(struct connection *connection, uint32_t tag, struct run *run) {
    struct frame_writer writer = {0};
    int pipes[2];
    size_t count = run_open_pipes(run, pipes);
    write_text(&writer, run->name);
    write_u32(&writer, (uint32_t)run->pid);
    write_u64(&writer, run->start_time);
    write_u8(&writer, run->state == RUN_ENDED ? 1 : 0);
    write_end(&writer, run);
    write_pressure(&writer, run);
    write_blob(&writer, run->note, run->note_bytes);
    // Which of the two streams the descriptors are.
    write_u8(&writer, (uint8_t)((run->outputs[0].pipe >= 0 ? 1 : 0) | (run->outputs[1].pipe >= 0 ? 2 : 0)));
    write_memory_kills(&writer, run);
    connection_send(connection, FRAME_RUN, tag, &writer, pipes, count);
}

static void say_hello(struct keeper *keeper, struct connection *connection, struct frame *frame) {
    uint32_t protocol = read_u32(&frame->reader);
    uint8_t wish = read_u8(&frame->reader);
    if (frame->reader.failed || protocol < 1 || (wish != 1 && wish != 2)) {
        connection->is_broken = true;
        return;
    }
    struct connection *former = ghost_of(keeper);
    if (wish == 1 && former && former != connection) connection_close(former);
    if (wish == 1) keeper->linger = LINGER_MILLISECONDS;
    connection->role = wish == 1 ? ROLE_GHOST : ROLE_VISITOR;
    struct frame_writer writer = {0};
    write_u32(&writer, KEEPER_PROTOCOL);
    write_u32(&writer, (uint32_t)getpid());
    write_u32(&writer, (uint32_t)(keeper->runs.count - runs_count_forgotten(&keeper->runs)));
    write_u8(&writer, keeper->relaunch.state == RELAUNCH_OFF ? 0 : 1);
    connection_send(connection, FRAME_WELCOME, frame->tag, &writer, NULL, 0);
    for (size_t i = 0; i < keeper->runs.count; i++) {
        if (keeper->runs.items[i]->state != RUN_FORGOTTEN) send_run(connection, frame->tag, keeper->runs.items[i]);
    }
    writer = (struct frame_writer){0};
    connection_send(connection, FRAME_RUNS_END, frame->tag, &writer, NULL, 0);
}

struct log_policy read_policy(struct frame_reader *reader) {
    struct log_policy policy;
    policy.rotate_bytes = read_u64(reader);
    policy.keep = read_u32(reader);
    policy.age_seconds = read_u64(reader);
    uint8_t pressure = read_u8(reader);
    policy.pressure = pressure <= PRESSURE_DROP_NEWEST ? (enum pressure)pressure : PRESSURE_BLOCK;
    return policy;
}

static void adopt(struct keeper *keeper, struct connection *connection, struct frame *frame, uint64_t now) {
    struct frame_reader *reader = &frame->reader;
    char *name = read_text(reader);
    pid_t pid = (pid_t)read_u32(reader);
    uint64_t start_time = read_u64(reader);
    char *mark = read_text(reader);
    char *cgroup = read_text(reader);
    char *paths[2] = {read_text(reader), read_text(reader)};
    struct log_policy policy = read_policy(reader);
    size_t note_bytes;
    uint8_t *note = read_blob(reader, &note_bytes);
    uint8_t streams = read_u8(reader);
    int pipes[2];
    for (size_t i = 0; i < 2; i++) pipes[i] = streams & (1u << i) ? connection_take_descriptor(connection) : -1;

    int error = EINVAL;
    struct run *run = NULL;
    if (!reader->failed && pid > 1 && start_time != 0) {
        if (runs_find(&keeper->runs, name)) error = EEXIST;
        else if ((run = runs_add(&keeper->runs, name)) == NULL) error = E2BIG;
    }
    if (run) {
        error = 0;
        run->pid = pid;
        run->start_time = start_time;
        run->parentage = ADOPTED_RUN;
        run->mark = mark;
        run->cgroup = cgroup;
        run->note = note;
        run->note_bytes = note_bytes;
        mark = cgroup = NULL;
        note = NULL;
        for (size_t i = 0; i < 2; i++) {
            output_begin(&run->outputs[i], paths[i], pipes[i], policy);
            paths[i] = NULL;
            pipes[i] = -1;
        }
#ifdef SYS_pidfd_open
        run->watch = (int)syscall(SYS_pidfd_open, pid, 0u);
        if (run->watch >= 0) fcntl(run->watch, F_SETFD, FD_CLOEXEC);
#endif
        // It may have ended while nobody watched, and its number may be another's; what it wrote last is in its pipe.
        if (has_ended(pid, start_time)) run_lost(run, now);
    }
    for (size_t i = 0; i < 2; i++) {
        if (pipes[i] >= 0) close(pipes[i]);
        free(paths[i]);
    }
    free(name);
    free(mark);
    free(cgroup);
    free(note);
    answer_done(connection, frame->tag, error);
}

static void signal_run(struct keeper *keeper, struct connection *connection, struct frame *frame) {
    char *name = read_text(&frame->reader);
    int number = (int)read_u32(&frame->reader);
    bool is_leader_only = read_u8(&frame->reader) == 1;
    struct run *run = frame->reader.failed ? NULL : runs_find(&keeper->runs, name);
    int error = run && number > 0 ? run_signal(&keeper->runs, run, number, is_leader_only) : ESRCH;
    answer_done(connection, frame->tag, error);
    free(name);
}

// Makes room for one more run whose output waits for its file: the first that waits gives its up, which is told.
static void lose_oldest_forgotten(struct keeper *keeper) {
    for (size_t i = 0; i < keeper->runs.count; i++) {
        struct run *run = keeper->runs.items[i];
        if (run->state != RUN_FORGOTTEN) continue;
        for (size_t j = 0; j < 2; j++) output_give_up(&run->outputs[j]);
        keeper_tell_pressure(keeper, run);
        runs_remove(&keeper->runs, run);
        return;
    }
}

static void forget(struct keeper *keeper, struct frame *frame) {
    char *name = read_text(&frame->reader);
    struct run *run = frame->reader.failed ? NULL : runs_find(&keeper->runs, name);
    if (run && run->state == RUN_ENDED) {
        run_erase_record(run);
        // What grandchildren that left every group still write is not waited for; what waits for a disk is.
        if (run_output_waits(run)) {
            if (runs_count_forgotten(&keeper->runs) >= MOST_FORGOTTEN_RUNS) lose_oldest_forgotten(keeper);
            run->state = RUN_FORGOTTEN;
            run->record = RECORD_NONE;
            for (size_t i = 0; i < 2; i++) output_stop_reading(&run->outputs[i]);
        } else {
            runs_remove(&keeper->runs, run);
        }
    }
    free(name);
}

static void retune(struct keeper *keeper, struct connection *connection, struct frame *frame) {
    char *name = read_text(&frame->reader);
    struct log_policy policy = read_policy(&frame->reader);
    struct run *run = frame->reader.failed ? NULL : runs_find(&keeper->runs, name);
    if (run) {
        for (size_t i = 0; i < 2; i++) run->outputs[i].policy = policy;
    }
    answer_done(connection, frame->tag, run ? 0 : ESRCH);
    free(name);
}

void keeper_answer(struct keeper *keeper, struct connection *connection, uint64_t now) {
    struct frame frame;
    while (!connection->is_broken && connection_next(connection, &frame)) {
        // Only a hello makes sense from a stranger.
        if (connection->role == ROLE_STRANGER && frame.kind != FRAME_HELLO) {
            connection->is_broken = true;
            break;
        }
        // Whatever else is asked may be about a run that is on its way.
        if (frame.kind != FRAME_SPAWN || spawning_is_full()) spawning_finish(keeper, connection);
        switch (frame.kind) {
        case FRAME_HELLO: say_hello(keeper, connection, &frame); break;
        case FRAME_SPAWN: spawning_begin(keeper, connection, &frame); break;
        case FRAME_SIGNAL: signal_run(keeper, connection, &frame); break;
        case FRAME_FORGET: forget(keeper, &frame); break;
        case FRAME_RETUNE: retune(keeper, connection, &frame); break;
        case FRAME_ADOPT: adopt(keeper, connection, &frame, now); break;
        case FRAME_QUIT:
            keeper->linger = 0;
            relaunch_stop(&keeper->relaunch);
            answer_done(connection, frame.tag, 0);
            break;
        case FRAME_RELAUNCH:
            answer_done(connection, frame.tag, relaunch_configure(&keeper->relaunch, &frame.reader, connection->peer, now));
            break;
        // A later Ghost may know more; it is told that this keeper does not.
        default: answer_done(connection, frame.tag, ENOSYS); break;
        }
        connection_drop(connection, &frame);
        connection_flush(connection);
    }
    spawning_finish(keeper, connection);
}
