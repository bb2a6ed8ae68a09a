// What the kernel says about processes.
#ifndef GHOST_KEEPER_PROCESSES_H
#define GHOST_KEEPER_PROCESSES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// The variable by which a process is known to belong to a run, however far it went from its parents.
#define RUN_MARK "GHOST_RUN="

// How many processes are looked at in one pass: all leaders of runs and many more.
enum { MOST_CANDIDATES = 65536 };

// Makes this process the parent of every descendant whose own parent ends.
bool adopt_orphans(void);

// When the process began, in the kernel's own unit; 0 if it cannot be known.
uint64_t start_time_of(pid_t pid);

// The processes whose parent is this one, and where the system does not tell them, all; at most `limit`.
size_t own_children(pid_t *children, size_t limit);

// The processes of the machine; at most `limit`.
size_t all_processes(pid_t *processes, size_t limit);

// Whether the process carries the mark of a run; false if that cannot be known.
bool is_marked(pid_t pid, const char *mark);

// Whether the process has ended, be it reaped or not, or its number belongs to another one.
bool has_ended(pid_t pid, uint64_t start_time);

#endif
