#include "runs.h"

#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct run *runs_find(struct runs *runs, const char *name) {
    for (size_t i = 0; i < runs->count; i++) {
        if (runs->items[i]->state != RUN_FORGOTTEN && strcmp(runs->items[i]->name, name) == 0) return runs->items[i];
    }
    return NULL;
}

size_t runs_count_forgotten(const struct runs *runs) {
    size_t count = 0;
    for (size_t i = 0; i < runs->count; i++) count += runs->items[i]->state == RUN_FORGOTTEN;
    return count;
}

struct run *runs_find_pid(struct runs *runs, pid_t pid) {
    for (size_t i = 0; i < runs->count; i++) {
        if (runs->items[i]->pid == pid && runs->items[i]->state == RUN_LIVE) return runs->items[i];
    }
    return NULL;
}

struct run *runs_add(struct runs *runs, const char *name) {
    size_t length = strlen(name);
    // The name becomes the name of a file.
    if (runs->count == MOST_RUNS || length == 0 || length >= LONGEST_RUN_NAME || strchr(name, '/') || name[0] == '.') {
        return NULL;
    }
    struct run *run = calloc(1, sizeof *run);
    if (!run) return NULL;
    memcpy(run->name, name, length + 1);
    run->watch = -1;
    for (size_t i = 0; i < 2; i++) run->outputs[i] = (struct output){.condition = OUTPUT_ENDED, .pipe = -1, .file = -1};
    runs->items[runs->count++] = run;
    return run;
}

void runs_remove(struct runs *runs, struct run *run) {
    for (size_t i = 0; i < runs->count; i++) {
        if (runs->items[i] != run) continue;
        runs->items[i] = runs->items[--runs->count];
        break;
    }
    for (size_t i = 0; i < 2; i++) output_end(&run->outputs[i]);
    if (run->watch >= 0) close(run->watch);
    free(run->mark);
    free(run->cgroup);
    free(run->note);
    free(run);
}

static int compare_pids(const void *left, const void *right) {
    pid_t a = *(const pid_t *)left, b = *(const pid_t *)right;
    return (a > b) - (a < b);
}

// Signals the processes that went out of the group but carry the mark; the number of them.
//
// What a run of ours left behind is a child of ours by now; what an adopted run left may be anybody's.
static size_t signal_strays(struct runs *runs, const struct run *run, int number) {
    static pid_t candidates[MOST_CANDIDATES], leaders[MOST_RUNS];
    size_t strays = 0, leader_count = 0;
    if (!run->mark || run->mark[0] == 0) return 0;
    size_t count = run->parentage == PARENT_OF_RUN ? own_children(candidates, MOST_CANDIDATES)
                                                   : all_processes(candidates, MOST_CANDIDATES);
    if (count == 0) return 0;
    for (size_t i = 0; i < runs->count; i++) {
        if (runs->items[i]->state == RUN_LIVE) leaders[leader_count++] = runs->items[i]->pid;
    }
    qsort(leaders, leader_count, sizeof *leaders, compare_pids);
    pid_t own = getpid();
    for (size_t i = 0; i < count; i++) {
        if (candidates[i] == run->pid || candidates[i] == own) continue;
        if (bsearch(&candidates[i], leaders, leader_count, sizeof *leaders, compare_pids)) continue;
        if (!is_marked(candidates[i], run->mark)) continue;
        strays++;
        if (number != 0) kill(candidates[i], number);
    }
    return strays;
}

int run_signal(struct runs *runs, struct run *run, int number, bool is_leader_only) {
    if (run->state != RUN_LIVE || run->pid <= 1) return ESRCH;
    // The number of a process that we did not start may belong to another by now.
    if (run->parentage == ADOPTED_RUN && has_ended(run->pid, run->start_time)) return ESRCH;
    if (is_leader_only) return kill(run->pid, number) == 0 ? 0 : errno;
    int error = kill(-run->pid, number) == 0 ? 0 : errno;
    // A process that was stopped by a signal or a terminal hears nothing else before it goes on.
    if (number != SIGKILL && number != SIGSTOP && number != SIGCONT) kill(-run->pid, SIGCONT);
    if (number == SIGKILL) {
        signal_strays(runs, run, SIGKILL);
        cgroup_kill(run->cgroup);
    }
    return error;
}

// What it left is looked for as soon as everything else that has ended is reaped, at the next turn.
static void begin_settling(struct run *run, uint64_t now) {
    run->end.memory = cgroup_memory_kills(run->cgroup);
    cgroup_kill(run->cgroup);
    run->state = RUN_SETTLING;
    run->end.at = wall_milliseconds();
    run->settle_until = now + LONGEST_SETTLING_MILLISECONDS;
    run->settle_again = now;
    run->settle_pause = 1;
}

