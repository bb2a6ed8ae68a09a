// Making a process out of a request, with everything that has to happen between fork and exec.
#ifndef GHOST_KEEPER_PROGRAM_H
#define GHOST_KEEPER_PROGRAM_H

#include "wire.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

enum { MOST_ARGUMENTS = 65536, MOST_GROUPS = 256, MOST_LIMITS = 16 };

// What of a start can go wrong; the numbers are on the wire.
enum spawn_step {
    STEP_REQUEST = 1,
    STEP_PIPE = 2,
    STEP_FORK = 3,
    STEP_CGROUP = 4,
    STEP_LIMITS = 5,
    STEP_NICE = 6,
    STEP_GROUPS = 7,
    STEP_USER = 8,
    STEP_DIRECTORY = 9,
    STEP_DESCRIPTORS = 10,
    STEP_EXEC = 11,
};

struct program_limit {
    int resource;
    struct rlimit value;
};

struct program {
    char *executable;
    char **arguments;
    char **environment;
    char *directory;
    // The cgroup's folder, or an empty text.
    char *cgroup;
    bool sets_umask, sets_nice, sets_user;
    mode_t umask;
    int nice;
    uid_t user;
    gid_t group;
    gid_t groups[MOST_GROUPS];
    size_t group_count;
    struct program_limit limits[MOST_LIMITS];
    size_t limit_count;
    // The number that a descriptor which came with the request has in the program; 0 for none.
    int extra_target;
};

// Reads the part of a request that describes the program; false if it is malformed.
bool program_read(struct program *program, struct frame_reader *reader);
void program_free(struct program *program);

// How long a program may take from fork to exec, in milliseconds; a folder on a server that is gone takes for ever.
enum { LONGEST_START_MILLISECONDS = 5000 };

// How long one that was killed for it may take to be gone, in milliseconds.
enum { LONGEST_KILL_MILLISECONDS = 100 };

struct spawn_result {
    pid_t pid;
    enum spawn_step step;
    int error;
};

// A start that was begun.
struct program_start;

// Begins to start the program as leader of a session and a group of its own.
//
// `output` and `error` become its standard output and error, `extra` what `extra_target` says (-1 for none); these
// descriptors and the program must stay until it is finished, which it must be.
struct program_start *program_begin(const struct program *program, int output, int error, int extra);
// Returns once exec succeeded or something failed.
struct spawn_result program_finish(struct program_start *start);
// Both.
struct spawn_result program_start(const struct program *program, int output, int error, int extra);

#endif
