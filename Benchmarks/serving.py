#!/usr/bin/env python3
"""Measures how Ghost serves its state: requests beside nginx, requests while logs grow, and subscribers of the stream.

Needs a release build of `ghost`, a C compiler, and for the comparison nginx and wrk; what is missing is left out and said.
Every figure is printed with what it was measured with. Fails if an answer is wrong, never because something is slow.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

NAMES = ["relayCore", "diffMonitor", "roleVerifier", "summarySyncValidator", "bootstrapDaemon", "monitorWatcher", "executor"]


def stamp(seconds):
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"[{whole}.{int(seconds * 1000) % 1000:03d}Z]"


def sentinel_lines(count, at):
    return "".join(f"{stamp(at)} 🟢 {NAMES[i % 7]} is running (PID: {1000 + i % 7})\n" for i in range(count)).encode()


class Ghost:
    """`ghost monitor` over a folder of its own."""

    def __init__(self, program, folder):
        self.logs = os.path.join(folder, "logs")
        os.makedirs(self.logs, exist_ok=True)
        now = time.time()
        with open(os.path.join(self.logs, "sentinel-status.log"), "wb") as log:
            log.write(sentinel_lines(70, now - 5))
        with open(os.path.join(self.logs, "watchdog-restarts.log"), "w") as log:
            for i, name in enumerate(NAMES):
                log.write(f"{stamp(now - 60)} ✅ {name} restart attempt {i + 1}\n")
        with open(os.path.join(self.logs, "executor-coordination.log"), "w") as log:
            log.write(f"{stamp(now - 5)} IDLE | Patch: none | Sentinel: 🟢 | Watchdog: 🟢 | Daemons: 7\n")
        with open(os.path.join(self.logs, "selfcheck-health.log"), "w") as log:
            log.write(f"{stamp(now - 5)} 🟢 SYSTEM HEALTHY | Total: 10 | Healthy: 10 | Warning: 0 | Critical: 0\n")
        with open(os.path.join(self.logs, "lifecycle-governor.log"), "w") as log:
            log.write(f"{stamp(now - 60)} 🚀 Lifecycle governor started. Startup queue: {', '.join(NAMES)}\n")
        self.process = subprocess.Popen(
            [program, "monitor", "--log-dir", self.logs, "--state-dir", os.path.join(folder, "state"),
             "--port", "0", "--status-port", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.port = None
        for line in self.process.stdout:
            found = re.search(r"orchestrator API  http://127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found.group(1))
                break
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        if self.port is None:
            sys.exit("ghost did not start")

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.read()

    def memory_kib(self):
        """Memory of its own, in KiB: what is not a file's."""
        with open(f"/proc/{self.process.pid}/smaps_rollup") as facts:
            return int(re.search(r"Anonymous:\s+(\d+)", facts.read()).group(1))

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as facts:
            fields = facts.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Nginx:
    """nginx with one worker that serves one file."""

    def __init__(self, folder, body, port):
        root = os.path.join(folder, "www")
        os.makedirs(root)
        with open(os.path.join(root, "status.json"), "wb") as file:
            file.write(body)
        os.chmod(folder, 0o755)
        configuration = os.path.join(folder, "nginx.conf")
        with open(configuration, "w") as file:
            file.write(f"""
                daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.err;
                events {{ worker_connections 1024; }}
                http {{
                    access_log off; sendfile on; tcp_nopush on; open_file_cache max=10 inactive=1h; keepalive_requests 100000000;
                    types {{ application/json json; }}
                    server {{ listen 127.0.0.1:{port} reuseport; root {root}; }}
                }}""")
        self.process = subprocess.Popen(["nginx", "-c", configuration, "-p", folder],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def wrk(url, seconds):
    text = subprocess.run(["wrk", "-t1", "-c64", f"-d{seconds}s", "--latency", url], capture_output=True, text=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
    p99 = re.search(r"99%\s+(\S+)", text).group(1)
    errors = re.search(r"Non-2xx[^\n]*|Socket errors[^\n]*", text)
    return rate, p99, errors.group(0) if errors else ""


class Writer(threading.Thread):
    """Appends lines to the sentinel's log at a rate."""

    def __init__(self, path, rate):
        super().__init__(daemon=True)
        self.path, self.rate, self.written, self.running = path, rate, 0, True

    def run(self):
        start = time.monotonic()
        with open(self.path, "ab", buffering=0) as log:
            while self.running:
                due = int((time.monotonic() - start) * self.rate) - self.written
                if due > 0:
                    log.write(sentinel_lines(due, time.time()))
                    self.written += due
                time.sleep(0.005)


def compile_client(folder):
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    program = os.path.join(folder, "serving_client")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "serving_client.c")
    subprocess.run([compiler, "-O2", "-o", program, source], check=True)
    return program


def compare_with_nginx(ghost, folder, seconds, rounds):
    if not shutil.which("nginx") or not shutil.which("wrk"):
        print("Not compared with nginx: nginx or wrk is not installed.")
        return
    body = ghost.get("/api/orchestrator/status")
    nginx = Nginx(folder, body, 18517)
    print(f"\nStatus, {len(body)} bytes, keep-alive, wrk -t1 -c64 -d{seconds}s; requests/s")
    rates = {"nginx": [], "ghost": []}
    for number in range(rounds):
        for name, url in (("nginx", "http://127.0.0.1:18517/status.json"),
                          ("ghost", f"http://127.0.0.1:{ghost.port}/api/orchestrator/status")):
            rate, p99, errors = wrk(url, seconds)
            rates[name].append(rate)
            print(f"  round {number + 1}  {name:6} {rate:10.0f}  p99 {p99}  {errors}")
    nginx.stop()
    best = {name: max(values) for name, values in rates.items()}
    print(f"  best: ghost / nginx = {best['ghost'] / best['nginx']:.2f}")


def paced(ghost, client, seconds, rate):
    print(f"\nStatus, {rate} requests/s at fixed instants over 64 connections, {seconds} s; ms from the instant due")
    for lines in (0, 50_000):
        writer = Writer(os.path.join(ghost.logs, "sentinel-status.log"), lines) if lines else None
        if writer:
            writer.start()
            time.sleep(1)
        before = ghost.cpu_seconds()
        text = subprocess.run([client, "paced", str(ghost.port), "/api/orchestrator/status", str(rate), "64", str(seconds)],
                              capture_output=True, text=True, check=True).stdout
        used = ghost.cpu_seconds() - before
        if writer:
            writer.running = False
            writer.join()
        print(f"  {lines:6} lines/s  {text.strip()}  ghost's CPU {used / seconds * 100:.0f} %")
        if writer:
            check_total(ghost, writer.written)


def check_total(ghost, written):
    """Every line that was written must be in the total."""
    for _ in range(100):
        total = json.loads(ghost.get("/api/orchestrator/component/sentinel"))["data"]["observations"]["up"]
        if total == 70 + written:
            print(f"  total right: {total} observations")
            return
        time.sleep(0.05)
    sys.exit(f"the total is {total}, {70 + written} lines were written")


def stream(ghost, client, subscribers, rounds, stalled=0):
    before = ghost.memory_kib()
    log = os.path.join(ghost.logs, "watchdog-restarts.log")
    process = subprocess.Popen([client, "stream", str(ghost.port), str(subscribers), str(rounds), log, str(stalled)],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    begun = json.loads(process.stdout.readline())
    time.sleep(1)
    each = (ghost.memory_kib() - before) / subscribers
    process.stdin.write("go\n")
    process.stdin.flush()
    rest = process.stdout.read()
    process.wait()
    after = (ghost.memory_kib() - before) / subscribers
    print(f"\nStream, {subscribers} subscribers, {stalled} more that never read; ms from the append until a subscriber has it")
    print(f"  {begun['begun']} begun in {begun['seconds']} s, {each:.1f} KiB each, {after:.1f} after the changes")
    print("  " + rest.strip().replace("\n", "\n  "))
    if begun["begun"] != subscribers or '"missing": 0' not in rest:
        sys.exit("not all subscribers were served")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ghost", default=".build/release/ghost", help="a release build")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--subscribers", type=int, default=10_000)
    parser.add_argument("--only", choices=["nginx", "paced", "stream", "many"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        client = compile_client(folder)
        ghost = Ghost(options.ghost, folder)
        try:
            if options.only in (None, "nginx"):
                compare_with_nginx(ghost, folder, options.seconds, options.rounds)
            if client is None:
                print("Not measured without a C compiler: paced requests and the stream.")
                return
            if options.only in (None, "paced"):
                paced(ghost, client, options.seconds, 5000)
            if options.only in (None, "stream"):
                stream(ghost, client, 1000, 100)
                stream(ghost, client, 1000, 100, stalled=1)
            if options.only in (None, "many"):
                stream(ghost, client, options.subscribers, 5)
        finally:
            ghost.stop()


if __name__ == "__main__":
    main()
