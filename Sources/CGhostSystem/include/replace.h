#ifndef C_GHOST_SYSTEM_REPLACE_H
#define C_GHOST_SYSTEM_REPLACE_H

#include <sys/resource.h>

// Goes on in another program: same process, same three descriptors, every signal unblocked and at its default.
//
// Returns only if that fails, with an errno value; then everything is as it was, but no descriptor survives a later exec.
// `keeps_ignoring_hangup` is 1 for a process that was started to outlive its terminal. `descriptor_limit` is what the new
// program gets; NULL for what this one has.
int ghost_replace_program(
    const char *path, char *const argv[], char *const envp[], int keeps_ignoring_hangup,
    const struct rlimit *descriptor_limit);

// Gives this thread the niceness of the process's first thread, so that what it starts has it too; `*former` is what it had.
//
// Queues give their threads one of their own, which a program that is started there would keep.
int ghost_enter_main_niceness(int *former);
// Gives it back.
void ghost_leave_main_niceness(int former);

#endif
