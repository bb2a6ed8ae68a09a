#!/usr/bin/env python3
"""Runs the benchmarks and prints their tables; `scripts/bench` builds the programs and calls this.

Every figure comes from one run on this machine, the programs taking turns, so only ratios within a table mean something.
Ends with 1 if a total is wrong or a line costs an allocation. Slowness is no failure.
"""

import argparse
import itertools
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import many_files

HERE = os.path.dirname(os.path.abspath(__file__))
VOCABULARIES = ("daemon", "monitor")
# mtail is a hundred times slower: it gets the first lines of each file, which is taken into account a line.
SAMPLE_SHARE = 20
# Tables grow when a name or an error is new, and a block of a file may cost some; a line must cost none.
LINES_PER_ALLOCATION = 1000


class Program:
    """A command and what it took, in each round."""

    def __init__(self, name, does, command, lines, size):
        self.name, self.does, self.command, self.lines, self.size = name, does, command, lines, size
        self.walls, self.cpus = [], []
        self.output = ""

    def run(self):
        environment = dict(os.environ, LC_ALL="C", GOMAXPROCS="1")
        begin = time.monotonic()
        # Through a file and not through a pipe: some commands stop early when nobody needs what they print.
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(
                self.command, shell=True, stdout=output, stderr=subprocess.DEVNULL, env=environment
            )
            _, status, usage = os.wait4(process.pid, 0)
            self.walls.append(time.monotonic() - begin)
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            self.output = output.read().decode("utf-8", "replace")
        self.cpus.append(usage.ru_utime + usage.ru_stime)
        if process.returncode not in (0, 1):
            sys.exit(f"{self.name} ended with {process.returncode}: {self.command}")

    def per_line(self, seconds):
        return seconds / self.lines * 1e9


class RsyslogIntake(Program):
    """rsyslogd reads files from their beginning and ends when it has written all their lines to one file."""

    def __init__(self, work, folder, lines, size):
        super().__init__("rsyslog", "lines to a file", "rsyslogd", lines, size)
        self.work, self.files = os.path.join(work, "rsyslog"), [os.path.join(folder, name) for name in os.listdir(folder)]

    def run(self):
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.work)
        output = os.path.join(self.work, "seen")
        command = many_files.rsyslog_command(self.work, self.files, output)
        begin = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # What it writes is what it reads, byte for byte.
        while time.monotonic() - begin < 300:
            if os.path.exists(output) and os.path.getsize(output) >= self.size:
                break
            time.sleep(0.001)
        else:
            process.kill()
            sys.exit(f"rsyslog wrote {os.path.getsize(output)} of {self.size} bytes in 300 s")
        self.walls.append(time.monotonic() - begin)
        process.terminate()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.cpus.append(usage.ru_utime + usage.ru_stime)


def take_turns(table, rounds):
    """Runs every program once to fill the page cache, which is not counted, and then all in turn."""
    for program in table:
        program.run()
        program.walls.clear()
        program.cpus.clear()
    for _ in range(rounds):
        for program in table:
            program.run()


def print_rows(table):
    print(f"{'':9} {'does':24} {'wall min':>9} {'median':>9} {'CPU ns/line':>12} {'MB/s':>7}")
    for program in table:
        best = min(program.walls)
        print(
            f"{program.name:9} {program.does:24} {best:8.3f}s {statistics.median(program.walls):8.3f}s"
            f" {program.per_line(min(program.cpus)):12.1f} {program.size / best / 1e6:7,.0f}",
            flush=True,
        )


def generate(lines, folder):
    """The logs, and what is true about them as {vocabulary: {component: {kind: count}}}."""
    # The project's larger generator, where it is at hand, knows the same form.
    larger = os.path.normpath(os.path.join(HERE, "..", "..", "shared", "testdata", "genlogs.py"))
    truths, running = {}, []
    for vocabulary in VOCABULARIES:
        if os.path.exists(larger):
            command = [larger, "bulk", "--seed", "7", "--lines", str(lines), "--dialect", vocabulary, "--out", folder]
        else:
            own = os.path.join(HERE, "generate_logs.py")
            command = [own, "--lines", str(lines), "--vocabulary", vocabulary, "--out", folder]
        running.append(subprocess.Popen([sys.executable, *command]))
    for process in running:
        if process.wait() != 0:
            sys.exit("the generator of the logs failed")
    for vocabulary in VOCABULARIES:
        for name in (f"truth-bulk-{vocabulary}.json", f"truth-{vocabulary}.json"):
            path = os.path.join(folder, name)
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    truths[vocabulary] = {
                        component: value.get("counts", value)
                        for component, value in json.load(file).items()
                        if isinstance(value, dict)
                    }
    return truths


