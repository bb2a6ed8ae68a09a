"""The benchmarks of following many files, of restarting and of reading back; run.py prints their tables."""

import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import time
import urllib.request

# How long a program may take to be ready, or to show a line, in seconds.
PATIENCE = 60


def figures_of(command, timeout):
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=timeout)
    return result.returncode, result.stdout.splitlines()


def print_latencies(what, nanoseconds):
    times = sorted(time / 1e6 for time in nanoseconds)
    for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)):
        print(f"  {what} {name} {times[min(len(times) - 1, int(len(times) * share))]:.3f} ms")
    print(f"  {what} max {times[-1]:.3f} ms")


def latency_table(work, programs, count, files=0, components=0):
    """From an append to the published state: of the sentinel's log in memory, or of many files through rules and a store."""
    folder = os.path.join(work, f"latency-{files}-{components}")
    os.makedirs(folder)
    command = [f"{programs}/latency", folder, str(count)] + ([str(files), str(components)] if files else [])
    code, lines = figures_of(command, 600)
    if code != 0:
        return [f"latency: {lines[-1:]}"]
    how = f"{files:,} files of {components:,} components by rules, committed" if files else "the sentinel's log, in memory"
    print(f"\nFrom the beginning of an append until the snapshot shows it, {how}: {count} lines, one at a time")
    print(f"  start {lines[0].split()[1]} ms")
    print_latencies("append to state", [int(line) for line in lines[1:]])
    shutil.rmtree(folder)
    shutil.rmtree(folder + ".state")
    return []


def idle_table(work, programs, files, seconds, appends, folders):
    folder = os.path.join(work, f"idle-{files}")
    code, lines = figures_of([f"{programs}/idle", folder, str(files), str(seconds), str(appends), str(folders)], 900)
    shutil.rmtree(folder, ignore_errors=True)
    if code != 0:
        return [f"idle: {lines[-1:]}"]
    print(
        f"\n{files:,} files in {folders} folder(s) followed by a pattern, {seconds} s without a change,"
        f" then {appends} lines one at a time"
    )
    for line in lines:
        if not line.startswith("latency "):
            print("  " + line)
    print_latencies("append to line", [int(line.split()[1]) for line in lines if line.startswith("latency ")])
    return []


def readback_table(work, programs, megabytes):
    path = os.path.join(work, "readback.log")
    code, lines = figures_of([f"{programs}/readback", path, str(megabytes)], 1200)
    os.remove(path)
    print(f"\nReading back a log of {megabytes:,} MB")
    for line in lines:
        print("  " + line)
    return [f"readback: {lines[-1:]}"] if code != 0 else []


