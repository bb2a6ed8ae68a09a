"""Plays the keeper's protocol (docs/formats/keeper-protocol.md) to a ghost-keeper: what it must do, then nonsense.

usage: keeper_check.py [--connections N] [--seed N] COMMAND...   (COMMAND without the folder)
"""

import argparse
import os
import random
import subprocess
import sys

from keeper_protocol import (
    ADOPT, FORGET, LONGEST, QUIT, SIGNAL, STEP_EXEC, STEP_FOLDER, STEP_REQUEST, Connection, Gone, Keeper, blob, is_alive,
    policy, program, shell, text, u8, u32, u64, until,
)
from keeper_torment import torment


class Checks:
    def __init__(self):
        self.failures = 0

    def same(self, what, found, expected):
        if found != expected:
            self.failures += 1
            print(f"FAILED {what}: expected {expected!r}, found {found!r}")


def play(command, checks):
    """What a keeper must do."""
    with Keeper(command) as keeper:
        ghost = Connection(keeper.folder)
        checks.same("no runs in the beginning", ghost.hello(), {})
        play_starts(keeper, ghost, checks)
        play_groups(keeper, ghost, checks)
        play_many(keeper, ghost, checks)
        play_successor(keeper, ghost, checks)


def play_starts(keeper, ghost, checks):
    def start(run, program, **options):
        result = ghost.spawn(run, keeper.log(run), program, **options)
        return result, ghost.end(run) if result[0] == "started" else None

    _, end = start("ends", shell("echo hello; exit 7"))
    checks.same("an exit", (end, keeper.read("ends")), ((0, 7, 0), b"hello\n"))
    refusals = [
        ("no program", program("/nowhere/x"), ("failed", STEP_EXEC, 2)),
        ("no right", program(f"{keeper.folder}/keeper.lock"), ("failed", STEP_EXEC, 13)),
        ("no folder", program("/bin/sh", folder="/nowhere"), ("failed", STEP_FOLDER, 2)),
        ("no words", program("/bin/sh", words=[]), ("failed", STEP_REQUEST, 22)),
    ]
    for what, wrong, expected in refusals:
        checks.same(what, start("refused", wrong)[0], expected)
    checks.same("a name that is a path", start("a/b", shell("true"))[0][:2], ("failed", STEP_REQUEST))

    ours, theirs = os.pipe()
    script = "umask; pwd; ulimit -n; echo $V; echo no >&2; echo extra >&5"
    settings = dict(environment=["V=1 2", "PATH=/usr/bin:/bin"], folder="/tmp", umask=0o027, limits=[(7, 100, 200)])
    result, _ = start("set", shell(script, extra=5, **settings), error=keeper.log("error"), descriptors=[theirs])
    os.close(theirs)
    checks.same("two pipes", result[2], 2)
    checks.same("settings", keeper.read("set").split(b"\n")[:4], [b"0027", b"/tmp", b"100", b"1 2"])
    checks.same("standard error", keeper.read("error"), b"no\n")
    checks.same("a further descriptor", os.read(ours, 100), b"extra\n")
    os.close(ours)
    start("rotates", shell("i=0; while [ $i -lt 1000 ]; do echo line $i; i=$((i+1)); done"), policy=policy(4096, 2))
    files = sorted(name for name in os.listdir(keeper.folder) if name.startswith("rotates."))
    checks.same("rotation", files, ["rotates.log", "rotates.log.1", "rotates.log.2"])


def play_groups(keeper, ghost, checks):
    """A run is killed as a whole: what stayed in its group, and what went elsewhere with its mark."""
    mark = ["PATH=/usr/bin:/bin", "GHOST_RUN=keeper-check"]
    ghost.spawn("group", keeper.log("group"), shell("sleep 1000 & echo $!; wait", environment=mark))
    until(lambda: keeper.read("group").strip().isdigit(), "a child")
    checks.same("a signal", ghost.done(SIGNAL, text("group") + u32(15) + u8(0)), 0)
    checks.same("an end by a signal", ghost.end("group")[:2], (1, 15))
    until(lambda: not is_alive(int(keeper.read("group"))), "the end of a child")
    script = "setsid sleep 1000 & echo $!; sleep 0.2; exit 3"
    ghost.spawn("stray", keeper.log("stray"), shell(script, environment=mark))
    checks.same("an end that left something", ghost.end("stray"), (0, 3, 1))
    until(lambda: not is_alive(int(keeper.read("stray"))), "the end of a stray")


def play_many(keeper, ghost, checks):
    count = 40
    tags = [ghost.ask_spawn(f"many#{i}", keeper.log(f"many{i}"), shell(f"exit {i}")) for i in range(count)]
    checks.same("many starts", {ghost.spawned(tag)[0] for tag in tags}, {"started"})
    checks.same("many ends", [ghost.end(f"many#{i}")[1] for i in range(count)], list(range(count)))
    for i in range(count):
        ghost.send(FORGET, text(f"many#{i}"))
    checks.same("an unknown request", ghost.done(77), 38)
    checks.same("an unknown run", ghost.done(SIGNAL, text("nobody") + u32(9) + u8(0)), 3)

    other = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    with open(f"/proc/{other.pid}/stat") as file:
        began = int(file.read().rsplit(")", 1)[1].split()[19])
    paths = text("") + text("") + text(keeper.log("adopted")) + text("")
    request = text("adopted") + u32(other.pid) + u64(began) + paths + policy() + blob(b"") + u8(0)
    checks.same("an adoption", ghost.done(ADOPT, request), 0)
    ghost.done(SIGNAL, text("adopted") + u32(9) + u8(0))
    other.wait()
    checks.same("the end of an adopted run", ghost.end("adopted")[0], 2)


def play_successor(keeper, ghost, checks):
    later = Connection(keeper.folder)
    runs = later.hello()
    checks.same("ends are kept", runs.get("ends"), True)
    try:
        ghost.frame()
        checks.same("the former Ghost", "connected", "closed")
    except Gone:
        pass
    for name in runs:
        later.send(FORGET, text(name))
    checks.same("nothing is left", later.hello(2), {})
    later.done(QUIT)
    later.close()
    checks.same("the keeper ends", keeper.process.wait(LONGEST), 0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--connections", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    checks = Checks()
    play(options.command, checks)
    torment(options.command, options.connections, options.seed, checks)
    print(f"    {options.connections} hostile connections of seed {options.seed}; {checks.failures} failures")
    sys.exit(1 if checks.failures else 0)


main()