def expected_totals(truth, vocabulary, lines):
    """What Ghost must print, by name."""
    totals = {f"{component}.records": lines for component in truth}
    totals.update({f"{component}.damaged": 0 for component in truth})
    for component in ("sentinel", "watchdog", "selfcheck"):
        for kind, count in truth[component].items():
            totals[f"{component}.{kind}"] = count
    executor = truth["executor"]
    if vocabulary == "daemon":
        done, failed = executor["processing"], executor["error"]
        totals["executor.started"] = done + failed
    else:
        done, failed = executor["completed"], executor["failed"]
        totals["executor.started"] = executor["executing"]
    totals["executor.completed"], totals["executor.failed"] = done, failed
    totals["lifecycle.started"] = truth["lifecycle"]["started"]
    return totals


def wrong_totals(program, expected):
    found = {}
    for line in program.output.splitlines():
        name, _, value = line.rpartition(" ")
        if value.isdigit():
            found[name] = int(value)
    return [
        f"{key}: {found.get(key, 'absent')}, not {value}"
        for key, value in expected.items()
        if found.get(key) != value
    ]


def allocations(program):
    """How often the folding asked for memory; 0 where that cannot be counted."""
    found = re.search(r"^allocations (\d+)$", program.output, re.MULTILINE)
    return int(found.group(1)) if found else 0


def take_sample(folder, sample, lines):
    os.makedirs(sample, exist_ok=True)
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as log, open(os.path.join(sample, name), "wb") as start:
            for _, line in zip(range(lines), log):
                start.write(line)


def size_of(folder):
    return sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder))


