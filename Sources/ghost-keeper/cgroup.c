#include "cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LONGEST_PATH = 4096, LONGEST_FACTS = 1024 };
// How deep cgroups of a daemon's own are looked for.
enum { DEEPEST_NESTING = 16 };

static bool is_named(const char *folder) { return folder && folder[0] != 0; }

void cgroup_kill(const char *folder) {
    char path[LONGEST_PATH];
    if (!is_named(folder)) return;
    if (snprintf(path, sizeof path, "%s/cgroup.kill", folder) >= (int)sizeof path) return;
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    ssize_t ignored = write(file, "1", 1);
    (void)ignored;
    close(file);
}

// The text of one of its small files; empty if it cannot be read.
static void read_facts(const char *folder, const char *name, char text[LONGEST_FACTS]) {
    char path[LONGEST_PATH];
    text[0] = 0;
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) return;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    ssize_t length = read(file, text, LONGEST_FACTS - 1);
    text[length > 0 ? length : 0] = 0;
    close(file);
}

// The number behind a word at the beginning of a line.
static uint64_t fact(const char *text, const char *word) {
    size_t length = strlen(word);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        if (*line == '\n') line++;
        if (strncmp(line, word, length) == 0 && line[length] == ' ') return strtoull(line + length, NULL, 10);
    }
    return 0;
}

struct memory_kills cgroup_memory_kills(const char *folder) {
    struct memory_kills kills = {0};
    char text[LONGEST_FACTS];
    if (!is_named(folder)) return kills;
    read_facts(folder, "memory.events", text);
    kills.processes = fact(text, "oom_kill");
    kills.limit_hits = fact(text, "oom");
    read_facts(folder, "memory.max", text);
    // Without a limit it says "max".
    kills.limit = strtoull(text, NULL, 10);
    return kills;
}

static void remove_below(const char *folder, int depth) {
    DIR *stream = depth < DEEPEST_NESTING ? opendir(folder) : NULL;
    if (!stream) return;
    struct dirent *entry;
    while ((entry = readdir(stream)) != NULL) {
        char path[LONGEST_PATH];
        struct stat facts;
        if (entry->d_name[0] == '.') continue;
        if (snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= (int)sizeof path) continue;
        if (lstat(path, &facts) != 0 || !S_ISDIR(facts.st_mode)) continue;
        if (rmdir(path) == 0) continue;
        remove_below(path, depth + 1);
        rmdir(path);
    }
    closedir(stream);
}

bool cgroup_remove(const char *folder) {
    if (!is_named(folder) || rmdir(folder) == 0 || errno != EBUSY) return true;
    remove_below(folder, 0);
    return rmdir(folder) == 0 || errno != EBUSY;
}
