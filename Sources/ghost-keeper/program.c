#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct rlimit descriptor_limit;
static bool has_descriptor_limit;

void program_keep_descriptor_limit(void) {
    has_descriptor_limit = getrlimit(RLIMIT_NOFILE, &descriptor_limit) == 0;
}

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

static _Noreturn void give_up(int report, enum spawn_step step) {
    int facts[2] = {(int)step, errno};
    ssize_t ignored = write(report, facts, sizeof facts);
    (void)ignored;
    _exit(127);
}

static void enter_cgroup(const char *folder, int report) {
    char path[4096];
    if (folder[0] == 0) return;
    int length = snprintf(path, sizeof path, "%s/cgroup.procs", folder);
    int file = length < (int)sizeof path ? open(path, O_WRONLY | O_CLOEXEC) : -1;
    if (file < 0 || write(file, "0", 1) != 1) give_up(report, STEP_CGROUP);
    close(file);
}

static void place(int source, int target, int report) {
    if (source < 0) source = open("/dev/null", (target == 0 ? O_RDONLY : O_WRONLY) | O_CLOEXEC);
    if (source == target && fcntl(target, F_SETFD, 0) == 0) return;
    if (source < 0 || dup2(source, target) < 0) give_up(report, STEP_DESCRIPTORS);
}

static _Noreturn void become(const struct program *program, int output, int error, int extra, int report) {
    sigset_t none;
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    setsid();
    enter_cgroup(program->cgroup, report);
    if (has_descriptor_limit) setrlimit(RLIMIT_NOFILE, &descriptor_limit);
    for (size_t i = 0; i < program->limit_count; i++) {
        if (setrlimit(program->limits[i].resource, &program->limits[i].value) != 0) give_up(report, STEP_LIMITS);
    }
    if (program->sets_nice) {
        errno = 0;
        if (nice(program->nice) == -1 && errno != 0) give_up(report, STEP_NICE);
    }
    if (program->sets_umask) umask(program->umask);
    place(-1, 0, report);
    place(output, 1, report);
    place(error, 2, report);
    if (extra >= 0 && program->extra_target > 0) {
        if (program->extra_target == report) {
            report = fcntl(report, F_DUPFD_CLOEXEC, program->extra_target + 1);
        }
        if (extra == program->extra_target) fcntl(extra, F_SETFD, 0);
        else if (dup2(extra, program->extra_target) < 0) give_up(report, STEP_DESCRIPTORS);
    }
    if (program->sets_user) {
        if (setgroups(program->group_count, program->groups) != 0) give_up(report, STEP_GROUPS);
        if (setgid(program->group) != 0) give_up(report, STEP_GROUPS);
        if (setuid(program->user) != 0) give_up(report, STEP_USER);
    }
    // After the change of user: the folder must be open to whoever will run in it.
    if (chdir(program->directory) != 0) give_up(report, STEP_DIRECTORY);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(program->executable, program->arguments, program->environment);
    give_up(report, STEP_EXEC);
}

struct spawn_result program_start(const struct program *program, int output, int error, int extra) {
    struct spawn_result result = {.pid = -1, .step = STEP_PIPE};
    int report[2];
    if (pipe(report) != 0) {
        result.error = errno;
        return result;
    }
    fcntl(report[0], F_SETFD, FD_CLOEXEC);
    // Above the standard three and out of the way of what is placed there.
    int above = fcntl(report[1], F_DUPFD_CLOEXEC, 10);
    close(report[1]);
    pid_t pid = above < 0 ? -1 : fork();
    if (pid < 0) {
        result.step = STEP_FORK;
        result.error = errno;
        close(report[0]);
        if (above >= 0) close(above);
        return result;
    }
    if (pid == 0) become(program, output, error, extra, above);
    close(above);

    int facts[2];
    struct pollfd answer = {.fd = report[0], .events = POLLIN};
    int ready;
    do {
        ready = poll(&answer, 1, LONGEST_START_MILLISECONDS);
    } while (ready < 0 && errno == EINTR);
    if (ready == 0) {
        // It may not hear this before whatever it waits for is over; then it ends, and is taken like any orphan.
        kill(pid, SIGKILL);
        close(report[0]);
        result.step = STEP_EXEC;
        result.error = ETIMEDOUT;
        return result;
    }
    ssize_t count;
    do {
        count = read(report[0], facts, sizeof facts);
    } while (count < 0 && errno == EINTR);
    close(report[0]);
    if (count == (ssize_t)sizeof facts) {
        result.step = (enum spawn_step)facts[0];
        result.error = facts[1];
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
        return result;
    }
    result.pid = pid;
    result.step = STEP_EXEC;
    return result;
}
