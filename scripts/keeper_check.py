"""Plays the keeper's protocol (docs/formats/keeper-protocol.md) to a ghost-keeper: what it must do, then nonsense.

usage: keeper_check.py [--connections N] [--seed N] COMMAND...   (COMMAND without the folder)
"""

import argparse
import array
import os
import random
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

HELLO, SPAWN, SIGNAL, FORGET, RETUNE, ADOPT, RELAUNCH, QUIT = range(1, 9)
WELCOME, RUN, RUNS_END, SPAWNED, SPAWN_FAILED, DONE, EXITED = 101, 102, 103, 110, 111, 112, 120
STEP_REQUEST, STEP_FOLDER, STEP_EXEC = 1, 9, 11
# Only stops a check that hangs.
LONGEST = 120


def u8(value):
    return struct.pack("<B", value)


def u32(value):
    return struct.pack("<I", value & 0xFFFFFFFF)


def u64(value):
    return struct.pack("<Q", value)


def blob(data):
    return u32(len(data)) + data


def text(value):
    return blob(value.encode("utf-8", "surrogateescape"))


def texts(values):
    return u32(len(values)) + b"".join(map(text, values))


def policy(rotate=0, keep=3, age=0, pressure=1):
    return u64(rotate) + u32(keep) + u64(age) + u8(pressure)


def program(executable, words=None, environment=(), folder="/", group="", umask=None, nice=None, limits=(), extra=0):
    """A program, as SPAWN and RELAUNCH have it; it runs as the keeper's own user."""
    return b"".join([
        text(executable), texts([executable] if words is None else words), texts(list(environment)), text(folder),
        text(group), u8(umask is not None), u32(umask or 0), u8(nice is not None), u32(nice or 0),
        u8(0), u32(0), u32(0), u32(0),
        u32(len(limits)), *(u32(number) + u64(soft) + u64(hard) for number, soft, hard in limits), u32(extra),
    ])


def shell(script, **options):
    options.setdefault("environment", ["PATH=/usr/bin:/bin"])
    return program("/bin/sh", ["sh", "-c", script], **options)


class Gone(Exception):
    """The keeper has closed the connection."""


class Reader:
    def __init__(self, data):
        self.data = data

    def number(self, width):
        head, self.data = self.data[:width], self.data[width:]
        return int.from_bytes(head, "little")

    def blob(self):
        length = self.number(4)
        head, self.data = self.data[:length], self.data[length:]
        return head

    def text(self):
        return self.blob().decode("utf-8", "surrogateescape")

    def end(self):
        how, value = self.number(1), self.number(4)
        self.data = self.data[24:]
        remains = self.number(1)
        self.number(8)
        return how, value, remains


