#!/usr/bin/env python3
"""Tortures the monitor: logs that grow, rotate and tear while Ghost is killed and restarted, then totals against the truth.

    scripts/torture [--seed N] [--rounds N] [--seconds S] [--rate R] [--rotate N] [--keep K] [--generator PATH]

Each round writes component logs for a while, kills `ghost monitor` with SIGKILL at random instants, starts it again, and
in the end compares what the API counts with what was written. With many rotated files kept every record must be counted
exactly once. With few, what was deleted while Ghost was down cannot be counted: then the totals may be smaller, and the
loss ledger must say so.

The writer is built in; --generator names a program with the same job and a truth.json (used when it is there).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

NAMES = ["api", "db", "worker", "mailer", "cron"]


@dataclass
class Truth:
    """What was written, by what the API calls it."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1


class RotatingFile:
    """A log that renames itself away after so many records, keeping so many old ones."""

    def __init__(self, path: Path, rotate: int, keep: int) -> None:
        self.path, self.rotate, self.keep = path, rotate, keep
        self.records = 0
        self.descriptor = self._open()

    def _open(self) -> int:
        return os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def write(self, line: bytes, torn_at: int | None) -> None:
        if self.rotate and self.records >= self.rotate:
            self._turn()
        if torn_at is None:
            os.write(self.descriptor, line)
        else:
            os.write(self.descriptor, line[:torn_at])
            time.sleep(0.001)
            os.write(self.descriptor, line[torn_at:])
        self.records += 1

    def _turn(self) -> None:
        os.close(self.descriptor)
        for number in range(self.keep, 0, -1):
            older = Path(f"{self.path}.{number}")
            if number == self.keep and older.exists():
                older.unlink()
            newer = self.path if number == 1 else Path(f"{self.path}.{number - 1}")
            if newer.exists():
                newer.rename(older)
        self.records = 0
        self.descriptor = self._open()


def stamp() -> str:
    return datetime.now(timezone.utc).strftime("[%Y-%m-%dT%H:%M:%S.") + f"{int(time.time() * 1000) % 1000:03d}Z]"


def write_logs(folder: Path, options: argparse.Namespace, seed: int, tick) -> Truth:
    """Writes records at the given rate; calls `tick` between them."""
    chance = random.Random(seed)
    truth = Truth()
    files = {
        name: RotatingFile(folder / f"{name}.log", options.rotate, options.keep)
        for name in ("watchdog-restarts", "executor-status", "selfcheck-status", "sentinel-status")
    }
    start = time.monotonic()
    task = 0
    count = 0
    while (elapsed := time.monotonic() - start) < options.seconds:
        if count > elapsed * options.rate:
            time.sleep(min(0.002, count / options.rate - elapsed))
            tick()
            continue
        kind = chance.randrange(6)
        name = chance.choice(NAMES)
        if kind == 0:
            file, lines = "watchdog-restarts", [f"✅ {name} restart attempt 1"]
            truth.add("restarts")
        elif kind == 1:
            file, lines = "watchdog-restarts", [f"❌ {name} restart attempt 2 - Command failed\n    at load (x:1)\n"]
            truth.add("failedRestarts")
        elif kind == 2:
            task += 1
            file, lines = "executor-status", [f"executing task {task}", f"✅ task {task} completed"]
            truth.add("completedTasks")
        elif kind == 3:
            task += 1
            file, lines = "executor-status", [f"executing task {task}", f"❌ task {task} failed: exit 1"]
            truth.add("failedTasks")
        elif kind == 4:
            file, lines = "selfcheck-status", ["🟢 health check: healthy (9/10)"]
            truth.add("healthChecks")
        else:
            file, lines = "sentinel-status", [f"🟢 {name} is running (PID: {chance.randrange(1, 60000)})"]
            truth.add("observations")
        text = "".join(f"{stamp()} {line}\n" for line in lines).encode()
        torn = chance.randrange(1, len(text)) if chance.random() < 0.1 else None
        files[file].write(text, torn)
        count += 1
        if count % 64 == 0:
            tick()
    return truth


