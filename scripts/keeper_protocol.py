"""Speaks the keeper's protocol (docs/formats/keeper-protocol.md): frames, a connection, and a keeper of one's own."""

import array
import os
import shutil
import socket
import struct
import subprocess
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
