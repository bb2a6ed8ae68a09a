#!/usr/bin/env python3
"""Compares what `ghost monitor` counts in damaged logs with the truth; `scripts/check-suite` builds Ghost and calls this.

The generator writes logs in every state that logs are found in, in both vocabularies, and says of each counter what a reader
must find at least (records that are undamaged) and at most (all that a careful reader can still make out). Every folder is
read twice: with --once, and by a monitor that serves the API. Each must give its totals in time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

GHOST = Path(os.environ.get("GHOST_BINARY", ".build/release/ghost")).resolve()
GENERATOR = Path(os.environ.get("GHOST_GENERATOR", "../shared/testdata/genlogs.py")).resolve()
LONGEST = 1.0  # seconds until the totals must be there
COMPONENTS = ("sentinel", "watchdog", "executor", "selfcheck", "lifecycle")


def true_counters(truth: dict) -> dict[str, int]:
    sentinel, watchdog, executor = truth["sentinel"], truth["watchdog"], truth["executor"]
    selfcheck, lifecycle = truth["selfcheck"], truth["lifecycle"]
    return {
        "sentinel.up": sentinel["up"],
        "sentinel.down": sentinel["down"],
        "sentinel.error": sentinel["error"],
        "watchdog.restarts": watchdog["restartsOk"],
        "watchdog.failed": watchdog["restartsFailed"],
        "executor.started": executor["tasksStarted"],
        "executor.completed": executor["tasksCompleted"],
        "executor.failed": executor["tasksFailed"],
        "selfcheck.checks": selfcheck["healthChecks"],
        "selfcheck.healthy": selfcheck["healthy"],
        "selfcheck.warning": selfcheck["warning"],
        "selfcheck.critical": selfcheck["critical"],
        "lifecycle.started": lifecycle["byKind"].get("started", 0),
    }


def counted(data: dict) -> dict[str, int]:
    observations, watchdog, executor = data["sentinel"]["observations"], data["watchdog"], data["executor"]
    selfcheck = data["selfcheck"]
    return {
        "sentinel.up": observations["up"],
        "sentinel.down": observations["down"],
        "sentinel.error": observations["error"],
        "watchdog.restarts": watchdog["restartCount"],
        "watchdog.failed": watchdog["failedCount"],
        "executor.started": executor["startedTasks"],
        "executor.completed": executor["completedTasks"],
        "executor.failed": executor["failedTasks"],
        "selfcheck.checks": selfcheck["healthChecks"],
        "selfcheck.healthy": selfcheck["healthyChecks"],
        "selfcheck.warning": selfcheck["warningChecks"],
        "selfcheck.critical": selfcheck["criticalChecks"],
        "lifecycle.started": data["lifecycle"]["startedCount"],
    }


# What stands in the place of every log there cannot be read, and that must be said.
UNREADABLE = {"directories", "fifo", "symlink_loop"}


def problems(data: dict, truth: dict, vocabulary: str) -> list[str]:
    """What is wrong with the counters, and which components do not say whether they can be read.

    The generator says what else is right: a last record without a line end may be awaited, and a record that is there twice
    may be counted as it is written.
    """
    variant = truth["variant"]
    least = true_counters(truth["strict"][vocabulary])
    most = true_counters(truth.get("asWritten", truth["ideal"])[vocabulary])
    awaited = 1 if variant == "no_final_newline" else 0
    found = [
        f"{name} is {count}, not {least[name] - awaited} to {most[name]}"
        for name, count in counted(data).items()
        if not least[name] - awaited <= count <= most[name]
    ]
    for name in COMPONENTS:
        is_error = data[name]["status"] == "error"
        if is_error != (variant in UNREADABLE):
            found.append(f"{name} is in error" if is_error else f"{name} does not say that it cannot be read")
    return found


def read_once(folder: Path, _: Path) -> tuple[dict, float]:
    begun = time.monotonic()
    result = subprocess.run(
        [GHOST, "monitor", "--log-dir", folder, "--once", "--json", "--as-of", "2025-03-01T01:00:00Z"],
        stdout=subprocess.PIPE, timeout=30,
    )
    return json.loads(result.stdout)["data"], time.monotonic() - begun


def read_live(folder: Path, work: Path, truth: dict, vocabulary: str) -> tuple[dict, float]:
    """What a monitor says as soon as that is acceptable, or when its time is over."""
    begun = time.monotonic()
    command = [
        GHOST, "monitor", "--log-dir", folder, "--state-dir", work / "state", "--port", "0", "--status-port", "0",
        "--as-of", "2025-03-01T01:00:00Z",
    ]
    output = work / "out"
    with output.open("wb") as file:
        monitor = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
    data: dict = {}
    try:
        while time.monotonic() - begun < 30:
            address = [line.split()[-1] for line in output.read_text().splitlines() if "orchestrator API" in line]
            if address:
                with urllib.request.urlopen(address[0], timeout=5) as answer:
                    data = json.load(answer)["data"]
                if not problems(data, truth, vocabulary):
                    break
                if time.monotonic() - begun > 3 * LONGEST:
                    break
            time.sleep(0.005)
        return data, time.monotonic() - begun
    finally:
        monitor.terminate()
        monitor.wait(10)


def check(folder: Path, vocabulary: str, truth: dict) -> list[tuple[str, float, list[str]]]:
    results = []
    for name in ("once", "live"):
        with tempfile.TemporaryDirectory(prefix="ghost-suite-state-") as work:
            if name == "once":
                data, seconds = read_once(folder, Path(work))
            else:
                data, seconds = read_live(folder, Path(work), truth, vocabulary)
        wrong = problems(data, truth, vocabulary) if data else ["it did not answer"]
        if seconds > LONGEST:
            wrong.append(f"it took {seconds:.2f} s")
        results.append((name, seconds, wrong))
    return results


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seeds", type=int, nargs="+", default=[101, 102])
    arguments.add_argument("--hours", type=float, default=1.0, help="how long a time the logs tell of")
    options = arguments.parse_args()
    if not GENERATOR.exists():
        print(f"There is no generator at {GENERATOR}; name one with GHOST_GENERATOR.")
        return 0
    folders, failures, slowest = 0, 0, {"once": 0.0, "live": 0.0}
    with tempfile.TemporaryDirectory(prefix="ghost-suite-") as work:
        for seed in options.seeds:
            suite = Path(work) / str(seed)
            subprocess.run(
                [sys.executable, GENERATOR, "suite", "--seed", str(seed), "--hours", str(options.hours), "--out", suite],
                check=True, stdout=subprocess.DEVNULL,
            )
            for variant in sorted(path for path in suite.iterdir() if path.is_dir()):
                truth = json.loads((variant / "truth.json").read_text())
                for vocabulary in ("daemon", "monitor"):
                    folders += 1
                    for name, seconds, wrong in check(variant / vocabulary, vocabulary, truth):
                        slowest[name] = max(slowest[name], seconds)
                        if wrong:
                            failures += 1
                            print(f"seed {seed}, {variant.name}, {vocabulary}, {name}: {'; '.join(wrong)}", flush=True)
    print(
        f"{folders} folders read twice, {failures} readings wrong or late; slowest"
        f" {slowest['once'] * 1000:.0f} ms once, {slowest['live'] * 1000:.0f} ms live"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
