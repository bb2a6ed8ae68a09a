// The runs that the keeper holds: their processes, their output, and how they ended.
#ifndef GHOST_KEEPER_RUNS_H
#define GHOST_KEEPER_RUNS_H

#include "cgroup.h"
#include "output.h"
#include "processes.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// How many runs there may be at a time.
enum { MOST_RUNS = 4096 };
// How long the end of a run is held back for killed processes that are not gone yet, in milliseconds.
enum { LONGEST_SETTLING_MILLISECONDS = 128 };
// How much output is taken from the pipe of a run that has ended before its end is told, in bytes.
enum { LONGEST_DRAIN_BYTES = 64 << 20 };
enum { LONGEST_RUN_NAME = 128 };
// How long a Ghost that listens may take to take in an end before it is written down, in milliseconds; with none there it is
// written at once. Many ends at a time must not cost a wait for the disk each.
enum { RECORD_GRACE_MILLISECONDS = 1000 };
// How many forgotten runs may hold output that waits, a mebibyte each.
enum { MOST_FORGOTTEN_RUNS = 32 };

enum run_state {
    RUN_LIVE,
    // Its leader was reaped, and what it left behind was killed and may not be gone yet.
    RUN_SETTLING,
    RUN_ENDED,
    // Ghost has taken its end, and output of it waits for a file that cannot be written; nobody finds it by its name.
    RUN_FORGOTTEN,
};

// How the leader ended; the numbers are on the wire.
enum ending { ENDED_BY_EXIT = 0, ENDED_BY_SIGNAL = 1, ENDED_UNKNOWN = 2 };
// What was left when it had ended; the numbers are on the wire.
enum remains { REMAINS_NOTHING = 0, REMAINS_KILLED = 1, REMAINS_LINGERING = 2 };

enum parentage {
    // The kernel tells us how it ends.
    PARENT_OF_RUN,
    // An earlier keeper started it: we see that it ends, and never how.
    ADOPTED_RUN,
};

struct end_facts {
    enum ending how;
    int value;
    int64_t user_microseconds, system_microseconds, peak_resident_bytes;
    enum remains remains;
    struct memory_kills memory;
    // Wall clock, milliseconds since 1970.
    uint64_t at;
};

struct run {
    enum run_state state;
    enum parentage parentage;
    char name[LONGEST_RUN_NAME];
    pid_t pid;
    uint64_t start_time;
    // What its processes carry in their environment; empty if nothing.
    char *mark;
    // Its cgroup's folder; empty if it has none.
    char *cgroup;
    // What Ghost wants to find again, as it was given.
    uint8_t *note;
    size_t note_bytes;
    // Standard output, and standard error if that is kept apart.
    struct output outputs[2];
    // A descriptor that becomes readable when an adopted run ends; -1 if there is none.
    int watch;
    struct end_facts end;
    // Whether the end is in a file of its own.
    enum { RECORD_NONE, RECORD_DUE, RECORD_WRITTEN } record;
    // When it is written there unless Ghost has taken it before.
    uint64_t record_at;
    uint64_t settle_until, settle_again;
    unsigned settle_pause;
    // The losses that Ghost was last told of.
    uint64_t told_lost_bytes;
    int told_trouble;
};

struct runs {
    struct run *items[MOST_RUNS];
    size_t count;
};

struct run *runs_find(struct runs *runs, const char *name);
struct run *runs_find_pid(struct runs *runs, pid_t pid);
// Adds an empty run; NULL if there are too many or memory is short.
struct run *runs_add(struct runs *runs, const char *name);
void runs_remove(struct runs *runs, struct run *run);
// How many runs are forgotten and wait for a file.
size_t runs_count_forgotten(const struct runs *runs);

// Sends a signal to everything that belongs to a live run, or only to its leader; an errno, 0 if it went out.
int run_signal(struct runs *runs, struct run *run, int number, bool is_leader_only);

// A child that is not the leader of a run has ended.
typedef void (*other_child)(pid_t pid, int status, uint64_t now);

// Takes every process that has ended; the leaders of runs among them begin to settle.
void runs_reap(struct runs *runs, uint64_t now, other_child other);

// An adopted run has ended.
void run_lost(struct run *run, uint64_t now);

// Goes on with a settling run; true if it is over now and its end may be told.
bool run_settle(struct runs *runs, struct run *run, uint64_t now);

// Whether output of the run waits for a file that cannot be written.
bool run_output_waits(const struct run *run);

// Writes the end of a run to a file of its own in `exits`; durable once `records_sync` was called.
void run_record(struct run *run);
// Makes the names of the records durable.
void records_sync(void);
// Deletes that file.
void run_erase_record(const struct run *run);

#endif
