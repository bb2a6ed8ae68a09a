#include "program.h"

#include "birth.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct program_start {
    struct birth birth;
    // What is known so far.
    struct spawn_result result;
    // The end at which it is heard; -1 if there is nothing to wait for.
    int report;
};

static char **read_texts(struct frame_reader *reader) {
    uint32_t count = read_u32(reader);
    if (count > MOST_ARGUMENTS) reader->failed = true;
    if (reader->failed) count = 0;
    char **texts = calloc((size_t)count + 1, sizeof *texts);
    if (!texts) {
        reader->failed = true;
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) texts[i] = read_text(reader);
    return texts;
}

static void free_texts(char **texts) {
    if (!texts) return;
    for (char **text = texts; *text; text++) free(*text);
    free(texts);
}

bool program_read(struct program *program, struct frame_reader *reader) {
    *program = (struct program){0};
    program->executable = read_text(reader);
    program->arguments = read_texts(reader);
    program->environment = read_texts(reader);
    program->directory = read_text(reader);
    program->cgroup = read_text(reader);
    program->sets_umask = read_u8(reader) != 0;
    program->umask = (mode_t)(read_u32(reader) & 0777);
    program->sets_nice = read_u8(reader) != 0;
    program->nice = (int)(int32_t)read_u32(reader);
    program->sets_user = read_u8(reader) != 0;
    program->user = (uid_t)read_u32(reader);
    program->group = (gid_t)read_u32(reader);
    program->group_count = read_u32(reader);
    if (program->group_count > MOST_GROUPS) reader->failed = true;
    for (size_t i = 0; i < program->group_count && !reader->failed; i++) program->groups[i] = (gid_t)read_u32(reader);
    program->limit_count = read_u32(reader);
    if (program->limit_count > MOST_LIMITS) reader->failed = true;
    for (size_t i = 0; i < program->limit_count && !reader->failed; i++) {
        program->limits[i].resource = (int)read_u32(reader);
        program->limits[i].value.rlim_cur = (rlim_t)read_u64(reader);
        program->limits[i].value.rlim_max = (rlim_t)read_u64(reader);
    }
    program->extra_target = (int)read_u32(reader);
    bool has_words = program->arguments && program->arguments[0] && program->executable && program->executable[0];
    if (program->extra_target != 0 && (program->extra_target < 3 || program->extra_target > 1023)) reader->failed = true;
    return !reader->failed && has_words;
}

void program_free(struct program *program) {
    free(program->executable);
    free_texts(program->arguments);
    free_texts(program->environment);
    free(program->directory);
    free(program->cgroup);
    *program = (struct program){0};
}

// Waits for what the new process tells, which is nothing if all went well; false when the time is over.
static bool hear(int report, int milliseconds) {
    struct pollfd answer = {.fd = report, .events = POLLIN};
    int ready;
    do {
        ready = poll(&answer, 1, milliseconds);
    } while (ready < 0 && errno == EINTR);
    return ready != 0;
}

struct program_start *program_begin(const struct program *program, int output, int error, int extra) {
    struct program_start *start = calloc(1, sizeof *start);
    if (!start) return NULL;
    start->result = (struct spawn_result){.pid = -1, .step = STEP_PIPE};
    start->report = -1;
    int report[2];
    if (pipe(report) != 0) {
        start->result.error = errno;
        return start;
    }
    fcntl(report[0], F_SETFD, FD_CLOEXEC);
    // Above the standard three and out of the way of what is placed there.
    int above = fcntl(report[1], F_DUPFD_CLOEXEC, 10);
    close(report[1]);
    start->birth = (struct birth){.program = program, .output = output, .error = error, .extra = extra, .report = above};
    pid_t pid = above < 0 ? -1 : birth_begin(&start->birth);
    if (pid < 0) {
        start->result.step = STEP_FORK;
        start->result.error = errno;
        close(report[0]);
    } else {
        start->result.pid = pid;
        start->result.step = STEP_EXEC;
        start->report = report[0];
    }
    if (above >= 0) close(above);
    return start;
}

struct spawn_result program_finish(struct program_start *start) {
    if (!start) return (struct spawn_result){.pid = -1, .step = STEP_FORK, .error = ENOMEM};
    struct spawn_result result = start->result;
    if (start->report < 0) {
        free(start);
        return result;
    }
    pid_t pid = result.pid;
    if (!hear(start->report, LONGEST_START_MILLISECONDS)) {
        // It may not hear this before whatever it waits for is over; then it ends, and is taken like any orphan.
        kill(pid, SIGKILL);
        birth_over(&start->birth, hear(start->report, LONGEST_KILL_MILLISECONDS));
        result = (struct spawn_result){.pid = -1, .step = STEP_EXEC, .error = ETIMEDOUT};
    } else {
        int facts[2];
        ssize_t count;
        do {
            count = read(start->report, facts, sizeof facts);
        } while (count < 0 && errno == EINTR);
        if (count == (ssize_t)sizeof facts) {
            result = (struct spawn_result){.pid = -1, .step = (enum spawn_step)facts[0], .error = facts[1]};
            while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
        }
        birth_over(&start->birth, true);
    }
    close(start->report);
    free(start);
    return result;
}

struct spawn_result program_start(const struct program *program, int output, int error, int extra) {
    return program_finish(program_begin(program, output, error, extra));
}
