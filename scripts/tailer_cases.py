#!/usr/bin/env python3
"""Plays hard cases of log rotation to Ghost and to other tailers, and prints who counts every line once.

    scripts/compare-tailers [CASE…]

Every case writes numbered records into one log and does something nasty to the file. A reader passes when it has seen each
record exactly once in the end; otherwise the table says how many of how many it saw. Readers that are not installed are
left out. Nothing here is timed: a reader has some seconds to catch up.
"""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
import json
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

LOG = "watchdog-restarts.log"
PATIENCE = 6.0  # seconds that a reader has to catch up
SETTLE = 1.2  # seconds without a change after which it has


def record(number: int) -> bytes:
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
    return f"[{now}Z] ✅ api restart attempt {number}\n".encode()


class Reader:
    """A tailer that follows one log in a folder."""

    name = ""
    keeps_state = True

    def __init__(self, work: Path) -> None:
        self.work = work
        self.folder = work / "logs"
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> None:
        self.output = (self.work / "out").open("ab")
        self.process = subprocess.Popen(self.command(), stdout=self.output, stderr=subprocess.STDOUT, cwd=self.work)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        time.sleep(0.7)

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process:
            self.process.send_signal(how)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def count(self) -> int:
        raise NotImplementedError

    def final_count(self) -> int:
        deadline = time.monotonic() + PATIENCE
        last, since = -1, time.monotonic()
        while time.monotonic() < deadline:
            try:
                now = self.count()
            except OSError:
                now = last
            if now != last:
                last, since = now, time.monotonic()
            elif time.monotonic() - since > SETTLE:
                break
            time.sleep(0.05)
        return last


class Ghost(Reader):
    name = "ghost"
    binary = Path(os.environ.get("GHOST_BINARY", ".build/release/ghost")).resolve()

    def command(self) -> list[str]:
        (self.work / "out").write_bytes(b"")
        return [
            str(self.binary), "monitor", "--log-dir", str(self.folder), "--state-dir", str(self.work / "state"),
            "--port", "0", "--status-port", "0",
        ]

    def data(self) -> dict:
        for line in (self.work / "out").read_text().splitlines():
            if "orchestrator API" in line:
                with urllib.request.urlopen(line.split()[-1], timeout=5) as answer:
                    return json.load(answer)["data"]
        raise OSError("not listening yet")

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                self.data()
                time.sleep(0.3)
                return
            except OSError:
                time.sleep(0.02)

    def count(self) -> int:
        return self.data()["watchdog"]["restartCount"]

    def named_losses(self) -> int:
        return self.data().get("lossesTotal", 0)


class Tail(Reader):
    name = "tail -F"
    keeps_state = False

    def command(self) -> list[str]:
        return ["tail", "-n", "+1", "-F", str(self.folder / LOG)]

    def count(self) -> int:
        return (self.work / "out").read_bytes().count("✅".encode())


class Mtail(Reader):
    name = "mtail"
    keeps_state = False

    def command(self) -> list[str]:
        programs = self.work / "progs"
        programs.mkdir(exist_ok=True)
        (programs / "count.mtail").write_text("counter restarts\n/✅/ {\n  restarts++\n}\n")
        self.port = 20000 + os.getpid() % 20000
        return [
            shutil.which("mtail") or "mtail", "-progs", str(programs), "-logs", str(self.folder / LOG), "-port",
            str(self.port), "-address", "127.0.0.1", "-logtostderr",
        ]

    def count(self) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
            for line in answer.read().decode().splitlines():
                if line.startswith("restarts"):
                    return int(float(line.split()[-1]))
        return 0


