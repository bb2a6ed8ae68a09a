#include "clock.h"

#include <stdio.h>
#include <time.h>

static uint64_t milliseconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t monotonic_milliseconds(void) { return milliseconds(CLOCK_MONOTONIC); }
uint64_t wall_milliseconds(void) { return milliseconds(CLOCK_REALTIME); }

void wall_text(uint64_t milliseconds, char text[WALL_TEXT_BYTES]) {
    time_t seconds = (time_t)(milliseconds / 1000);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    char whole[20];
    strftime(whole, sizeof whole, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text, WALL_TEXT_BYTES, "%s.%03uZ", whole, (unsigned)(milliseconds % 1000));
}
