#!/usr/bin/env python3
"""Measures `ghost up` beside the supervisors of the distribution, and prints the tables; `scripts/bench` calls this.

All supervise the same program in the same run: it writes its pid and the time of its first instruction to a pipe that is
read here. Only ratios within a table mean something. Nothing fails because it is slow; a daemon that is not brought back
does.
"""

import argparse
import os
import select
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from supervisors import Floor, Ghost, Runit, S6, Supervisord

HERE = os.path.dirname(os.path.abspath(__file__))
TICKS = os.sysconf("SC_CLK_TCK")


class Births:
    """The pipe in which each process tells that it lives."""

    def __init__(self, path):
        self.path = path
        os.mkfifo(path)
        # Open for writing too, so that it never ends.
        self.file = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        self.rest = b""

    def take(self, seconds):
        """What was told since the last call, as (pid, nanoseconds); waits for the first."""
        if not select.select([self.file], [], [], seconds)[0]:
            return []
        self.rest += os.read(self.file, 1 << 16)
        lines = self.rest.split(b"\n")
        self.rest = lines.pop()
        return [tuple(map(int, line.split())) for line in lines]

    def wait(self, count, seconds):
        """The first `count` births."""
        found, deadline = [], time.monotonic() + seconds
        while len(found) < count and time.monotonic() < deadline:
            found += self.take(deadline - time.monotonic())
        return found

    def close(self):
        os.close(self.file)
        os.remove(self.path)


class Run:
    """One supervisor with its daemons."""

    def __init__(self, supervisor, work, daemons, command_of):
        self.supervisor = supervisor
        self.folder = tempfile.mkdtemp(prefix=supervisor.name + "-", dir=work)
        self.births = Births(self.folder + "/births")
        names = [f"d{number}" for number in range(daemons)]
        supervisor.prepare(self.folder, names, command_of(self.births.path))
        self.output = open(self.folder + "/output", "wb")
        self.began = time.monotonic_ns()
        # A session of its own: its processes are found by it, and so are those that the daemons lead for s6 and runit.
        self.process = subprocess.Popen(
            supervisor.command(self.folder), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=self.output,
            stderr=self.output, start_new_session=True)
        self.daemons = daemons
        self.live = set()

    def come_up(self, seconds=60):
        """Milliseconds from the start of the supervisor to the first instruction of the last daemon; None if it is not
        reached."""
        births = self.births.wait(self.daemons, seconds)
        self.live = {pid for pid, _ in births}
        return (max(at for _, at in births) - self.began) / 1e6 if len(births) >= self.daemons else None

    def supervisor_pids(self):
        """The supervisor's own processes: those of its programs that descend from it, and the keeper of the folder."""
        parents, names = {}, {}
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                        text = file.read()
                    names[int(entry)] = text[text.index("(") + 1 : text.rindex(")")]
                    parents[int(entry)] = int(text[text.rindex(")") + 2 :].split()[1])
                except OSError:
                    continue
        found, fresh = {self.process.pid}, [self.process.pid]
        while fresh:
            parent = fresh.pop()
            children = [pid for pid, above in parents.items() if above == parent and pid not in self.live]
            fresh += [pid for pid in children if names[pid] in self.supervisor.programs and pid not in found]
            found |= set(fresh)
        return found

    def usage(self):
        """Of all its processes: context switches, processor seconds."""
        switches = ticks = 0
        for pid in self.supervisor_pids():
            for task in os.listdir(f"/proc/{pid}/task"):
                for line in open(f"/proc/{pid}/task/{task}/status", encoding="utf-8", errors="replace"):
                    if "ctxt_switches" in line:
                        switches += int(line.split()[1])
            text = open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace").read()
            fields = text[text.rindex(")") + 2 :].split()
            ticks += int(fields[11]) + int(fields[12])
        return switches, ticks / TICKS

    def memory(self):
        """KiB of all its processes: proportional, anonymous; and the anonymous of each program."""
        proportional = anonymous = 0
        programs = {}
        for pid in self.supervisor_pids():
            name = open(f"/proc/{pid}/comm", encoding="utf-8").read().strip()
            for line in open(f"/proc/{pid}/smaps_rollup", encoding="utf-8"):
                if line.startswith("Pss:"):
                    proportional += int(line.split()[1])
                if line.startswith("Anonymous:"):
                    anonymous += int(line.split()[1])
                    programs[name] = programs.get(name, 0) + int(line.split()[1])
        return proportional, anonymous, programs

    def end(self):
        own = self.supervisor_pids() - {self.process.pid}
        self.supervisor.stop(self.process, self.folder)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        # runsvdir and s6-svscan may leave before those below them have.
        time.sleep(0.3)
        for pid in own | self.live:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.output.close()
        self.births.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Restarts:
    """A supervisor whose daemons are killed one after another."""

    def __init__(self, supervisor, work, born, daemons):
        self.run = Run(supervisor, work, daemons, lambda births: f"{born} {births}")
        self.pids = []
        # Milliseconds from the signal to the first instruction of the next process.
        self.times = []
        self.missed = 0

    def come_up(self):
        births = self.run.births.wait(self.run.daemons, 30)
        self.pids = [pid for pid, _ in births]
        return len(births) >= self.run.daemons

    def kill(self, number):
        place = number % len(self.pids)
        before = time.monotonic_ns()
        os.kill(self.pids[place], signal.SIGKILL)
        found = self.run.births.wait(1, 10)
        if not found:
            self.missed += 1
            return
        self.pids[place], at = found[0]
        self.times.append((at - before) / 1e6)

    def row(self):
        name = self.run.supervisor.name
        if not self.times:
            return f"{name:12} did not come up"
        columns = [quantile(self.times, share) for share in (0.5, 0.9, 0.99)] + [max(self.times)]
        return f"{name:12} " + " ".join(f"{column:9.2f}" for column in columns) + f" {self.missed:7}"

    def end(self):
        self.run.live = set(self.pids)
        self.run.end()