def restart_table(work, programs, logs, megabytes, rounds):
    """The time to the full state of logs that were read before; `logs` are repeated until they have the size."""
    folder = os.path.join(work, "restart")
    os.makedirs(folder)
    names = sorted(name for name in os.listdir(logs) if name.endswith(".log"))
    size = sum(os.path.getsize(os.path.join(logs, name)) for name in names)
    times = max(1, megabytes * 1_000_000 // size)
    for name in names:
        with open(os.path.join(folder, name), "wb") as target:
            for _ in range(times):
                with open(os.path.join(logs, name), "rb") as source:
                    shutil.copyfileobj(source, target, 1 << 22)
    database = os.path.join(work, "restart.db")
    found = []
    for _ in range(rounds + 1):
        code, lines = figures_of([f"{programs}/restart", folder, database], 900)
        figures = dict(line.rsplit(" ", 1) for line in lines)
        if code != 0 or figures.get("saved") != "true":
            return [f"restart: {lines}"]
        found.append((int(figures["microseconds"]) / 1000, int(figures["records"])))
    shutil.rmtree(folder)
    again = [time for time, _ in found[1:]]
    print(f"\nFrom nothing to the full state of {times * size / 1e9:,.1f} GB of logs, {found[0][1]:,} records")
    print(f"  reading all of it   {found[0][0]:10.1f} ms")
    print(f"  with saved state    {min(again):10.1f} ms, median {statistics.median(again):.1f} ms of {rounds}")
    if any(records != found[0][1] for _, records in found):
        return [f"restart: the records are {[records for _, records in found]}"]
    return []


class Peer:
    """A program that follows all files of a folder."""

    name, does = "", ""

    def __init__(self, work, folder):
        self.work, self.folder = os.path.join(work, "peer"), folder
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.work)
        self.output = os.path.join(self.work, "seen")
        with open(self.output, "wb"):
            pass
        self.process = subprocess.Popen(self.command(), stdout=self.stdout(), stderr=subprocess.DEVNULL)

    def stdout(self):
        return subprocess.DEVNULL

    def seen(self):
        """Grows when a line was taken in."""
        return os.stat(self.output).st_size

    def usage(self):
        """Seconds of the processor and bytes of memory."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        ticks = os.sysconf("SC_CLK_TCK")
        return (int(fields[11]) + int(fields[12])) / ticks, int(fields[21]) * os.sysconf("SC_PAGESIZE")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Tail(Peer):
    name, does = "tail -F", "prints lines"

    def command(self):
        return ["tail", "-q", "-n", "+1", "-F"] + [entry.path for entry in os.scandir(self.folder)]

    def stdout(self):
        return open(self.output, "ab")


class Mtail(Peer):
    name, does = "mtail", "counts one pattern"

    def command(self):
        programs = os.path.join(self.work, "programs")
        os.makedirs(programs)
        with open(os.path.join(programs, "count.mtail"), "w", encoding="utf-8") as file:
            file.write("counter lines\n/🟢/ {\n  lines++\n}\n")
        self.port = 20000 + os.getpid() % 20000
        return [
            "mtail", "-progs", programs, "-logs", f"{self.folder}/*.log", "-port", str(self.port),
            "-address", "127.0.0.1", "-logtostderr",
        ]

    def seen(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
                found = re.search(rb"^lines\S* (\d+)", answer.read(), re.MULTILINE)
                return int(found.group(1)) if found else 0
        except OSError:
            return 0


class Rsyslog(Peer):
    name, does = "rsyslog", "writes lines to a file"

    def command(self):
        return rsyslog_command(self.work, [f"{self.folder}/*.log"], self.output)


def rsyslog_command(work, files, output):
    """Has imfile read files from their beginning and every line written to `output`."""
    os.makedirs(os.path.join(work, "spool"))
    inputs = "".join(f'input(type="imfile" File="{file}" Tag="t" ruleset="r")\n' for file in files)
    configuration = os.path.join(work, "rsyslog.conf")
    with open(configuration, "w", encoding="utf-8") as file:
        file.write(
            f'global(workDirectory="{work}/spool")\nmodule(load="imfile" mode="inotify")\n'
            f'template(name="raw" type="string" string="%msg%\\n")\n{inputs}'
            f'ruleset(name="r") {{ action(type="omfile" file="{output}" template="raw") }}\n'
        )
    program = shutil.which("rsyslogd") or "/usr/sbin/rsyslogd"
    return [program, "-n", "-f", configuration, "-i", os.path.join(work, "rsyslog.pid")]


def available(name):
    return shutil.which(name) or os.path.exists(f"/usr/sbin/{name}")


def following_table(work, files, seconds, appends):
    """What other programs take to follow many files of one folder."""
    folder = os.path.join(work, "followed")
    os.makedirs(folder)
    paths = [os.path.join(folder, f"application-{number}.log") for number in range(files)]
    print(f"\nOther programs that follow {files:,} files of one folder, {seconds} s without a change, then {appends} lines")
    print(f"{'':9} {'does':24} {'idle CPU':>9} {'resident':>10} {'p50':>10} {'p99':>10} {'max':>10}")
    for kind, program in ((Tail, "tail"), (Mtail, "mtail"), (Rsyslog, "rsyslogd")):
        if not available(program):
            continue
        for path in paths:
            with open(path, "w", encoding="utf-8") as log:
                log.write("[2026-11-22T16:04:01.123Z] 🟢 the first line is here\n")
        peer = kind(work, folder)
        try:
            row = follow(peer, paths, seconds, appends)
        finally:
            peer.stop()
        print(f"{peer.name:9} {peer.does:24} {row}", flush=True)
    shutil.rmtree(folder)
    return []


def follow(peer, paths, seconds, appends):
    """A row of the table; mtail begins at the end of a file, so that only a new line tells that it is ready."""
    deadline = time.monotonic() + PATIENCE
    before, quiet = -1, time.monotonic()
    while time.monotonic() - quiet < 3 and time.monotonic() < deadline:
        now = peer.seen()
        if now != before:
            before, quiet = now, time.monotonic()
        time.sleep(0.1)
    cpu, _ = peer.usage()
    time.sleep(seconds)
    cpu_after, resident = peer.usage()
    latencies, missed = [], 0
    for number in range(appends):
        time.sleep(random.uniform(0.002, 0.02))
        before = peer.seen()
        begun = time.perf_counter_ns()
        with open(random.choice(paths), "ab", buffering=0) as log:
            log.write(f"[2026-11-22T16:05:01.123Z] 🟢 line {number}\n".encode())
        while peer.seen() == before and time.perf_counter_ns() - begun < 10e9:
            pass
        if time.perf_counter_ns() - begun >= 10e9:
            missed += 1
            if missed == 3:
                break
        latencies.append((time.perf_counter_ns() - begun) / 1e6)
    latencies.sort()
    cells = [latencies[min(len(latencies) - 1, int(len(latencies) * share))] for share in (0.5, 0.99, 1)]
    return (
        f"{(cpu_after - cpu) / seconds * 100:8.2f}% {resident / 1e6:7.1f} MB"
        + "".join(f" {cell:7.2f} ms" for cell in cells)
        + (f"  ({missed} not seen in 10 s)" if missed else "")
    )