def fold_table(vocabulary, work, lines, rounds, programs):
    folder, sample = os.path.join(work, vocabulary), os.path.join(work, "sample-" + vocabulary)
    sample_lines = max(1000, lines // SAMPLE_SHARE)
    take_sample(folder, sample, sample_lines)
    files = f"{folder}/*.log"
    whole = (5 * lines, size_of(folder))
    part = (5 * sample_lines, size_of(sample))
    logs = " ".join(f"--logs {sample}/{name}" for name in sorted(os.listdir(sample)))
    patterns = os.path.join(HERE, "patterns.mtail")
    table = [
        Program("grep -c", "one pattern, no state", f"grep -c '❌' {files} | cat", *whole),
        Program("Ghost", "five folds", f"{programs}/fold {folder}", *whole),
        Program("wc -l", "line ends only", f"wc -l {files}", *whole),
    ]
    if shutil.which("mtail"):
        table.append(
            Program("mtail", "time and a counter", f"mtail --one_shot --progs {patterns} {logs}", *part)
        )
    if shutil.which("lnav"):
        query = "-c ';SELECT count(*) FROM all_logs'"
        table.append(Program("lnav", "index, no state", f"lnav -n {query} {sample}/*.log", *part))
    if many_files.available("rsyslogd"):
        table.append(RsyslogIntake(work, sample, *part))
    take_turns(table, rounds)
    print(f"\nCold fold, {vocabulary} vocabulary: {whole[0]:,} lines, {whole[1] / 1e6:,.0f} MB, {rounds} rounds in turn")
    print(f"{'':9} {'does':22} {'lines':>12} {'wall min':>9} {'median':>9} {'CPU ns/line':>12} {'MB/s':>7} {'x grep':>7}")
    reference = table[0].per_line(min(table[0].cpus))
    for program in table:
        best = min(program.walls)
        cpu = program.per_line(min(program.cpus))
        print(
            f"{program.name:9} {program.does:22} {program.lines:12,} {best:8.3f}s {statistics.median(program.walls):8.3f}s"
            f" {cpu:12.1f} {program.size / best / 1e6:7,.0f} {cpu / reference:7.2f}"
        )
    return table[1]


# One line of each form, for a log in which no line is like the one before it. Ranks stand for what differs.
FORMS = (
    "081109 203615 {n} INFO dfs.DataNode$PacketResponder: Packet responder {n} for block blk_{n}7064139660 terminating",
    "17/06/09 20:10:{s} WARN storage.BlockManager: Found block rdd_{n}_{n} locally, nothing is fetched",
    "2026-07-29 17:41:{s},747 - ERROR [worker[id={n}]/0:0:0:0:0:0:0:0:2181:Election@774] - Timed out after {n} ms",
    "Dec 10 06:55:{s} host sshd[{n}]: Accepted publickey for user{n} from 10.0.0.7 port {n} ssh2",
    "[Sun Dec 04 04:47:{s} 2005] [notice] worker {n} is up and takes requests for /etc/httpd/conf/workers",
    "20171223-22:15:{s}:606|Step_Counter|30002312|value is now {n} and was {n} before",
    '10.0.0.7 - - [22/Nov/2026:16:04:{s} +0000] "GET /item/{n} HTTP/1.1" 200 {n} "-" "agent/1.0"',
    '{{"time":"2026-11-22T16:04:{s}.123Z","level":"info","msg":"request {n} is done","status":200,"took":{n}}}',
    'time=2026-11-22T16:04:{s}.123Z level=warn msg="request {n} is slow" path=/item/{n} took={n}ms',
    "2026-11-22T16:04:{s}.123456789Z stdout F I1122 16:04:{s}.123456 {n} server.go:34] request {n} is done",
    "2026-11-22 16:04:{s}.123 UTC [{n}] LOG:  checkpoint {n} complete: wrote {n} buffers",
    "2026-11-22T16:04:{s}.123456Z  INFO ghost::server: request {n} is done in {n} ms",
)


def parse_table(work, size, rounds, programs):
    """Reading a log of many forms, whose lines take turns; a public one where it is at hand."""
    public = os.path.normpath(os.path.join(HERE, "..", "..", "shared", "testdata", "loghub"))
    if os.path.isdir(public):
        logs = []
        for name in sorted(os.listdir(public)):
            if name.endswith(".log"):
                with open(os.path.join(public, name), "rb") as log:
                    logs.append([line for line in log.read().replace(b"\r", b"").split(b"\n") if line])
        lines = [line for row in itertools.zip_longest(*logs) for line in row if line is not None]
    else:
        lines = [FORMS[n % len(FORMS)].format(n=n, s=f"{n % 60:02}").encode() for n in range(24_000)]
    block = b"\n".join(lines) + b"\n"
    times = max(1, size // len(block))
    path = os.path.join(work, "mixed.log")
    with open(path, "wb") as log:
        for _ in range(times):
            log.write(block)
    whole = (times * len(lines), times * len(block))
    table = [
        Program("Ghost", "time, level and form", f"{programs}/parse {path}", *whole),
        Program("grep -c", "one word", f"grep -c ERROR {path} | cat", *whole),
        Program("wc -l", "line ends only", f"wc -l {path}", *whole),
    ]
    take_turns(table, rounds)
    print(f"\nMixed forms: {whole[0]:,} lines, {whole[1] / 1e6:,.0f} MB, {rounds} rounds in turn")
    print_rows(table)
    os.remove(path)
    problems = [f"parse {text}" for text in wrong_totals(table[0], {"records": whole[0], "without-time": 0})]
    print(f"Allocations of the whole reading: {allocations(table[0])}")
    if allocations(table[0]) > 1000 + whole[0] // LINES_PER_ALLOCATION:
        problems.append("parse: lines cost allocations")
    return problems


def access_table(work, lines, rounds, programs):
    """Reading the access log of a web server."""
    path = os.path.join(work, "access.log")
    statuses = (200, 200, 200, 304, 404, 500)
    with open(path, "w", encoding="utf-8") as log:
        for n in range(lines):
            log.write(
                f"10.{n % 4}.{n // 7 % 256}.{n % 251} - - [22/Nov/2026:{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02} +0000]"
                f' "GET /item/{n % 997} HTTP/1.1" {statuses[n % 6]} {n * 37 % 20000} "https://example.org/list?page={n % 20}"'
                ' "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"\n'
            )
    whole = (lines, os.path.getsize(path))
    table = [
        Program("Ghost", "time, level and form", f"{programs}/parse {path}", *whole),
        Program("grep -c", "one pattern, no state", f"grep -c ' 500 ' {path} | cat", *whole),
        Program("wc -l", "line ends only", f"wc -l {path}", *whole),
    ]
    if shutil.which("goaccess"):
        report = os.path.join(work, "report.json")
        options = "--log-format=COMBINED --no-global-config --no-progress"
        command = f"goaccess {path} {options} -o {report} < /dev/null"
        table.insert(1, Program("goaccess", "every field, many tables", command, *whole))
    take_turns(table, rounds)
    print(f"\nAccess log: {whole[0]:,} lines, {whole[1] / 1e6:,.0f} MB, {rounds} rounds in turn")
    print_rows(table)
    os.remove(path)
    return [f"access log {text}" for text in wrong_totals(table[0], {"records": lines, "without-time": 0})]


# What can be made larger or smaller: its name, its usual size, that of a full measurement, and what it is.
SIZES = (
    ("lines", 500_000, 2_000_000, "lines in each of the five logs"),
    ("rounds", 3, 5, "how often the programs take turns"),
    ("appends", 300, 1000, "lines whose latency is measured"),
    ("parse-megabytes", 300, 1000, "how large the log of many forms is"),
    ("access-lines", 300_000, 2_000_000, "lines of the access log"),
    ("idle-files", 20_000, 20_000, "files that are followed while idle"),
    ("idle-seconds", 15, 60, "how long nothing happens"),
    ("followed-files", 1000, 1000, "files that each of the other programs follows"),
    ("restart-megabytes", 1000, 10_000, "how much log there is at a restart"),
    ("readback-megabytes", 1000, 10_000, "length of the log that is read back"),
)
TABLES = ("fold", "parse", "access", "latency", "idle", "following", "restart", "readback")


def fold_tables(work, options):
    problems = []
    print(f"Generating 2 × 5 logs of {options.lines:,} lines in {work}", flush=True)
    truths = generate(options.lines, work)
    for vocabulary in VOCABULARIES:
        ghost = fold_table(vocabulary, work, options.lines, options.rounds, options.programs)
        expected = expected_totals(truths[vocabulary], vocabulary, options.lines)
        wrong = wrong_totals(ghost, expected)
        problems += [f"{vocabulary} {text}" for text in wrong]
        asked = allocations(ghost)
        most = 1000 + 5 * options.lines // LINES_PER_ALLOCATION
        if asked > most:
            problems.append(f"{vocabulary}: the fold asked for memory {asked} times, more than {most}")
        print(f"Allocations of the whole fold: {asked}")
        print(f"Totals: {len(expected) - len(wrong)} of {len(expected)} as the truth says", flush=True)
    return problems


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--programs", required=True, help="the folder of the built benchmark programs")
    arguments.add_argument("--full", action="store_true", help="the sizes of docs/benchmarks.md, which take an hour or so")
    for name, usual, full, what in SIZES:
        arguments.add_argument(
            f"--{name}", type=int, help=f"{what}; {usual:,} usually, {full:,} with --full", metavar="N"
        )
    arguments.add_argument("--only", nargs="+", choices=TABLES, default=TABLES, help="some of the tables")
    options = arguments.parse_args()
    for name, usual, full, _ in SIZES:
        name = name.replace("-", "_")
        if getattr(options, name) is None:
            setattr(options, name, full if options.full else usual)
    problems = []
    with tempfile.TemporaryDirectory(prefix="ghost-bench-") as work:
        if "fold" in options.only:
            problems += fold_tables(work, options)
        if "parse" in options.only:
            problems += parse_table(work, options.parse_megabytes * 1_000_000, options.rounds, options.programs)
        if "access" in options.only:
            problems += access_table(work, options.access_lines, options.rounds, options.programs)
        if "latency" in options.only:
            problems += many_files.latency_table(work, options.programs, options.appends)
            for components in (1, 1000):
                problems += many_files.latency_table(work, options.programs, options.appends, 1000, components)
        if "idle" in options.only:
            for files, folders in ((1000, 1), (options.idle_files, 20), (options.idle_files, 1)):
                problems += many_files.idle_table(
                    work, options.programs, files, options.idle_seconds, options.appends, folders
                )
        if "following" in options.only:
            problems += many_files.following_table(work, options.followed_files, options.idle_seconds, options.appends)
        if "restart" in options.only:
            logs = os.path.join(work, VOCABULARIES[0])
            if not os.path.isdir(logs):
                generate(options.lines, work)
            problems += many_files.restart_table(
                work, options.programs, logs, options.restart_megabytes, options.rounds
            )
            shutil.rmtree(logs)
        if "readback" in options.only:
            problems += many_files.readback_table(work, options.programs, options.readback_megabytes)
    if problems:
        print("\nWrong:\n  " + "\n  ".join(problems), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
