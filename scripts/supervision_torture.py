#!/usr/bin/env python3
"""Kills Ghost and its keeper at random while daemons of ten kinds run, and checks what became of every one of them.

What must hold: no daemon ever runs twice, none is restarted that did not die, every death is told exactly once, in each log
and in the journal, with its true status (unknown only if no keeper saw it), no start and no restart is told twice, what is
counted of each daemon is what was told, numbered lines have no gap, nothing is left over at the end, and whenever it is
quiet what Ghost knows of each daemon is what its folded logs say.
"""

import argparse
import http.client
import json
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

# Each writes its pid to born/NAME when it starts, so that the truth is known without Ghost.
BORN = 'echo "$$ $GHOST_RUN" >> born/$NAME; '
COUNT = "i=0; while :; do i=$((i+1)); echo $i; "
KINDS = {
    "crash": ("sleep 0.3; exit 3", "restart: {backoff: {base: 500ms, cap: 2s}, crash_loop: off}"),
    "late": ("sleep $((3 + $$ % 5)); kill -KILL $$", ""),
    "deaf": ("trap '' TERM; " + COUNT + "sleep 0.5; done", "stop: {grace: 300ms}"),
    "forks": ("(sleep 600 &) ; (sleep 600 &); " + COUNT + "sleep 0.3; done", ""),
    "doublefork": ("setsid sh -c '(sleep 600 &) ; sleep 600' & " + COUNT + "sleep 0.3; done", ""),
    "flood": ("exec python3 -uc \"import sys,time\ni=0\nwhile True:\n for _ in range(200): i+=1; sys.stdout.write('%d\\\\n'%i)\n sys.stdout.flush(); time.sleep(0.05)\"", ""),
    "memory": ("exec python3 -c \"import time; x=bytearray(8<<20); time.sleep(6); raise SystemExit(4)\"", ""),
    "closed": ("exec 1>&- 2>&-; sleep 600", ""),
    "unready": ("sleep 600", "ready: {command: 'false', every: 2s}"),
    "done": ("sleep 1; exit 0", "oneshot: true"),
}
NUMBERED = {"deaf", "forks", "doublefork", "flood"}


def configuration(count, kinds):
    lines = ["daemons:"]
    for number in range(count):
        kind = kinds[number % len(kinds)]
        script, extra = KINDS[kind]
        name = f"{kind}-{number}"
        text = json.dumps(BORN + script)
        lines += [f"  {name}:", f"    command: {text}", "    shell: true", f"    env: {{NAME: {name}}}"]
        if extra:
            lines.append("    " + extra)
    return "\n".join(lines) + "\n"


def marked(project_filter):
    """Processes by mark: {mark: [(pid, sid)]}."""
    found = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            environment = open(f"/proc/{entry}/environ", "rb").read()
            stat = open(f"/proc/{entry}/stat").read()
        except OSError:
            continue
        at = environment.find(b"GHOST_RUN=")
        if at < 0 or (at > 0 and environment[at - 1] != 0):
            continue
        mark = environment[at + 10 :].split(b"\0", 1)[0].decode()
        fields = stat[stat.rindex(")") + 2 :].split()
        if mark.startswith(project_filter) and fields[0] not in "ZX":
            found.setdefault(mark, []).append((int(entry), int(fields[3])))
    return found


