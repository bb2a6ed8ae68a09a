"""Tells a keeper nonsense: it must live, lose no descriptor, and go on with what makes sense."""

import array
import os
import random
import socket
import struct

from keeper_protocol import (
    ADOPT, FORGET, HELLO, RELAUNCH, RETUNE, SIGNAL, SPAWN, Connection, Keeper, blob, policy, program, shell, text, u8, u32,
    u64, until,
)


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
