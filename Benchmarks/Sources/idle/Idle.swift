import GhostLogs
import GhostModel
import GhostStore
import GhostSystem
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Measures what following many files costs while nothing happens, and how soon a write to one of them is seen.
///
/// Usage: `idle FOLDER FILES SECONDS APPENDS [FOLDERS]`. Makes the files, 1,000 a folder if not told otherwise; prints names
/// and figures, one a line, and the latencies in nanoseconds.
@main
enum Idle {
    static func main() async throws {
        let numbers = CommandLine.arguments.dropFirst(2).compactMap { Int($0) }
        guard numbers.count >= 3, numbers.count == CommandLine.arguments.count - 2 else {
            print("usage: idle FOLDER FILES SECONDS APPENDS [FOLDERS]")
            return
        }
        let folder = CommandLine.arguments[1]
        let (files, seconds, appends) = (numbers[0], numbers[1], numbers[2])
        let share = numbers.count > 3 ? max(1, files / numbers[3]) : 1000
        makeFiles(files, share, in: folder)

        let before = residentBytes()
        let begun = ContinuousClock.now
        let following = Following(folder: folder)
        let lines = await following.readAll()
        print("first_scan_ms \(milliseconds(since: begun))")
        print("files \(await following.count)")
        print("lines \(lines)")
        print("descriptors \(await following.descriptors)")
        print("resident_bytes_per_file \((residentBytes() - before) / max(1, files))")

        let positions = await following.positions()
        let restarting = ContinuousClock.now
        let second = Following(folder: folder, resuming: positions)
        let again = await second.readAll()
        print("restart_ms \(milliseconds(since: restarting))")
        print("restart_lines \(again)")
        print("saved_bytes_per_file \(positions.reduce(0) { $0 + $1.body.count } / max(1, positions.count))")

        let task = Task { await following.follow() }
        defer { task.cancel() }
        // What is left of the start is over.
        try await Task.sleep(for: .seconds(3))
        let (cpu, switches) = usage()
        try await Task.sleep(for: .seconds(seconds))
        let (cpuAfter, switchesAfter) = usage()
        print("idle_cpu_percent \((cpuAfter - cpu) / Double(seconds) * 100)")
        print("idle_switches_per_second \(Double(switchesAfter - switches) / Double(seconds))")

        var random = SystemRandomNumberGenerator()
        for number in 0..<appends {
            try await Task.sleep(for: .milliseconds(Int.random(in: 2...20, using: &random)))
            let path = path(Int.random(in: 0..<files, using: &random), share, in: folder)
            let log = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
            let line = Array("[\(Clocks.wall())] 🟢 line \(number)\n".utf8)
            let seen = following.seen.load(ordering: .acquiring)
            let start = ContinuousClock.now
            guard log >= 0, write(log, line, line.count) == line.count else { exit(1) }
            while following.seen.load(ordering: .acquiring) == seen {
                guard ContinuousClock.now - start < .seconds(10) else {
                    print("line \(number) of \(path) was not seen")
                    exit(1)
                }
                await Task.yield()
            }
            print("latency \(Int((ContinuousClock.now - start) / .nanoseconds(1)))")
            close(log)
        }
    }

    private static func path(_ number: Int, _ share: Int, in folder: String) -> String {
        "\(folder)/\(number / share)/application-\(number).log"
    }

    private static func makeFiles(_ count: Int, _ share: Int, in folder: String) {
        mkdir(folder, 0o755)
        for number in 0..<count {
            if number % share == 0 { mkdir("\(folder)/\(number / share)", 0o755) }
            guard let file = fopen(path(number, share, in: folder), "w") else { exit(1) }
            for line in 0..<3 { fputs("[2026-11-22T16:04:01.123Z] 🟢 line \(line) of file \(number) is here\n", file) }
            fclose(file)
        }
    }

    private static func milliseconds(since start: ContinuousClock.Instant) -> Int {
        Int((ContinuousClock.now - start) / .milliseconds(1))
    }

    /// The memory that the process has, in bytes; 0 where that cannot be found out.
    private static func residentBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var text = [CChar](repeating: 0, count: 128)
        guard fgets(&text, 128, file) != nil else { return 0 }
        let fields = String(decoding: text.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: " ")
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// The processor's time in seconds, and how often the process was switched to.
    private static func usage() -> (cpu: Double, switches: Int) {
        var usage = rusage()
        getrusage(Int32(0), &usage)  // RUSAGE_SELF, whose type differs between platforms
        let user = Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
        let system = Double(usage.ru_stime.tv_sec) + Double(usage.ru_stime.tv_usec) / 1e6
        return (user + system, Int(usage.ru_nvcsw + usage.ru_nivcsw))
    }
}

/// Follows every log below a folder and counts lines.
private actor Following {
    private let executor = BlockingExecutor(label: "ghost.benchmark")
    private var follower: SourceFollower
    /// How many lines were read.
    nonisolated let seen = Atomic<Int>(0)

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(folder: String, resuming positions: [SavedPosition] = []) {
        follower = SourceFollower(SourceSet(patterns: ["**/*.log"], in: folder, resuming: positions))
    }

    var count: Int { follower.set.count }
    var descriptors: Int { follower.set.descriptors }

    func positions() -> [SavedPosition] { follower.set.positionsToSave().saved }

    func readAll() -> Int {
        while read() == .unfinished {}
        return seen.load(ordering: .relaxed)
    }

    func follow() async {
        while !Task.isCancelled {
            if read() != .unfinished { await follower.changes.wait(atMost: follower.set.longestWait) }
        }
    }

    private func read() -> ReadProgress {
        var lines = 0
        let progress = follower.read(budgetBytes: 8 * 1024 * 1024, now: Clocks.wall()) { _, _ in lines += 1 }
        if lines > 0 { seen.add(lines, ordering: .releasing) }
        return progress
    }
}
