#include "relaunch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void pause_before_retry(struct relaunch *relaunch, uint64_t now) {
    relaunch->state = RELAUNCH_PAUSING;
    relaunch->pid = 0;
    relaunch->again_at = now + relaunch->pause;
    relaunch->pause *= 2;
    if (relaunch->pause > RELAUNCH_LONGEST_MILLISECONDS) relaunch->pause = RELAUNCH_LONGEST_MILLISECONDS;
}

static int start(struct relaunch *relaunch, uint64_t now) {
    int output = open(relaunch->output, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    struct spawn_result result = program_start(&relaunch->program, output, output, -1);
    if (output >= 0) close(output);
    if (result.pid < 0) {
        pause_before_retry(relaunch, now);
        return result.error != 0 ? result.error : EIO;
    }
    relaunch->pid = result.pid;
    relaunch->began = now;
    relaunch->state = RELAUNCH_RUNNING;
    return 0;
}

int relaunch_configure(struct relaunch *relaunch, struct frame_reader *reader, uint64_t now) {
    if (read_u8(reader) == 0) {
        // Ghost goes on; it is only not started again.
        relaunch->state = RELAUNCH_OFF;
        return reader->failed ? EINVAL : 0;
    }
    if (relaunch->state != RELAUNCH_OFF) return EALREADY;
    program_free(&relaunch->program);
    free(relaunch->output);
    relaunch->output = read_text(reader);
    if (!program_read(&relaunch->program, reader)) return EINVAL;
    relaunch->pause = RELAUNCH_FIRST_MILLISECONDS;
    int error = start(relaunch, now);
    // Whoever asked is there to be told; nobody would be later.
    if (error != 0) relaunch->state = RELAUNCH_OFF;
    return error;
}

// Whether Ghost ended as it was meant to, or for a reason that another start would not change: sysexits(3) for usage,
// bad data, no input, a file that cannot be made, another Ghost, no permission and configuration.
static bool is_final(int status) {
    if (!WIFEXITED(status)) return false;
    switch (WEXITSTATUS(status)) {
    case 0: case 64: case 65: case 66: case 73: case 75: case 77: case 78: return true;
    default: return false;
    }
}

bool relaunch_ended(struct relaunch *relaunch, pid_t pid, int status, uint64_t now) {
    if (relaunch->pid != pid || pid <= 0) return false;
    relaunch->pid = 0;
    if (relaunch->state == RELAUNCH_OFF) return true;
    if (is_final(status)) {
        relaunch->state = RELAUNCH_OFF;
        return true;
    }
    if (now - relaunch->began >= RELAUNCH_RESET_MILLISECONDS) relaunch->pause = RELAUNCH_FIRST_MILLISECONDS;
    pause_before_retry(relaunch, now);
    return true;
}

void relaunch_retry(struct relaunch *relaunch, uint64_t now) {
    if (relaunch->state == RELAUNCH_PAUSING && now >= relaunch->again_at) start(relaunch, now);
}
