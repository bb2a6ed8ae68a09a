// The cgroup that a run was put into for its limits.
#ifndef GHOST_KEEPER_CGROUP_H
#define GHOST_KEEPER_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

// What the kernel killed in a cgroup because memory ran out.
struct memory_kills {
    // Processes, for whatever memory.
    uint64_t processes;
    // How often the limit of this very cgroup was the one that was reached.
    uint64_t limit_hits;
    // That limit, in bytes; 0 if there is none.
    uint64_t limit;
};

// Each takes the cgroup's folder, and does nothing for NULL or an empty text.

// Kills everything in it and below it.
void cgroup_kill(const char *folder);
// What was killed in it and below it; zeros if that is not known.
struct memory_kills cgroup_memory_kills(const char *folder);
// Removes it with those that its processes have made below it; false if processes are left in one of them.
bool cgroup_remove(const char *folder);

#endif