def restart_table(supervisors, work, born, kills, pause, daemons):
    """All are up at once and lose a daemon in turns, so that whatever else the machine does meets each of them."""
    runs = []
    try:
        for supervisor in supervisors:
            runs.append(Restarts(supervisor, work, born, daemons))
        up = [run for run in runs if run.come_up()]
        time.sleep(2)
        for number in range(kills):
            for run in up:
                run.kill(number)
                time.sleep(pause / len(up))
        rows = [run.row() for run in runs]
        return rows, [row for run, row in zip(runs, rows) if run.missed or not run.times]
    finally:
        for run in runs:
            run.end()


def standing_row(supervisor, work, born, daemons, seconds, settle):
    """Starts many daemons, lets them be, and looks at what that costs."""
    empty = Run(supervisor, work, 0, lambda births: "")
    try:
        time.sleep(2)
        bare = empty.memory()
    finally:
        empty.end()
    run = Run(supervisor, work, daemons, lambda births: f"{born} {births}")
    try:
        took = run.come_up()
        if took is None:
            return f"{supervisor.name:12} did not come up", False
        time.sleep(settle)
        proportional, anonymous, programs = run.memory()
        switches, processor = run.usage()
        time.sleep(seconds)
        more_switches, more_processor = run.usage()
        text = (
            f"{supervisor.name:12} {took:9.0f} {proportional / 1024:9.1f} {bare[1] / 1024:9.1f} {anonymous / 1024:9.1f}"
            f" {(anonymous - bare[1]) / max(daemons, 1):9.1f}"
            f" {(more_processor - processor) / seconds * 100:8.3f} {(more_switches - switches) / seconds:9.2f}")
        if len(programs) > 1:
            text += "   " + ", ".join(f"{name} {size / 1024:.1f}" for name, size in sorted(programs.items()))
        return text, True
    finally:
        run.end()


def start_row(supervisor, work, born, daemons, rounds):
    times = []
    for _ in range(rounds):
        run = Run(supervisor, work, daemons, lambda births: f"{born} {births}")
        try:
            took = run.come_up()
            if took is None:
                return f"{supervisor.name:12} did not come up", False
            times.append(took)
        finally:
            run.end()
    return f"{supervisor.name:12} {min(times):9.0f} {statistics.median(times):9.0f} {max(times):9.0f}", True


def writer_table(ghost, work, born, rate, seconds):
    """A daemon that writes as fast as it is asked to, and into a file without a supervisor between."""
    problems = []
    print(f"\nA daemon that writes {rate} MB/s to its output for {seconds} s")
    bare = os.path.join(work, "bare.log")
    with open(bare, "wb") as output:
        process = subprocess.Popen([born, os.path.join(work, "bare.born"), str(rate * 1e6)], stdout=output)
        time.sleep(seconds)
        process.kill()
        process.wait()
    size = os.path.getsize(bare)
    os.remove(bare)
    print(f"{'to a file':12} {size / seconds / 1e6:7.0f} MB/s")
    run = Run(ghost, work, 1, lambda births: f"{born} {births} {rate * 1e6}")
    try:
        if run.come_up(30) is None:
            return ["the writer did not start"]
        _, before = run.usage()
        time.sleep(seconds)
        _, after = run.usage()
        pid = next(iter(run.live))
        os.kill(pid, signal.SIGSTOP)
        time.sleep(1)
        logs = os.path.join(run.folder, ".ghost", "logs", "daemons")
        # Beside each log stands a hidden file with the times at which it was taken in.
        names = [name for name in os.listdir(logs) if not name.startswith(".")]
        files = sorted(names, key=lambda name: (-int(name.rsplit(".", 1)[1]) if name[-1].isdigit() else 0))
        total, last, gaps, torn = 0, 0, 0, 0
        for name in files:
            with open(os.path.join(logs, name), "rb") as file:
                content = file.read()
            total += len(content)
            lines = content.split(b"\n")
            torn += lines.pop() != b"" and name != files[-1]
            for line in lines[:1] + lines[-1:]:
                number = int(line.rstrip(b"."))
                if line is lines[0] and last and number != last + 1:
                    gaps += 1
                last = number
        kept = last * 100
        print(f"{'Ghost':12} {kept / seconds / 1e6:7.0f} MB/s, keeper {(after - before) / seconds * 100:.0f} % of a core, "
              f"{len(files)} files kept, {gaps} gaps and {torn} torn lines between them")
        if gaps or torn:
            problems.append(f"the writer's log has {gaps} gaps and {torn} torn lines")
        os.kill(pid, signal.SIGCONT)
    finally:
        run.end()
    return problems