class Connection:
    def __init__(self, folder):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(LONGEST)
        self.data, self.descriptors, self.told, self.ends, self.tag = b"", [], [], {}, 0
        # A path of any length, by way of its folder.
        way = os.open(folder, os.O_RDONLY)
        try:
            until(lambda: self.reach(f"/proc/self/fd/{way}/keeper.sock"), "a place in the line")
        finally:
            os.close(way)

    def reach(self, path):
        try:
            self.socket.connect(path)
            return True
        except BlockingIOError:
            return False

    def close(self):
        self.socket.close()
        for descriptor in self.descriptors:
            os.close(descriptor)

    def send(self, kind, payload=b"", descriptors=()):
        self.tag += 1
        frame = struct.pack("<IHHI", len(payload), kind, len(descriptors), self.tag) + payload
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
        self.socket.sendall(frame[self.socket.sendmsg([frame], rights):])
        return self.tag

    def frame(self):
        while True:
            if len(self.data) >= 12:
                length, kind, count, tag = struct.unpack("<IHHI", self.data[:12])
                if len(self.data) >= 12 + length:
                    reader = Reader(self.data[12:12 + length])
                    self.data = self.data[12 + length:]
                    came, self.descriptors = self.descriptors[:count], self.descriptors[count:]
                    for descriptor in came:
                        os.close(descriptor)
                    return kind, tag, reader, count
            data, ancillary, _, _ = self.socket.recvmsg(1 << 16, socket.CMSG_SPACE(64))
            for level, kind, rights in ancillary:
                if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                    numbers = array.array("i")
                    numbers.frombytes(rights[:len(rights) - len(rights) % numbers.itemsize])
                    self.descriptors += numbers
            if not data:
                raise Gone
            self.data += data

    def answer(self, tag):
        while True:
            kind, its_tag, reader, count = self.frame()
            if its_tag == tag:
                return kind, reader, count
            self.told.append((kind, reader))

    def hello(self, role=1):
        """The runs: name, and whether it has ended."""
        tag = self.send(HELLO, u32(1) + u8(role))
        kind, _, _ = self.answer(tag)
        assert kind == WELCOME, kind
        runs = {}
        while True:
            kind, reader, _ = self.answer(tag)
            if kind == RUNS_END:
                return runs
            name = reader.text()
            reader.number(12)
            runs[name] = reader.number(1) == 1

    def ask_spawn(self, run, output, program, error="", policy=policy(), descriptors=()):
        return self.send(SPAWN, text(run) + text(output) + text(error) + policy + blob(b"note") + program, descriptors)

    def spawn(self, *arguments, **options):
        return self.spawned(self.ask_spawn(*arguments, **options))

    def spawned(self, tag):
        """("started", pid, pipes), or ("failed", step, error)."""
        kind, reader, count = self.answer(tag)
        first, second = reader.number(4), reader.number(4 if kind == SPAWN_FAILED else 8)
        return ("started", first, count) if kind == SPAWNED else ("failed", first, second)

    def done(self, kind, payload=b""):
        kind, reader, _ = self.answer(self.send(kind, payload))
        assert kind == DONE, kind
        return reader.number(4)

    def end(self, run):
        """How it ended, as (way, value, remains)."""
        while True:
            while self.told:
                kind, reader = self.told.pop(0)
                if kind == EXITED:
                    name = reader.text()
                    self.ends[name] = reader.end()
            if run in self.ends:
                return self.ends.pop(run)
            kind, _, reader, _ = self.frame()
            self.told.append((kind, reader))


def until(condition, what):
    deadline = time.monotonic() + LONGEST
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"waited {LONGEST} s for {what}")
        time.sleep(0.01)


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