class Ghost:
    """A `ghost monitor` that is killed and started again."""

    def __init__(self, binary: Path, logs: Path, state: Path, output: Path) -> None:
        self.command = [str(binary), "monitor", "--log-dir", str(logs), "--state-dir", str(state), "--port", "0"]
        self.command += ["--status-port", "0"]
        self.output = output
        self.process: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def start(self) -> None:
        self.output.write_bytes(b"")
        sink = self.output.open("ab")
        self.process = subprocess.Popen(self.command, stdout=sink, stderr=sink)
        sink.close()

    def kill(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None
            self.kills += 1

    def status(self) -> dict | None:
        for line in self.output.read_text(errors="replace").splitlines():
            if "orchestrator API" in line:
                url = line.split()[-1]
                with urllib.request.urlopen(url, timeout=10) as answer:
                    return json.load(answer)["data"]
        return None

    def settled(self) -> dict:
        """The state once it no longer changes."""
        deadline = time.monotonic() + 60
        last, since = None, time.monotonic()
        while time.monotonic() < deadline:
            if self.process and self.process.poll() is not None:
                raise SystemExit(f"ghost ended with {self.process.returncode}: {self.output.read_text()}")
            try:
                data = self.status()
            except OSError:
                data = None
            if data is not None:
                counts = counted(data)
                if counts != last:
                    last, since = counts, time.monotonic()
                elif time.monotonic() - since > 2.5:
                    return data
            time.sleep(0.05)
        raise SystemExit(f"ghost does not settle: {self.output.read_text()}")


def counted(data: dict) -> dict[str, int]:
    sentinel, watchdog, executor = data["sentinel"], data["watchdog"], data["executor"]
    return {
        "restarts": watchdog["restartCount"],
        "failedRestarts": watchdog["failedCount"],
        "completedTasks": executor["completedTasks"],
        "failedTasks": executor["failedTasks"],
        "healthChecks": data["selfcheck"]["healthChecks"],
        "observations": sum(sentinel["observations"].values()),
        "started": data["lifecycle"]["startedCount"],
    }


def generator_truth(path: Path) -> dict[str, int]:
    ideal = json.loads(path.read_text())["ideal"]["daemon"]
    sentinel, watchdog, executor = ideal["sentinel"], ideal["watchdog"], ideal["executor"]
    return {
        "restarts": watchdog["restartsOk"],
        "failedRestarts": watchdog["restartsFailed"],
        "completedTasks": executor["tasksCompleted"],
        "failedTasks": executor["tasksFailed"],
        "healthChecks": ideal["selfcheck"]["healthChecks"],
        "observations": sentinel["up"] + sentinel["down"] + sentinel["error"],
        "started": ideal["lifecycle"]["byKind"].get("started", 0),
    }


def round_of(options: argparse.Namespace, seed: int, work: Path) -> bool:
    shutil.rmtree(work, ignore_errors=True)
    logs = work / ("logs/daemon" if options.generator else "logs")
    logs.mkdir(parents=True)
    ghost = Ghost(options.binary, logs, work / "state", work / "ghost.out")
    chance = random.Random(f"kills-{seed}")
    ghost.start()
    next_event = time.monotonic() + chance.uniform(0.05, options.kill_every)

    def tick() -> None:
        nonlocal next_event
        if time.monotonic() < next_event:
            return
        if ghost.process:
            ghost.kill()
            next_event = time.monotonic() + chance.uniform(0, options.down)
        else:
            ghost.start()
            next_event = time.monotonic() + chance.uniform(0.02, options.kill_every)

    if options.generator:
        arguments = ["live", "--seed", str(seed), "--seconds", str(options.seconds), "--rate", str(options.rate)]
        arguments += ["--rotate", str(options.rotate), "--keep", str(options.keep), "--torn", "--out", str(work / "logs")]
        writer = subprocess.Popen([sys.executable, str(options.generator), *arguments])
        while writer.poll() is None:
            tick()
            time.sleep(0.002)
        truth = generator_truth(work / "logs" / "truth.json")
    else:
        written = write_logs(logs, options, seed, tick).counts
        truth = {name: written.get(name, 0) for name in counted_names}
    if not ghost.process:
        ghost.start()
    data = ghost.settled()
    counts = counted(data)
    kills = ghost.kills
    ghost.kill()
    losses = data.get("lossesTotal", 0)
    same = counts == truth
    fewer = all(counts[name] <= truth[name] for name in truth)
    good = same if options.keep >= 1000 else (same or (fewer and losses > 0))
    total = sum(truth.values())
    print(
        f"seed {seed}: {total} records, {kills} kills, {losses} losses named: "
        + ("exact" if same else f"{sum(counts.values())} counted" + ("" if good else "  WRONG"))
    )
    if not good:
        print(f"  counted {counts}\n  written {truth}\n  kept for inspection: {work}")
    return good


counted_names = ["restarts", "failedRestarts", "completedTasks", "failedTasks", "healthChecks", "observations", "started"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, default=Path(".build/release/ghost"))
    parser.add_argument("--generator", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--rate", type=float, default=500)
    parser.add_argument("--rotate", type=int, default=200, help="records of a file before it is rotated; 0 for never")
    parser.add_argument("--keep", type=int, default=1000, help="rotated files that are kept")
    parser.add_argument("--kill-every", type=float, default=2.0, help="the longest life of a Ghost, in seconds")
    parser.add_argument("--down", type=float, default=1.0, help="the longest pause between two Ghosts, in seconds")
    options = parser.parse_args()
    options.binary = options.binary.resolve()
    if not options.binary.exists():
        print(f"there is no {options.binary}; build it with: make release", file=sys.stderr)
        return 66
    good = 0
    for number in range(options.rounds):
        seed = options.seed + number
        work = Path(tempfile.gettempdir()) / f"ghost-torture-{os.getpid()}-{seed}"
        if round_of(options, seed, work):
            good += 1
            shutil.rmtree(work, ignore_errors=True)
    print(f"{good} passed, {options.rounds - good} failed")
    return 0 if good == options.rounds else 1


if __name__ == "__main__":
    sys.exit(main())