class Rsyslog(Reader):
    name = "rsyslog"

    def command(self) -> list[str]:
        state = self.work / "spool"
        state.mkdir(exist_ok=True)
        (self.work / "rsyslog.conf").write_text(
            f'global(workDirectory="{state}")\nmodule(load="imfile" mode="inotify")\n'
            'template(name="raw" type="string" string="%msg%\\n")\n'
            f'input(type="imfile" File="{self.folder / LOG}" Tag="t" ruleset="r" PersistStateInterval="1" '
            'readTimeout="2" reopenOnTruncate="on")\n'
            f'ruleset(name="r") {{ action(type="omfile" file="{self.work / "seen"}" template="raw") }}\n'
        )
        return [
            shutil.which("rsyslogd") or "/usr/sbin/rsyslogd", "-n", "-f", str(self.work / "rsyslog.conf"), "-i",
            str(self.work / "rsyslog.pid"),
        ]

    def count(self) -> int:
        seen = self.work / "seen"
        return seen.read_bytes().count("✅".encode()) if seen.exists() else 0


class Log:
    """The log that a case writes."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / LOG
        self.written = 0
        self.file = self.path.open("ab", buffering=0)

    def write(self, count: int) -> None:
        for _ in range(count):
            self.file.write(record(self.written))
            self.written += 1

    def reopen(self) -> None:
        self.file = self.path.open("ab", buffering=0)

    def rotate(self, keep: int = 9, compress: bool = False) -> None:
        for number in range(keep, 0, -1):
            older, newer = Path(f"{self.path}.{number}"), Path(f"{self.path}.{number - 1}")
            if number == 1:
                newer = self.path
            if newer.exists():
                newer.rename(older)
        if compress:
            plain = Path(f"{self.path}.1")
            with gzip.open(f"{plain}.gz", "wb") as packed:
                packed.write(plain.read_bytes())
            plain.unlink()
        self.reopen()


Case = Callable[[Log, Reader], None]


def caught_up(reader: Reader) -> None:
    reader.final_count()


def truncate_and_regrow(log: Log, reader: Reader) -> None:
    log.write(30)
    caught_up(reader)
    os.truncate(log.path, 0)
    log.write(80)


def same_banner(log: Log, reader: Reader) -> None:
    log.file.write(b"=== started ===\n")
    log.write(30)
    caught_up(reader)
    os.truncate(log.path, 0)
    log.file.write(b"=== started ===\n")
    log.write(80)


def old_descriptor(log: Log, reader: Reader) -> None:
    log.write(10)
    caught_up(reader)
    old = log.file
    log.rotate()
    log.write(5)
    time.sleep(0.5)
    for _ in range(10):
        old.write(record(log.written))
        log.written += 1


def burst(log: Log, reader: Reader) -> None:
    log.write(10)
    caught_up(reader)
    for _ in range(5):
        log.rotate()
        log.write(18)


def rotated_while_down(log: Log, reader: Reader) -> None:
    log.write(10)
    caught_up(reader)
    reader.stop()
    log.write(3)
    log.rotate()
    log.write(7)
    log.rotate()
    log.write(4)
    reader.start()


def compressed_while_down(log: Log, reader: Reader) -> None:
    log.write(10)
    caught_up(reader)
    reader.stop()
    log.write(3)
    log.rotate(compress=True)
    log.write(7)
    reader.start()


def compressed_after_reading(log: Log, reader: Reader) -> None:
    log.write(10)
    log.rotate()
    log.write(5)
    caught_up(reader)
    plain = Path(f"{log.path}.1")
    with gzip.open(f"{plain}.gz", "wb") as packed:
        packed.write(plain.read_bytes())
    plain.unlink()
    log.write(5)


def recreated(log: Log, reader: Reader) -> None:
    log.write(20)
    caught_up(reader)
    log.path.unlink()
    log.reopen()
    log.write(25)


def tiny(log: Log, reader: Reader) -> None:
    log.file.write(b"\n")
    caught_up(reader)
    log.write(1)


def slow_writer(log: Log, reader: Reader) -> None:
    for _ in range(5):
        text = record(log.written)
        log.written += 1
        for part in (text[:20], text[20:31], text[31:]):
            log.file.write(part)
            time.sleep(0.15)


def restart_in_a_line(log: Log, reader: Reader) -> None:
    log.write(5)
    text = record(log.written)
    log.written += 1
    log.file.write(text[:31])
    caught_up(reader)
    reader.stop()
    log.file.write(text[31:])
    log.write(3)
    reader.start()


def huge_line(log: Log, reader: Reader) -> None:
    log.write(5)
    log.file.write(b"x" * 20_000_000 + b"\n")
    log.write(5)


def killed(log: Log, reader: Reader) -> None:
    for _ in range(4):
        log.write(200)
        time.sleep(0.05)
        reader.stop(signal.SIGKILL)
        log.write(50)
        reader.start()


def holes(log: Log, reader: Reader) -> None:
    log.write(5)
    log.file.write(b"\0" * 4096)
    log.write(5)


def copied_and_truncated_unread(log: Log, reader: Reader) -> None:
    log.write(10)
    caught_up(reader)
    reader.stop()
    log.write(20)
    shutil.copyfile(log.path, f"{log.path}.1")
    os.truncate(log.path, 0)
    log.write(5)
    reader.start()


def swapped_link(log: Log, reader: Reader) -> None:
    log.write(10)
    caught_up(reader)
    first, second = log.path.with_name("first.txt"), log.path.with_name("second.txt")
    log.path.rename(first)
    second.write_bytes(b"")
    link = log.path.with_name("new")
    link.symlink_to(second)
    link.rename(log.path)
    log.reopen()
    log.write(10)


def late_permission(log: Log, reader: Reader) -> None:
    log.write(5)
    caught_up(reader)
    os.chmod(log.path, 0)
    log.write(5)
    time.sleep(0.3)
    os.chmod(log.path, 0o644)
    log.write(5)


CASES: dict[str, tuple[str, Case]] = {
    "1": ("truncated and grown past the old position", truncate_and_regrow),
    "2": ("the same, behind the same first line", same_banner),
    "4": ("removed and written anew", recreated),
    "5": ("renamed, and written to on the old descriptor", old_descriptor),
    "6": ("five rotations in a burst", burst),
    "7": ("rotated twice while the reader is down", rotated_while_down),
    "8a": ("rotated and compressed while it is down", compressed_while_down),
    "8b": ("compressed after it was read", compressed_after_reading),
    "11": ("a file of one byte, then one line", tiny),
    "12a": ("a writer that pauses inside lines", slow_writer),
    "12b": ("a restart in the middle of a line", restart_in_a_line),
    "14": ("a line of 20 MB", huge_line),
    "15": ("kill -9 while lines come", killed),
    "17": ("holes of NUL bytes", holes),
    "18": ("copied and truncated while it is down", copied_and_truncated_unread),
    "19a": ("a symbolic link in place of the file", swapped_link),
    "19b": ("unreadable for a while", late_permission),
}


def available() -> list[type[Reader]]:
    readers: list[type[Reader]] = []
    if Ghost.binary.exists():
        readers.append(Ghost)
    for kind, program in ((Tail, "tail"), (Mtail, "mtail"), (Rsyslog, "rsyslogd")):
        if shutil.which(program) or Path(f"/usr/sbin/{program}").exists():
            readers.append(kind)
    return readers


def play(kind: type[Reader], case: Case) -> tuple[str, bool]:
    work = Path(tempfile.mkdtemp(prefix="ghost-cases-"))
    (work / "logs").mkdir()
    reader = kind(work)
    log = Log(work / "logs")
    try:
        reader.start()
        case(log, reader)
        seen = reader.final_count()
        if seen == log.written:
            return "all", True
        note = ""
        if isinstance(reader, Ghost) and seen < log.written and reader.named_losses() > 0:
            note = ", loss named"
        return f"{seen} of {log.written}{note}", False
    finally:
        reader.stop(signal.SIGKILL)
        shutil.rmtree(work, ignore_errors=True)


def main() -> int:
    readers = available()
    chosen = sys.argv[1:] or list(CASES)
    width = max(len(CASES[name][0]) for name in chosen)
    print(" " * (width + 6) + "".join(f"{kind.name:>20}" for kind in readers))
    failures = 0
    for name in chosen:
        title, case = CASES[name]
        cells = []
        for kind in readers:
            text, good = play(kind, case)
            cells.append(text)
            if kind is Ghost and not good:
                failures += 1
        print(f"{name:>4}  {title:<{width}}" + "".join(f"{cell:>20}" for cell in cells), flush=True)
    print(f"{len(chosen) - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
