#include "relaunch.h"

#include "clock.h"
#include "processes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// Says in Ghost's log what happens to Ghost, since nobody else is there to say it.
static void tell(const struct relaunch *relaunch, const char *what, const char *next) {
    char stamp[WALL_TEXT_BYTES], text[512];
    int file = relaunch->output ? open(relaunch->output, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600) : -1;
    if (file < 0) return;
    wall_text(wall_milliseconds(), stamp);
    int length = snprintf(text, sizeof text, "%s warning ghost-keeper: Ghost %s; %s\n", stamp, what, next);
    ssize_t ignored = write(file, text, length < (int)sizeof text ? (size_t)length : sizeof text - 1);
    (void)ignored;
    close(file);
}

static void pause_before_retry(struct relaunch *relaunch, const char *what, uint64_t now) {
    char next[96];
    if (relaunch->pause == 0 || now - relaunch->began >= RELAUNCH_RESET_MILLISECONDS) {
        relaunch->pause = RELAUNCH_FIRST_MILLISECONDS;
    }
    relaunch->state = RELAUNCH_PAUSING;
    relaunch->pid = 0;
    relaunch->again_at = now + relaunch->pause;
    snprintf(next, sizeof next, "it is started again in %.1f s", (double)relaunch->pause / 1000);
    tell(relaunch, what, next);
    relaunch->pause *= 2;
    if (relaunch->pause > RELAUNCH_LONGEST_MILLISECONDS) relaunch->pause = RELAUNCH_LONGEST_MILLISECONDS;
}

static void start(struct relaunch *relaunch, uint64_t now) {
    int output = open(relaunch->output, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    struct spawn_result result = program_start(&relaunch->program, output, output, -1);
    if (output >= 0) close(output);
    relaunch->began = now;
    if (result.pid < 0) {
        char what[256];
        snprintf(what, sizeof what, "cannot be started (%s)", strerror(result.error));
        pause_before_retry(relaunch, what, now);
        return;
    }
    relaunch->pid = result.pid;
    relaunch->parent = GHOST_OF_OURS;
    relaunch->start_time = start_time_of(result.pid);
    relaunch->state = RELAUNCH_WATCHING;
}

int relaunch_configure(struct relaunch *relaunch, struct frame_reader *reader, pid_t pid, uint64_t now) {
    if (read_u8(reader) == 0) {
        if (reader->failed) return EINVAL;
        // Ghost goes on; it is only not started again.
        relaunch_stop(relaunch);
        return 0;
    }
    struct program program;
    char *output = read_text(reader);
    if (!program_read(&program, reader) || !output || pid <= 1) {
        program_free(&program);
        free(output);
        return EINVAL;
    }
    program_free(&relaunch->program);
    free(relaunch->output);
    relaunch->program = program;
    relaunch->output = output;
    // A Ghost that comes back on another connection has not begun anew.
    if (relaunch->state != RELAUNCH_WATCHING || relaunch->pid != pid) {
        relaunch->parent = GHOST_OF_OTHERS;
        relaunch->pid = pid;
        relaunch->start_time = start_time_of(pid);
        relaunch->began = now;
    }
    relaunch->state = RELAUNCH_WATCHING;
    return 0;
}

void relaunch_stop(struct relaunch *relaunch) {
    relaunch->state = RELAUNCH_OFF;
    relaunch->pause = 0;
}

void relaunch_ended(struct relaunch *relaunch, pid_t pid, int status, uint64_t now) {
    if (relaunch->state != RELAUNCH_WATCHING || relaunch->pid != pid) return;
    // It was stopped in order and said so with its status, if not before.
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        relaunch_stop(relaunch);
        return;
    }
    char what[64];
    if (WIFSIGNALED(status)) snprintf(what, sizeof what, "(pid %d) was ended by signal %d", (int)pid, WTERMSIG(status));
    else snprintf(what, sizeof what, "(pid %d) ended with status %d", (int)pid, WEXITSTATUS(status));
    pause_before_retry(relaunch, what, now);
}

void relaunch_catch_up(struct relaunch *relaunch, bool is_connected, uint64_t now) {
    switch (relaunch->state) {
    case RELAUNCH_OFF: return;
    case RELAUNCH_PAUSING:
        // Somebody else may have started one meanwhile.
        if (!is_connected && now >= relaunch->again_at) start(relaunch, now);
        return;
    case RELAUNCH_WATCHING:
        // The end of a child is told by the system.
        if (is_connected || relaunch->parent == GHOST_OF_OURS || now < relaunch->look_at) return;
        relaunch->look_at = now + RELAUNCH_LOOK_MILLISECONDS;
        if (has_ended(relaunch->pid, relaunch->start_time)) {
            char what[64];
            snprintf(what, sizeof what, "(pid %d) is gone", (int)relaunch->pid);
            pause_before_retry(relaunch, what, now);
        }
        return;
    }
}

uint64_t relaunch_next(const struct relaunch *relaunch, bool is_connected, uint64_t now) {
    switch (relaunch->state) {
    case RELAUNCH_OFF: return UINT64_MAX;
    case RELAUNCH_PAUSING: return is_connected ? UINT64_MAX : relaunch->again_at;
    case RELAUNCH_WATCHING:
        if (is_connected || relaunch->parent == GHOST_OF_OURS) return UINT64_MAX;
        return relaunch->look_at > now ? relaunch->look_at : now;
    }
    return UINT64_MAX;
}
