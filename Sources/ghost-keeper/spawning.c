#include "spawning.h"

#include "birth.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void refuse_spawn(struct connection *connection, uint32_t tag, enum spawn_step step, int error) {
    struct frame_writer writer = {0};
    write_u32(&writer, (uint32_t)step);
    write_u32(&writer, (uint32_t)error);
    connection_send(connection, FRAME_SPAWN_FAILED, tag, &writer, NULL, 0);
}

// Two ends of a pipe that no other program inherits; the capacity is what the system allows, up to a mebibyte.
static bool open_pipe(int ends[2]) {
#ifdef __linux__
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
#else
    if (pipe(ends) != 0) return false;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
#endif
    return true;
}

static void close_pipe(int ends[2]) {
    for (size_t i = 0; i < 2; i++) {
        if (ends[i] >= 0) close(ends[i]);
        ends[i] = -1;
    }
}

static char *mark_of(char *const *environment) {
    for (char *const *entry = environment; entry && *entry; entry++) {
        if (strncmp(*entry, RUN_MARK, sizeof RUN_MARK - 1) == 0) return strdup(*entry + sizeof RUN_MARK - 1);
    }
    return NULL;
}

// A start that was begun; others are begun before it is finished, so that several programs are loaded beside each other.
struct birth_place {
    uint32_t tag;
    struct run *run;
    struct program program;
    struct program_start *start;
    struct spawn_result result;
    char *paths[2];
    struct log_policy policy;
    uint8_t *note;
    size_t note_bytes;
    int ends[2][2];
    int extra;
};

static struct birth_place places[MOST_BIRTHS];
static size_t place_count;

void spawning_begin(struct keeper *keeper, struct connection *connection, struct frame *frame) {
    struct frame_reader *reader = &frame->reader;
    struct birth_place *place = &places[place_count++];
    *place = (struct birth_place){.tag = frame->tag, .ends = {{-1, -1}, {-1, -1}}, .extra = -1};
    char *name = read_text(reader);
    for (size_t i = 0; i < 2; i++) place->paths[i] = read_text(reader);
    place->policy = read_policy(reader);
    place->note = read_blob(reader, &place->note_bytes);
    bool is_whole = program_read(&place->program, reader);
    if (place->program.extra_target > 0) place->extra = connection_take_descriptor(connection);
    place->result = (struct spawn_result){.pid = -1, .step = STEP_REQUEST, .error = EINVAL};

    if (is_whole && runs_find(&keeper->runs, name)) place->result.error = EEXIST;
    else if (is_whole && (place->run = runs_add(&keeper->runs, name)) == NULL) place->result.error = E2BIG;
    else if (is_whole) {
        const char *cgroup = place->program.cgroup;
        bool has_pipes = true;
        for (size_t i = 0; i < 2 && has_pipes; i++) has_pipes = place->paths[i][0] == 0 || open_pipe(place->ends[i]);
        if (!has_pipes) {
            place->result.step = STEP_PIPE;
            place->result.error = errno;
        } else if (cgroup[0] != 0 && mkdir(cgroup, 0755) != 0 && errno != EEXIST) {
            place->result.step = STEP_CGROUP;
            place->result.error = errno;
        } else {
            int error_end = place->ends[1][1] >= 0 ? place->ends[1][1] : place->ends[0][1];
            place->start = program_begin(&place->program, place->ends[0][1], error_end, place->extra);
            place->result.step = STEP_EXEC;
        }
    }
    free(name);
}

static void finish_spawn(struct keeper *keeper, struct connection *connection, struct birth_place *place) {
    struct run *run = place->run;
    struct spawn_result result = place->result;
    if (result.step == STEP_EXEC) result = program_finish(place->start);
    if (place->extra >= 0) close(place->extra);
    for (size_t i = 0; i < 2; i++) {
        if (place->ends[i][1] >= 0) close(place->ends[i][1]);
        place->ends[i][1] = -1;
    }

    if (result.pid > 0) {
        run->pid = result.pid;
        run->parentage = PARENT_OF_RUN;
        run->start_time = start_time_of(result.pid);
        run->mark = mark_of(place->program.environment);
        run->cgroup = place->program.cgroup;
        place->program.cgroup = NULL;
        run->note = place->note;
        run->note_bytes = place->note_bytes;
        place->note = NULL;
        for (size_t i = 0; i < 2; i++) {
            output_begin(&run->outputs[i], place->paths[i], place->ends[i][0], place->policy);
            place->paths[i] = NULL;
        }
        struct frame_writer writer = {0};
        int pipes[2];
        size_t count = run_open_pipes(run, pipes);
        write_u32(&writer, (uint32_t)run->pid);
        write_u64(&writer, run->start_time);
        connection_send(connection, FRAME_SPAWNED, place->tag, &writer, pipes, count);
    } else {
        for (size_t i = 0; i < 2; i++) close_pipe(place->ends[i]);
        if (run) {
            if (place->program.cgroup && place->program.cgroup[0] != 0) rmdir(place->program.cgroup);
            runs_remove(&keeper->runs, run);
        }
        refuse_spawn(connection, place->tag, result.step, result.error);
    }
    program_free(&place->program);
    for (size_t i = 0; i < 2; i++) free(place->paths[i]);
    free(place->note);
}

void spawning_finish(struct keeper *keeper, struct connection *connection) {
    for (size_t i = 0; i < place_count; i++) {
        finish_spawn(keeper, connection, &places[i]);
        connection_flush(connection);
    }
    place_count = 0;
}

bool spawning_is_full(void) { return place_count == MOST_BIRTHS; }
