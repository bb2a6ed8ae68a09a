#include "birth.h"

#include "bare.h"

#include <sched.h>
#include <stdalign.h>
#include <stdio.h>

static struct rlimit descriptor_limit;
static bool has_descriptor_limit;
// The signals that are ignored here, which a program would inherit; those that are caught are at their default in it.
static int ignored[NSIG];
static size_t ignored_count;

void birth_prepare(void) {
    has_descriptor_limit = getrlimit(RLIMIT_NOFILE, &descriptor_limit) == 0;
}

void birth_learn_signals(void) {
    ignored_count = 0;
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN) ignored[ignored_count++] = number;
    }
}

static _Noreturn void give_up(int report, enum spawn_step step, long result) {
    int facts[2] = {(int)step, (int)-result};
    bare_write(report, facts, sizeof facts);
    bare_exit(127);
}

static void enter_cgroup(const char *processes, int report) {
    if (processes[0] == 0) return;
    long file = bare_open(processes, O_WRONLY | O_CLOEXEC);
    if (file < 0) give_up(report, STEP_CGROUP, file);
    long count = bare_write((int)file, "0", 1);
    if (count != 1) give_up(report, STEP_CGROUP, count < 0 ? count : -EIO);
    bare_close((int)file);
}

static void place(int source, int target, int report) {
    if (source < 0) {
        long null = bare_open("/dev/null", (target == 0 ? O_RDONLY : O_WRONLY) | O_CLOEXEC);
        if (null < 0) give_up(report, STEP_DESCRIPTORS, null);
        source = (int)null;
    }
    long result = source == target ? bare_control(target, F_SETFD, 0) : bare_copy(source, target);
    if (result < 0) give_up(report, STEP_DESCRIPTORS, result);
}

static void take_niceness(int more, int report) {
    long niceness = bare_niceness() + more;
    if (niceness > 19) niceness = 19;
    if (niceness < -20) niceness = -20;
    long result = bare_set_niceness((int)niceness);
    if (result < 0) give_up(report, STEP_NICE, result == -EACCES ? -EPERM : result);
}

// Everything between fork and exec, in the new process.
static int become(void *argument) {
    const struct birth *birth = argument;
    const struct program *program = birth->program;
    int report = birth->report;
    long result;
    for (size_t i = 0; i < ignored_count; i++) bare_default(ignored[i]);
    bare_session();
    enter_cgroup(birth->processes, report);
    if (has_descriptor_limit) bare_limit(RLIMIT_NOFILE, &descriptor_limit);
    for (size_t i = 0; i < program->limit_count; i++) {
        result = bare_limit(program->limits[i].resource, &program->limits[i].value);
        if (result < 0) give_up(report, STEP_LIMITS, result);
    }
    if (program->sets_nice) take_niceness(program->nice, report);
    if (program->sets_umask) bare_umask(program->umask);
    place(-1, 0, report);
    place(birth->output, 1, report);
    place(birth->error, 2, report);
    if (birth->extra >= 0 && program->extra_target > 0) {
        if (program->extra_target == report) {
            result = bare_control(report, F_DUPFD_CLOEXEC, program->extra_target + 1);
            if (result < 0) give_up(report, STEP_DESCRIPTORS, result);
            report = (int)result;
        }
        place(birth->extra, program->extra_target, report);
    }
    if (program->sets_user) {
        result = bare_groups(program->group_count, program->groups);
        if (result < 0) give_up(report, STEP_GROUPS, result);
        result = bare_group(program->group);
        if (result < 0) give_up(report, STEP_GROUPS, result);
        result = bare_user(program->user);
        if (result < 0) give_up(report, STEP_USER, result);
    }
    // After the change of user: the folder must be open to whoever will run in it.
    result = bare_enter(program->directory);
    if (result < 0) give_up(report, STEP_DIRECTORY, result);
    bare_unblock();
    give_up(report, STEP_EXEC, bare_execute(program->executable, program->arguments, program->environment));
}

#if HAS_BARE_CALLS
// How much the code above may need of a stack, with what signals would need.
enum { STACK_BYTES = 32 << 10 };
static struct {
    alignas(64) uint8_t bytes[STACK_BYTES];
    enum { STACK_FREE, STACK_IN_USE, STACK_LOST } state;
} stacks[MOST_BIRTHS];

// A copy of the keeper's memory is dear, and the first write to each page of it again; so the new process borrows it until
// exec. Unlike after vfork the keeper goes on meanwhile, because a folder on a server that is gone would stop it for ever.
static pid_t begin(struct birth *birth) {
    for (size_t i = 0; i < MOST_BIRTHS; i++) {
        if (stacks[i].state != STACK_FREE) continue;
        pid_t pid = clone(become, stacks[i].bytes + STACK_BYTES, CLONE_VM | SIGCHLD, birth);
        if (pid >= 0) {
            stacks[i].state = STACK_IN_USE;
            birth->stack = (int)i;
            return pid;
        }
        // An emulator of this processor, or a sandbox, may not let memory be lent; a copy of it is dear, and does.
        if (errno != EINVAL && errno != ENOSYS && errno != EPERM) return pid;
        break;
    }
    // All are with processes that never came back, or none can be had.
    pid_t pid = fork();
    if (pid == 0) become(birth);
    return pid;
}

void birth_over(struct birth *birth, bool is_gone) {
    if (birth->stack >= 0) stacks[birth->stack].state = is_gone ? STACK_FREE : STACK_LOST;
    birth->stack = -1;
}
#else
static pid_t begin(struct birth *birth) {
    pid_t pid = fork();
    if (pid == 0) become(birth);
    return pid;
}

void birth_over(struct birth *birth, bool is_gone) {
    (void)birth;
    (void)is_gone;
}
#endif

pid_t birth_begin(struct birth *birth) {
    birth->stack = -1;
    birth->processes[0] = 0;
    if (birth->program->cgroup[0] != 0) {
        int length = snprintf(birth->processes, sizeof birth->processes, "%s/cgroup.procs", birth->program->cgroup);
        if (length >= (int)sizeof birth->processes) {
            errno = ENAMETOOLONG;
            return -1;
        }
    }
    // What is caught here must not be caught by a process that has this memory and is not the keeper.
    sigset_t all, former;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &former);
    pid_t pid = begin(birth);
    int error = errno;
    sigprocmask(SIG_SETMASK, &former, NULL);
    errno = error;
    return pid;
}
