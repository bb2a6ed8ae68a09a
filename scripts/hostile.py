#!/usr/bin/env python3
"""Asks a Ghost in every wrong way, and looks whether it goes on answering the right ones.

Starts `ghost monitor` over a folder of its own (or takes --address HOST:PORT of one that runs), and plays to it:
malformed requests (seeded), connections that say nothing or a byte a second, and everything too large. Meanwhile an honest
client asks for the state; it must get its answer, in time, each time. Needs nothing but Python 3.
"""

import argparse
import os
import random
import resource
import selectors
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Honest(threading.Thread):
    """Asks for the health ten times a second on connections of its own."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self.address, self.times, self.faults, self.is_over = address, [], [], False

    def run(self):
        while not self.is_over:
            begin = time.monotonic()
            try:
                with socket.create_connection(self.address, timeout=10) as connection:
                    connection.sendall(b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                    answer = b""
                    while chunk := connection.recv(65536):
                        answer += chunk
                if not answer.startswith(b"HTTP/1.1 200"):
                    self.faults.append(answer[:80])
            except OSError as error:
                self.faults.append(repr(error))
            self.times.append(time.monotonic() - begin)
            time.sleep(0.1)

    def report(self, what):
        self.is_over = True
        self.join(15)
        times = sorted(self.times) or [0]
        middle, most = times[len(times) // 2], times[-1]
        print(f"{what}: the honest client asked {len(times)} times, {len(self.faults)} failed, "
              f"median {middle * 1000:.1f} ms, longest {most * 1000:.0f} ms")
        for fault in self.faults[:3]:
            print("   ", fault)
        return not self.faults


def wrong_request(dice):
    """One malformed request."""
    kind = dice.randrange(14)
    noise = bytes(dice.randrange(256) for _ in range(dice.randrange(1, 300)))
    method = dice.choice([b"GET", b"POST", b"PUT", b"DELETE", b"TRACE", b"CONNECT", b"OPTIONS", b"get", b"G\0T", b""])
    path = dice.choice([b"/api/v1/logs", b"/api/orchestrator/status", b"/api/v1/daemons/x/stop", b"/../../etc/passwd",
                        b"/%2e%2e/%00", b"//", b"*", b"http://evil/", b"/api/v1/logs?after=" + noise.hex().encode(),
                        b"/api/v1/logs?regex=(a*)*b&text=" + b"%ff" * 20, b"/api/v1/logs?since=99999999999999999999d",
                        b"/api/logs?lines=99999999999999999999"])
    version = dice.choice([b"HTTP/1.1", b"HTTP/1.0", b"HTTP/9.9", b"HTTP/2.0", b"", b"FTP/1.1"])
    host = dice.choice([b"127.0.0.1", b"evil.example", b"", b"127.0.0.1\r\nHost: other", b"[::1", b"\xff\xfe"])
    head = b"%s %s %s\r\nHost: %s\r\n" % (method, path, version, host)
    if kind == 0:
        return noise
    if kind == 1:
        return head + noise + b"\r\n\r\n"
    if kind == 2:
        return head + b"Content-Length: -1\r\n\r\n"
    if kind == 3:
        return head + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"
    if kind == 4:
        return head + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nzz\r\nabc"
    if kind == 5:
        return head + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nabc"
    if kind == 6:
        return head + b"X-" + b"a" * dice.randrange(1, 9000) + b": b\r\n\r\n"
    if kind == 7:
        return head + b"".join(b"H%d: x\r\n" % n for n in range(dice.randrange(1, 400))) + b"\r\n"
    if kind == 8:
        return head + b" folded: yes\r\n\tand: again\r\n\r\n"
    if kind == 9:
        return head + b"Authorization: Bearer " + noise.replace(b"\n", b"") + b"\r\n\r\n"
    if kind == 10:
        return head.replace(b"\r\n", b"\n") + b"\n" * dice.randrange(3)
    if kind == 11:
        return head + b"\r\n" + head + b"\r\n" + noise
    if kind == 12:
        return (b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 20)[:dice.randrange(1, 900)]
    return head + b"Last-Event-ID: " + noise.hex().encode() + b"\r\nOrigin: http://evil.example\r\n\r\n"


def malformed(address, count, seed):
    dice = random.Random(seed)
    statuses = {}
    for _ in range(count):
        try:
            with socket.create_connection(address, timeout=10) as connection:
                connection.settimeout(0.05)
                try:
                    connection.sendall(wrong_request(dice))
                    connection.shutdown(socket.SHUT_WR)
                    answer = connection.recv(4096)
                except OSError:
                    answer = b""
        except OSError as error:
            answer = repr(error).encode()
        status = answer[9:12].decode("latin-1") if answer.startswith(b"HTTP/") else ("closed" if not answer else "other")
        statuses[status] = statuses.get(status, 0) + 1
    print("answers to malformed requests:", dict(sorted(statuses.items())))
    return not any(status.startswith("5") and status != "503" for status in statuses)


def slow(address, count, seconds):
    """Connections that send nothing, or a byte of a head a second; each is to be closed by the server."""
    selector = selectors.DefaultSelector()
    opened = closed = refused = 0
    text = b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: " + b"a" * 1000
    places = {}
    end = time.monotonic() + seconds
    last = 0.0
    while time.monotonic() < end:
        while opened < count:
            connection = socket.socket()
            connection.setblocking(False)
            connection.connect_ex(address)
            opened += 1
            places[connection] = 0
            selector.register(connection, selectors.EVENT_READ)
            if opened % 100 == 0:
                break
        if time.monotonic() - last > 1:
            last = time.monotonic()
            for index, connection in enumerate(list(places)):
                if index % 2 == 0:
                    try:
                        connection.send(text[places[connection]:places[connection] + 1])
                        places[connection] += 1
                    except OSError:
                        pass
        for key, _ in selector.select(0.05):
            try:
                if key.fileobj.recv(1024):
                    continue
            except OSError:
                refused += 1
            closed += 1
            selector.unregister(key.fileobj)
            key.fileobj.close()
            del places[key.fileobj]
    left = len(places)
    for connection in places:
        connection.close()
    print(f"slow connections: {opened} opened, {closed} closed by the server, {left} still open after {seconds} s")


def oversized(address):
    results = {}
    big = {
        "path of 1 MB": b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "query of 30 kB": b"GET /api/v1/logs?text=" + b"a" * 30_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "header of 1 MB": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n",
        "100,000 headers": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"A: b\r\n" * 100_000 + b"\r\n",
        "body of 16 MB": b"POST /api/v1/daemons/x/signal HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                         b"Content-Length: 16777216\r\n\r\n" + b"a" * 16_777_216,
        "regex of 5 kB": b"GET /api/v1/logs?regex=" + b"(a" * 2500 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    }
    for name, request in big.items():
        answer = b""
        try:
            with socket.create_connection(address, timeout=10) as connection:
                connection.settimeout(12)
                try:
                    connection.sendall(request)
                except OSError:
                    pass
                answer = connection.recv(4096)
        except OSError:
            pass
        results[name] = answer[9:12].decode() if answer.startswith(b"HTTP/") else "closed"
    for name, result in results.items():
        print(f"oversized: {name}: {result}")
    return all(result == "closed" or result.startswith("4") for result in results.values())


def start(binary, folder):
    """Starts a monitor on any free port; gives the process and its address."""
    os.makedirs(f"{folder}/logs", exist_ok=True)
    with open(f"{folder}/logs/sentinel-status.log", "w", encoding="utf-8") as log:
        log.write("[2026-11-22T16:00:00.000Z] 🟢 api is running (PID: 1)\n" * 20_000)
    process = subprocess.Popen(
        [binary, "monitor", "--log-dir", f"{folder}/logs", "--state-dir", f"{folder}/state", "--port", "0",
         "--status-port", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in process.stdout:
        for word in line.replace(",", " ").split():
            if "127.0.0.1:" in word:
                port = word.split("127.0.0.1:")[1].split("/")[0].strip(".;)")
                if port.isdigit():
                    threading.Thread(target=process.stdout.read, daemon=True).start()
                    return process, ("127.0.0.1", int(port))
    sys.exit("ghost monitor did not say where it listens")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--ghost", default=f"{HERE}/.build/debug/ghost", help="the program")
    arguments.add_argument("--address", help="HOST:PORT of a Ghost that runs already")
    arguments.add_argument("--malformed", type=int, default=10_000)
    arguments.add_argument("--slow", type=int, default=5_000)
    arguments.add_argument("--slow-seconds", type=int, default=25)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, options.slow + 500)), hard))
    process = None
    is_good = True
    with tempfile.TemporaryDirectory() as folder:
        if options.address:
            host, port = options.address.rsplit(":", 1)
            address = (host, int(port))
        else:
            process, address = start(options.ghost, folder)
        try:
            for what, play in [
                ("malformed", lambda: malformed(address, options.malformed, options.seed)),
                ("slow", lambda: slow(address, options.slow, options.slow_seconds)),
                ("oversized", lambda: oversized(address)),
            ]:
                honest = Honest(address)
                honest.start()
                begin = time.monotonic()
                outcome = play()
                is_good = honest.report(f"{what} ({time.monotonic() - begin:.0f} s)") and outcome is not False and is_good
            if process:
                is_alive = process.poll() is None
                with open(f"/proc/{process.pid}/status", encoding="utf-8") as status:
                    memory = [line.split()[1] for line in status if line.startswith("VmRSS")]
                print(f"the monitor {'runs' if is_alive else 'has ended'}; it has {memory[0] if memory else '?'} KiB of memory")
                is_good = is_good and is_alive
        finally:
            if process:
                process.terminate()
                process.wait(20)
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