def many_table(ghost, work, born, daemons):
    run = Run(ghost, work, daemons, lambda births: f"{born} {births}")
    try:
        took = run.come_up(120)
        if took is None:
            return [f"{daemons} daemons did not come up"]
        begin = time.monotonic()
        listed = subprocess.run([ghost.binary, "ps"], cwd=run.folder, stdout=subprocess.PIPE, text=True, check=False)
        asked = time.monotonic() - begin
        begin = time.monotonic()
        run.process.terminate()
        run.process.wait(120)
        stopped = time.monotonic() - begin
        left = sum(os.path.exists(f"/proc/{pid}") for pid in run.live)
        up = sum(" up " in line for line in listed.stdout.splitlines())
        print(f"\n{daemons:,} daemons: running after {took / 1000:.2f} s, listed in {asked:.2f} s ({up} up), "
              f"stopped in {stopped:.2f} s ({left} left)")
        return [] if left == 0 and up == daemons else [f"of {daemons} daemons {up} were up and {left} are left"]
    finally:
        run.end()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--ghost", required=True, help="the program ghost; its keeper is beside it")
    arguments.add_argument("--born", required=True, help="the program that the supervisors run")
    arguments.add_argument("--floor", default="", help="the program that stands for what cannot be faster")
    arguments.add_argument("--only", default="", help="supervisors, with commas between; all by default")
    arguments.add_argument("--parts", default="restart,start,standing,writer,many")
    arguments.add_argument("--kills", type=int, default=120)
    arguments.add_argument("--pause", type=float, default=0.1, help="seconds between two kills")
    arguments.add_argument("--daemons", type=int, default=300)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--idle-seconds", type=int, default=60)
    arguments.add_argument("--many", type=int, default=2000)
    options = arguments.parse_args()
    born = os.path.abspath(options.born)
    ghost = Ghost(options.ghost)
    supervisors = [one for one in (ghost, Runit(), S6(), Supervisord()) if one.is_there()]
    if options.only:
        supervisors = [one for one in supervisors if one.name.lower() in options.only.lower().split(",")]
    floor = [one for one in [Floor(options.floor)] if one.is_there()]
    parts = options.parts.split(",")
    problems = []

    def table(title, header, row):
        print(f"\n{title}\n{'':12} {header}")
        for supervisor in supervisors:
            text, is_well = row(supervisor)
            print(text, flush=True)
            if not is_well:
                problems.append(text)

    with tempfile.TemporaryDirectory(prefix="ghost-supervision-") as work:
        if "restart" in parts:
            print(f"\nFrom KILL to the first instruction of the next process: {options.kills} kills, {options.pause} s apart, of "
                  f"12 daemons in turn, ms\n{'':12} {'p50':>9} {'p90':>9} {'p99':>9} {'max':>9} {'missed':>7}")
            rows, wrong = restart_table(floor + supervisors, work, born, options.kills, options.pause, 12)
            print("\n".join(rows), flush=True)
            problems += wrong
        if "start" in parts:
            table(f"From the start of the supervisor to the first instruction of the last of {options.daemons} daemons, ms",
                  f"{'min':>9} {'median':>9} {'max':>9}",
                  lambda one: start_row(one, work, born, options.daemons, options.rounds))
        if "standing" in parts:
            table(f"{options.daemons} daemons at rest for {options.idle_seconds} s; MiB, KiB a daemon, % of a core, context "
                  "switches a second", f"{'start ms':>9} {'PSS':>9} {'empty':>9} {'anon':>9} {'KiB/one':>9} {'CPU %':>8}"
                  f" {'switches':>9}",
                  lambda one: standing_row(one, work, born, options.daemons, options.idle_seconds, 8))
        if "writer" in parts and ghost.is_there():
            problems += writer_table(ghost, work, born, 500, 4)
        if "many" in parts and ghost.is_there():
            problems += many_table(ghost, work, born, options.many)
    if problems:
        print("\nWrong:\n  " + "\n  ".join(problems), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