def ask(path, of):
    """What a Ghost answers on its control socket; None if it does not."""

    class Connection(http.client.HTTPConnection):
        def connect(self):
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.sock.settimeout(10)
            self.sock.connect(of)

    connection = Connection("localhost")
    try:
        connection.request("GET", path)
        return json.loads(connection.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()


class Torture:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.folder = tempfile.mkdtemp(prefix="ghost-torture-")
        os.makedirs(self.folder + "/born")
        open(self.folder + "/ghost.yaml", "w").write(configuration(options.daemons, options.only))
        self.state = self.folder + "/.ghost"
        self.project = None
        self.ghost = None
        self.problems = []
        self.keeper_deaths = 0
        self.compared = 0

    def problem(self, text):
        if len(self.problems) < 40:
            print("PROBLEM", text)
        self.problems.append(text)

    def start(self):
        output = open(self.folder + "/ghost.out", "a")
        self.ghost = subprocess.Popen(
            [self.options.ghost, "up", "--port", "0", "--status-port", "0"],
            cwd=self.folder, stdout=output, stderr=output, stdin=subprocess.DEVNULL, start_new_session=True)

    def keeper(self):
        try:
            pid = int(open(self.state + "/keeper.lock").read())
            return pid if "ghost-keeper" in open(f"/proc/{pid}/cmdline").read() else None
        except (OSError, ValueError):
            return None

    def look_for_twins(self):
        """At most one live leader a daemon; a leader is the leader of its session."""
        leaders = {}
        for mark, processes in marked(self.project or "").items():
            run = mark.split("/", 1)[1]
            daemon = run.rsplit("#", 1)[0]
            for pid, sid in processes:
                if pid == sid:
                    leaders.setdefault(daemon, set()).add((run, pid))
        for daemon, found in leaders.items():
            # A daemon of the kind doublefork has a session leader of its own beside it, in the same run.
            runs = {run for run, _ in found}
            if len(runs) > 1 or (len(found) > 1 and not daemon.startswith("doublefork")):
                self.problem(f"{daemon} runs more than once: {sorted(found)}")

    def run(self):
        options = self.options
        begin = time.time()
        self.start()
        time.sleep(3)
        self.project = self.find_project()
        keeper_kills = set(self.random.sample(range(options.kills), min(options.keeper_kills, options.kills)))
        for number in range(options.kills):
            time.sleep(self.random.choice([0, 0.02, 0.1, 0.3, 0.8]) * self.random.random())
            if number in keeper_kills and (pid := self.keeper()):
                os.kill(pid, signal.SIGKILL)
                self.keeper_deaths += 1
                time.sleep(options.settle)
                self.look_for_twins()
            os.kill(self.ghost.pid, signal.SIGKILL)
            self.ghost.wait()
            self.look_for_twins()
            time.sleep(self.random.choice([0, 0, 0.05, 0.5]) * self.random.random())
            self.start()
            time.sleep(self.random.random() * options.settle)
            if number % 10 == 9:
                self.look_for_twins()
                self.compare_truths()
            if self.ghost.poll() is not None:
                self.problem(f"ghost ended by itself with {self.ghost.returncode}")
                self.start()
        time.sleep(2)
        self.look_for_twins()
        self.compare_truths()
        self.ghost.send_signal(signal.SIGTERM)
        try:
            self.ghost.wait(60)
        except subprocess.TimeoutExpired:
            self.problem("ghost does not end")
            self.ghost.kill()
        time.sleep(2.5)
        self.look_for_orphans()
        self.account()
        self.look_for_gaps()
        took = time.time() - begin
        print(f"seed {options.seed}: {options.daemons} daemons, {options.kills} kills of Ghost, {self.keeper_deaths} of "
              f"the keeper, {took:.0f} s: {self.summary}; {len(self.problems)} problems")
        return 1 if self.problems else 0

    def told(self):
        """What the Sentinel's log says last of each daemon: (run, pid), or None for one that does not run."""
        last = {}
        try:
            lines = open(f"{self.state}/logs/sentinel-status.log", errors="replace").read().splitlines()
        except OSError:
            return last
        for line in lines:
            if match := re.search(r"(\S+) is running \(PID: (\d+)\).* run=(\S+)", line):
                last[match[1]] = (match[3], int(match[2]))
            elif match := re.search(r"(\S+) NOT running", line):
                last[match[1]] = None
        return last

    def compare_truths(self):
        """The API, the log and the monitor's fold of the log must agree on every daemon that is at rest meanwhile."""
        for _ in range(40):
            before = self.told()
            body = ask("/api/v1/daemons", self.state + "/ghost.sock")
            time.sleep(0.3)
            folded = ask("/api/orchestrator/status", self.state + "/ghost.sock")
            again = ask("/api/v1/daemons", self.state + "/ghost.sock")
            if body and folded and again and body["daemons"]:
                break
            time.sleep(0.25)
        else:
            self.problem("Ghost does not answer at a quiet point")
            return
        after = self.told()
        later = {one["name"]: (one.get("run"), one.get("pid"), one["phase"]) for one in again["daemons"]}
        up = set(folded["data"]["sentinel"]["upNow"])
        for one in body["daemons"]:
            name, known = one["name"], (one.get("run"), one.get("pid"))
            # What has just moved is compared at another time.
            if later[name] != (one.get("run"), one.get("pid"), one["phase"]) or before.get(name) != after.get(name):
                continue
            if one["phase"] in ("stopping", "waiting") or (one.get("pid") is None and name not in after):
                continue
            self.compared += 1
            logged = after.get(name)
            if (known if one.get("pid") else None) != logged:
                self.problem(f"{name}: the API says {one['phase']} {known}, the log {logged}")
            elif (logged is not None) != (name in up):
                self.problem(f"{name}: the log says {logged}, the monitor {'up' if name in up else 'not up'}")

    def find_project(self):
        for mark in marked(""):
            prefix, run = mark.split("/", 1)
            name = run.rsplit("#", 1)[0]
            path = f"{self.folder}/born/{name}"
            if os.path.exists(path) and mark in open(path).read():
                return prefix + "/"
        return "none/"

    def look_for_orphans(self):
        for mark, processes in marked(self.project).items():
            self.problem(f"left over of {mark}: {processes}")
            for pid, _ in processes:
                os.kill(pid, signal.SIGKILL)
        if self.keeper():
            self.problem(f"the keeper {self.keeper()} is left over")

    def account(self):
        """Each run that was born ended once in the logs, with the status its kind has."""
        twice = self.count_repeats()
        ends = {}
        for name in ("sentinel-status.log",):
            for line in open(f"{self.state}/logs/{name}", errors="replace"):
                match = re.search(r"NOT running.* exit=(\S+) run=(\S+)", line)
                if match:
                    ends.setdefault(match[2], []).append((match[1], "want=down" in line))
        # With the keeper killed while no Ghost was there, the next one stops what it finds: nobody has the pipes any more.
        for line in open(self.folder + "/ghost.out", errors="replace"):
            match = re.search(r"(\S+#\d+) of an earlier Ghost is gone", line)
            if match and self.keeper_deaths:
                ends.setdefault(match[1], []).append(("unknown", True))
        born, untold, unknown, wrong = 0, 0, 0, 0
        deaths = {}
        for run, told in ends.items():
            for status, was_asked in told:
                daemon = run.rsplit("#", 1)[0]
                deaths[daemon] = deaths.get(daemon, 0) + (not was_asked)
        self.compare_totals(deaths)
        expected = {"crash": "3", "late": "signal:9", "memory": "4", "done": "0"}
        for daemon in os.listdir(self.folder + "/born"):
            kind = daemon.rsplit("-", 1)[0]
            runs = [line.split("/", 1)[1].strip() for line in open(f"{self.folder}/born/{daemon}")]
            born += len(runs)
            for run in sorted(set(runs)):
                if runs.count(run) > 1:
                    self.problem(f"{run} was started {runs.count(run)} times")
                told = ends.get(run, [])
                if not told:
                    untold += 1
                    self.problem(f"the end of {run} was never told")
                for status, was_asked in told[:1]:
                    if status == "unknown":
                        unknown += 1
                    elif kind in expected and not was_asked and status != expected[kind]:
                        wrong += 1
                        self.problem(f"{run} ended with {status}, which its kind never does")
                    elif kind not in expected and not was_asked:
                        self.problem(f"{run} never ends by itself, and is said to have: {status}")
        if unknown and not self.keeper_deaths:
            self.problem(f"{unknown} ends are unknown though no keeper died")
        self.summary = f"{born} runs, {unknown} ends unknown, {twice} told twice, {untold} untold, {wrong} wrong"

    def count_repeats(self):
        """What is told of one run stands once: in each log, and in the journal; how often it does not."""
        facts = {
            "sentinel-status.log": [("end", r"NOT running.* run=(\S+)")],
            "watchdog-restarts.log": [("success", r"\u2705.* run=(\S+)"), ("failure", r"\u274c.* run=(\S+)")],
            "lifecycle-status.log": [
                ("end", r"(?:\u274c \S+ failed|released|\U0001f504) .* ?run=(\S+)"),
                ("starting", r"Starting daemon: .* run=(\S+)"),
                ("started", r"managing (?!.*adopted=true).* run=(\S+)"),
            ],
        }
        twice = 0
        self.successes = {}
        for name, patterns in facts.items():
            counts = {}
            for line in open(f"{self.state}/logs/{name}", errors="replace"):
                for fact, pattern in patterns:
                    if match := re.search(pattern, line):
                        counts[fact, match[1]] = counts.get((fact, match[1]), 0) + 1
            for (fact, run), count in sorted(counts.items()):
                if fact == "success":
                    daemon = run.rsplit("#", 1)[0]
                    self.successes[daemon] = self.successes.get(daemon, 0) + count
                if count > 1:
                    twice += 1
                    self.problem(f"{name} tells the {fact} of {run} {count} times")
        journal = sqlite3.connect(f"file:{self.state}/state.sqlite?mode=ro", uri=True)
        rows = journal.execute(
            "SELECT run, kind, count(*) FROM journal WHERE run IS NOT NULL AND kind IN ('starting', 'started', 'ended',"
            " 'restart', 'recovered') GROUP BY run, kind").fetchall()
        for run, kind, count in rows:
            if count > 1:
                twice += 1
                self.problem(f"the journal has {kind} of {run} {count} times")
        # What is too old for the journal may be missing, and what nobody but a look for leftovers has seen.
        ended = {run for run, kind, _ in rows if kind == "ended"}
        if journal.execute("SELECT min(sequence) FROM journal").fetchone()[0] == 1 and not self.keeper_deaths:
            for daemon in os.listdir(self.folder + "/born"):
                for line in open(f"{self.folder}/born/{daemon}"):
                    if (run := line.split("/", 1)[1].strip()) not in ended:
                        self.problem(f"the journal does not have the end of {run}")
        journal.close()
        return twice

    def compare_totals(self, deaths):
        """What is counted of each daemon is what was told of it."""
        saved = json.load(open(f"{self.state}/supervision.json"))["supervision"]["daemons"]
        for name, daemon in sorted(saved.items()):
            for what, counted, told in [
                ("deaths", daemon["totals"]["deaths"], deaths.get(name, 0)),
                ("successful restarts", daemon["totals"]["restartsSucceeded"], self.successes.get(name, 0)),
            ]:
                if counted != told:
                    self.problem(f"{name}: {counted} {what} are counted, {told} were told")

    def look_for_gaps(self):
        gaps = lines = 0
        for number in range(self.options.daemons):
            kind = self.options.only[number % len(self.options.only)]
            if kind not in NUMBERED:
                continue
            path = f"{self.state}/logs/daemons/{kind}-{number}.log"
            before = 0
            for line in open(path, errors="replace") if os.path.exists(path) else []:
                lines += 1
                value = int(line) if line.strip().isdigit() else -1
                if value not in (before + 1, 1):
                    gaps += 1
                before = value
        if gaps > self.keeper_deaths:
            self.problem(f"{gaps} gaps in {lines} numbered lines")
        self.summary += f", {lines} numbered lines with {gaps} gaps, {self.compared} comparisons of both truths"
        if not self.compared:
            self.problem("the truths could never be compared")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ghost", default=".build/release/ghost")
    parser.add_argument("--daemons", type=int, default=200)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--keeper-kills", type=int, default=10)
    parser.add_argument("--settle", type=float, default=1.5, help="the longest time between two kills, in seconds")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(KINDS), help="the kinds of daemons, with commas")
    options = parser.parse_args()
    options.ghost = os.path.abspath(options.ghost)
    print("seed", options.seed, flush=True)
    torture = Torture(options)
    code = torture.run()
    print("kept in", torture.folder) if code else subprocess.run(["rm", "-rf", torture.folder])
    sys.exit(code)


if __name__ == "__main__":
    main()