void runs_reap(struct runs *runs, uint64_t now, other_child other) {
    for (;;) {
        siginfo_t facts;
        memset(&facts, 0, sizeof facts);
        if (waitid(P_ALL, 0, &facts, WEXITED | WNOHANG | WNOWAIT) != 0 || facts.si_pid == 0) return;
        struct run *run = runs_find_pid(runs, facts.si_pid);
        // While the leader is not reaped nobody else can have its number, nor that of its group.
        if (run) kill(-run->pid, SIGKILL);
        int status = 0;
        struct rusage usage;
        if (wait4(facts.si_pid, &status, WNOHANG, &usage) != facts.si_pid) continue;
        if (!run) {
            other(facts.si_pid, status, now);
            continue;
        }
        run->end.how = WIFSIGNALED(status) ? ENDED_BY_SIGNAL : ENDED_BY_EXIT;
        run->end.value = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
        run->end.user_microseconds = (int64_t)usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec;
        run->end.system_microseconds = (int64_t)usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec;
#ifdef __APPLE__
        run->end.peak_resident_bytes = (int64_t)usage.ru_maxrss;
#else
        run->end.peak_resident_bytes = (int64_t)usage.ru_maxrss * 1024;
#endif
        begin_settling(run, now);
    }
}

void run_lost(struct run *run, uint64_t now) {
    if (run->watch >= 0) close(run->watch);
    run->watch = -1;
    // The leader is gone, so its group may be, and the number another's: only what carries the mark is certain.
    run->end.how = ENDED_UNKNOWN;
    begin_settling(run, now);
}

bool run_settle(struct runs *runs, struct run *run, uint64_t now) {
    bool has_group = run->parentage == PARENT_OF_RUN && kill(-run->pid, 0) == 0;
    bool is_in_use = signal_strays(runs, run, SIGKILL) > 0 || !cgroup_remove(run->cgroup) || has_group;
    if (is_in_use) run->end.remains = REMAINS_KILLED;
    if (is_in_use && now < run->settle_until) {
        run->settle_again = now + run->settle_pause;
        run->settle_pause *= 2;
        return false;
    }
    if (is_in_use) run->end.remains = REMAINS_LINGERING;
    for (size_t i = 0; i < 2; i++) output_drain(&run->outputs[i], now, LONGEST_DRAIN_BYTES);
    run->state = RUN_ENDED;
    run->record = RECORD_DUE;
    run->record_at = now + RECORD_GRACE_MILLISECONDS;
    return true;
}

bool run_output_waits(const struct run *run) {
    return run->outputs[0].condition == OUTPUT_FAILING || run->outputs[1].condition == OUTPUT_FAILING;
}

static void record_path(const struct run *run, char path[LONGEST_RUN_NAME + 16]) {
    snprintf(path, LONGEST_RUN_NAME + 16, "exits/%s", run->name);
}

static bool write_record(const char *path, const char *text, size_t length) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return false;
    bool is_written = write(file, text, length) == (ssize_t)length && fsync(file) == 0;
    return close(file) == 0 && is_written;
}

void run_record(struct run *run) {
    static const char *const ways[] = {"exited", "signaled", "unknown"};
    char path[LONGEST_RUN_NAME + 16], fresh[LONGEST_RUN_NAME + 24], stamp[WALL_TEXT_BYTES], text[512];
    run->record = RECORD_WRITTEN;
    record_path(run, path);
    snprintf(fresh, sizeof fresh, "exits/.%s.new", run->name);
    wall_text(run->end.at, stamp);
    int length = snprintf(
        text, sizeof text, "ghost-exit 1\nrun %s\nprocess %d %llu\nended %s %d\nat %s\nused %lld %lld %lld\n"
        "memory %llu %llu %llu\n", run->name,
        (int)run->pid, (unsigned long long)run->start_time, ways[run->end.how], run->end.value, stamp,
        (long long)run->end.user_microseconds, (long long)run->end.system_microseconds,
        (long long)run->end.peak_resident_bytes, (unsigned long long)run->end.memory.processes,
        (unsigned long long)run->end.memory.limit_hits, (unsigned long long)run->end.memory.limit);
    if (!write_record(fresh, text, (size_t)length) || rename(fresh, path) != 0) {
        // The end is known here as long as the keeper lives; a full disk loses it only together with the keeper.
        unlink(fresh);
    }
}

void records_sync(void) {
    int folder = open("exits", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        fsync(folder);
        close(folder);
    }
}

void run_erase_record(const struct run *run) {
    char path[LONGEST_RUN_NAME + 16];
    record_path(run, path);
    unlink(path);
}
