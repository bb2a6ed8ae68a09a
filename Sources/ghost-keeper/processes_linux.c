#ifdef __linux__
#include "processes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

// Whether what runs leave behind comes to this process; an emulator of this processor may not arrange that.
static bool is_adopting;

bool adopt_orphans(void) {
    is_adopting = prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
    return is_adopting;
}

// The whole of a small file of /proc, with a final zero; NULL if it cannot be read. To be freed.
static char *read_all(const char *path, size_t limit, size_t *length) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return NULL;
    size_t capacity = 4096, used = 0;
    char *text = malloc(capacity);
    while (text) {
        ssize_t count = read(file, text + used, capacity - used - 1);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        used += (size_t)count;
        if (used >= limit) break;
        if (capacity - used < 2) {
            char *grown = realloc(text, capacity * 2);
            if (!grown) break;
            text = grown;
            capacity *= 2;
        }
    }
    close(file);
    if (text) text[used] = 0;
    *length = used;
    return text;
}

// The text behind the command's name, which may hold anything; fields[0] is the state.
static char *after_name(char *text) {
    char *end = strrchr(text, ')');
    return end && end[1] == ' ' ? end + 2 : NULL;
}

uint64_t start_time_of(pid_t pid) {
    char path[64];
    size_t length;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    char *text = read_all(path, 4096, &length);
    if (!text) return 0;
    uint64_t result = 0;
    char *field = after_name(text);
    // The state is field 3, the start time field 22 (proc(5)).
    for (int number = 3; field && number < 22; number++) {
        field = strchr(field, ' ');
        if (field) field++;
    }
    if (field) result = strtoull(field, NULL, 10);
    free(text);
    return result;
}

bool has_ended(pid_t pid, uint64_t start_time) {
    char path[64];
    size_t length;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    char *text = read_all(path, 4096, &length);
    if (!text) return true;
    char *state = after_name(text);
    bool is_over = state && (*state == 'Z' || *state == 'X');
    // A main thread that left its process to others looks the same; the number of threads is field 20.
    char *field = is_over ? state : NULL;
    for (int number = 3; field && number < 20; number++) {
        field = strchr(field, ' ');
        if (field) field++;
    }
    if (field && strtoul(field, NULL, 10) > 1) is_over = false;
    free(text);
    return is_over || (start_time != 0 && start_time_of(pid) != start_time);
}

size_t own_children(pid_t *children, size_t limit) {
    char path[64];
    size_t length, count = 0;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    char *text = is_adopting ? read_all(path, 1 << 20, &length) : NULL;
    // A kernel need not list children; then they are among all others.
    if (!text) return all_processes(children, limit);
    char *rest = text;
    while (count < limit) {
        char *end;
        long pid = strtol(rest, &end, 10);
        if (end == rest) break;
        children[count++] = (pid_t)pid;
        rest = end;
    }
    free(text);
    return count;
}

size_t all_processes(pid_t *processes, size_t limit) {
    size_t count = 0;
    DIR *folder = opendir("/proc");
    if (!folder) return 0;
    for (struct dirent *entry; count < limit && (entry = readdir(folder)) != NULL;) {
        int pid = atoi(entry->d_name);
        if (pid > 1) processes[count++] = (pid_t)pid;
    }
    closedir(folder);
    return count;
}

bool is_marked(pid_t pid, const char *mark) {
    char path[64];
    size_t length;
    snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    // An environment is at most 2 MiB with the arguments.
    char *text = read_all(path, 2 << 20, &length);
    if (!text) return false;
    bool found = false;
    for (size_t at = 0; at < length && !found; at += strlen(text + at) + 1) {
        found = strncmp(text + at, RUN_MARK, sizeof RUN_MARK - 1) == 0
            && strcmp(text + at + sizeof RUN_MARK - 1, mark) == 0;
    }
    free(text);
    return found;
}
#else
typedef int ghost_nothing_to_compile_here;
#endif