class Keeper:
    def __init__(self, command):
        self.folder = tempfile.mkdtemp(prefix="ghost-keeper-")
        self.process = subprocess.Popen([*command, self.folder])

    def __enter__(self):
        until(lambda: self.process.poll() is not None or os.path.exists(f"{self.folder}/keeper.sock"), "the keeper")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder)

    def log(self, name):
        return f"{self.folder}/{name}.log"

    def read(self, name):
        try:
            with open(self.log(name), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return b""


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


def nonsense(rng, folder):
    """A request that may make sense, and mostly does not."""
    def some(limit):
        return rng.randbytes(rng.randrange(limit))

    names = ["", "a", "a#1", "../x", ".", "x" * 127, "x" * 128, f"q#{rng.randrange(9)}", f"{folder}/o{rng.randrange(5)}"]

    def name():
        return text(rng.choice(names))

    def odd_program():
        return program(
            rng.choice(["/bin/true", "/bin/sh", "", "/x"]),
            words=rng.choice([[], ["sh", "-c", "echo hi; sleep 0.01"], ["true"]]),
            environment=rng.choice([(), ["A=B"], ["GHOST_RUN=z"], [""]]), folder=rng.choice(["/", "", "/no"]),
            group=rng.choice(["", "/no/group"]), umask=rng.choice([None, 0o777, 2**32 - 1]),
            nice=rng.choice([None, 3, -30, 2**31]),
            limits=[(rng.choice([7, 99, 2**31]), rng.choice([10, 2**64 - 1]), 2**64 - 1)] * rng.choice([0, 1, 16, 17]),
            extra=rng.choice([0, 0, 2, 3, 5, 10, 11, 12, 1023, 1024, 2**31]))

    def odd_policy():
        return policy(rng.choice([0, 1, 100, 2**64 - 1]), rng.choice([0, 1, 2**32 - 1]), rng.choice([0, 1]), rng.randrange(5))

    # No number of a process that could be somebody's.
    pids = [0, 1, 2**31, 2**32 - 1, 2**31 - 1]
    payloads = {
        HELLO: lambda: u32(rng.choice([0, 1, 2, 2**32 - 1])) + u8(rng.randrange(4)),
        SPAWN: lambda: name() + name() + name() + odd_policy() + blob(some(50)) + odd_program(),
        SIGNAL: lambda: name() + u32(rng.choice([0, 9, 15, 19, 64, 65, 2**31])) + u8(rng.randrange(3)),
        FORGET: name,
        RETUNE: lambda: name() + odd_policy(),
        ADOPT: lambda: name() + u32(rng.choice(pids)) + u64(rng.choice([0, 1, 2**64 - 1])) + name() + text("") + name()
        + name() + odd_policy() + blob(some(20)) + u8(rng.randrange(5)),
        RELAUNCH: lambda: rng.choice([u8(0), u8(1) + text("") + program("/x", words=[]), u8(1) + text("") + some(30)]),
        rng.choice([0, 9, 100, 65535]): lambda: some(100),
    }
    kind = rng.choice(list(payloads))
    payload = bytearray(payloads[kind]())
    damage = rng.random()
    if damage < 0.2 and payload:
        for _ in range(rng.randrange(1, 4)):
            payload[rng.randrange(len(payload))] = rng.randrange(256)
    elif damage < 0.3:
        del payload[rng.randrange(len(payload) + 1):]
    elif damage < 0.33:
        payload += some(5000)
    wrong_lengths = [0, 2**32 - 1, 4 << 20, (4 << 20) + 1, len(payload) + 3]
    length = len(payload) if rng.random() < 0.95 else rng.choice(wrong_lengths)
    count = rng.choice([1, 1, 2, 3, 4]) if rng.random() < (0.5 if kind in (SPAWN, ADOPT) else 0.15) else 0
    announced = count if rng.random() < 0.9 else rng.randrange(6)
    return struct.pack("<IHHI", length, kind, announced, rng.randrange(65536)) + payload, count


def torment(command, connections, seed, checks):
    """Nonsense; the keeper must live, lose no descriptor, and go on with what makes sense."""
    rng = random.Random(seed)
    with Keeper(command) as keeper, open("/dev/null") as null:
        for number in range(connections):
            connection = Connection(keeper.folder)
            try:
                if rng.random() < 0.9:
                    connection.send(HELLO, u32(1) + u8(rng.choice([1, 2, 2])))
                for _ in range(rng.randrange(12)):
                    frame, count = nonsense(rng, keeper.folder)
                    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [null.fileno()] * count))]
                    connection.socket.sendmsg([frame], rights if count else [])
            except OSError:
                pass
            connection.close()
            if keeper.process.poll() is not None:
                checks.same(f"the keeper after connection {number} of seed {seed}", "ended", "alive")
                return
        ghost = Connection(keeper.folder)

        def are_over():
            # The end of one comes before it can be forgotten, and nothing tells a visitor of it.
            runs = ghost.hello()
            for name, has_ended in runs.items():
                ghost.send(FORGET, text(name)) if has_ended else ghost.done(SIGNAL, text(name) + u32(9) + u8(0))
            return not runs

        until(are_over, "the end of all runs")
        checks.same("a start after all that", ghost.spawn("sane", keeper.log("sane"), shell("exit 4"))[0], "started")
        checks.same("its end", ghost.end("sane")[:2], (0, 4))
        descriptors = len(os.listdir(f"/proc/{keeper.process.pid}/fd"))
        ghost.close()
        # Three standard ones, a pipe of its own, the lock, the listener and the connection; an emulator has its own.
        if len(command) == 1:
            checks.same("open descriptors", descriptors, 8)


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
