#!/usr/bin/env python3
"""Writes the five component logs with many lines each, and what is true about them.

Usage: generate_logs.py --lines N --vocabulary daemon|monitor --out FOLDER

The logs go to FOLDER/VOCABULARY, the truth to FOLDER/truth-VOCABULARY.json as {component: {kind: count}}. The same
arguments give the same bytes.
"""

import argparse
import json
import os
import random
import time

START_MS = 1_750_000_000_000
STEP_MS = 113
NAMES = ["api", "db", "importer", "mailQueue", "reportWriter", "sessionSweeper", "thumbnailRenderer"]
FILES = {
    "daemon": {
        "sentinel": "sentinel-status.log",
        "watchdog": "watchdog-restarts.log",
        "executor": "executor-coordination.log",
        "selfcheck": "selfcheck-health.log",
        "lifecycle": "lifecycle-governor.log",
    },
    "monitor": {
        "sentinel": "sentinel-status.log",
        "watchdog": "watchdog-restarts.log",
        "executor": "executor-status.log",
        "selfcheck": "selfcheck-status.log",
        "lifecycle": "lifecycle-status.log",
    },
}


def text(component, vocabulary, share, number, name):
    """The kind and the text of one record; `share` in 0..<1 decides which."""
    daemon = vocabulary == "daemon"
    if component == "sentinel":
        if share < 0.9:
            return "up", f"🟢 {name} is running (PID: {1000 + number % 50000})"
        return "down", f"{'🔴' if daemon else '❌'} {name} NOT running"
    if component == "watchdog":
        if share < 0.6:
            return "ok", f"✅ {name} restart attempt {1 + number % 3}"
        return "failed", f"❌ {name} restart attempt {1 + number % 3} - Command failed"
    if component == "executor":
        task = f"P{number % 1000}"
        rest = "Sentinel: 🟢 | Watchdog: 🟢 | Daemons: 7"
        if daemon:
            if share < 0.5:
                return "idle", f"IDLE | Patch: none | {rest}"
            if share < 0.9:
                return "processing", f"PROCESSING | Patch: {task} | {rest}"
            return "error", f"ERROR | Patch: {task} | {rest} | Error: Patch processing failed"
        if share < 0.5:
            return "executing", f"executing task {task}"
        if share < 0.9:
            return "completed", f"✅ task {task} completed"
        return "failed", f"❌ task {task} failed"
    if component == "selfcheck":
        kind, mark = ("healthy", "🟢") if share < 0.8 else ("warning", "🟡") if share < 0.9 else ("critical", "🔴")
        if daemon:
            return kind, f"{mark} SYSTEM {kind.upper()} | Total: 10 | Healthy: 9 | Warning: 0 | Critical: 0"
        return kind, f"{mark} health check: {kind} (9/10)"
    if share < 0.4:
        return "starting", f"Starting daemon: {name} (attempt 1)"
    if share < 0.8:
        return "started", f"✅ Daemon started successfully: {name}" if daemon else f"managing {name}"
    return "health_failed", f"🔄 Daemon health check failed: {name}, attempting restart"


def write(component, vocabulary, lines, path):
    noise = random.Random(component)
    shares = [noise.random() for _ in range(10007)]
    counts = {}
    second, head = -1, ""
    with open(path, "w", encoding="utf-8", buffering=1 << 20) as log:
        for number in range(lines):
            moment = START_MS + number * STEP_MS
            if moment // 1000 != second:
                second = moment // 1000
                head = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
            kind, body = text(component, vocabulary, shares[number * 29 % 10007], number, NAMES[number % len(NAMES)])
            counts[kind] = counts.get(kind, 0) + 1
            log.write(f"[{head}.{moment % 1000:03d}Z] {body}\n")
    return counts


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--lines", type=int, required=True)
    arguments.add_argument("--vocabulary", choices=FILES, required=True)
    arguments.add_argument("--out", required=True)
    options = arguments.parse_args()
    folder = os.path.join(options.out, options.vocabulary)
    os.makedirs(folder, exist_ok=True)
    truth = {
        component: write(component, options.vocabulary, options.lines, os.path.join(folder, name))
        for component, name in FILES[options.vocabulary].items()
    }
    with open(os.path.join(options.out, f"truth-{options.vocabulary}.json"), "w", encoding="utf-8") as file:
        json.dump(truth, file, indent=1, sort_keys=True)


if __name__ == "__main__":
    main()
