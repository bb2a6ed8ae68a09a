import GhostDaemon
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

/// Measures how long it takes from the beginning of an append to a log until the monitor's snapshot shows the line.
///
/// Usage: `latency FOLDER COUNT [FILES COMPONENTS]`. Without FILES the sentinel's log is appended to and the state is kept in
/// memory. With it, that many other logs are made, which rules assign to as many components; each line goes to one of
/// them at random, and its state is committed to a store before it is shown, as in `ghost monitor --rules`. Prints how long
/// the start took and one latency in nanoseconds a line: until those are told who hand the state to subscribers.
@main
enum Latency {
    /// How long a line may take before the measurement is given up.
    private static let patience: Duration = .seconds(10)

    static func main() async throws {
        let numbers = CommandLine.arguments.dropFirst(2).compactMap { Int($0) }
        guard [3, 5].contains(CommandLine.arguments.count), numbers.count == CommandLine.arguments.count - 2 else {
            print("usage: latency FOLDER COUNT [FILES COMPONENTS]")
            return
        }
        let folder = CommandLine.arguments[1]
        let ruled = numbers.count == 3 ? try Ruled(files: numbers[1], components: numbers[2], in: folder) : nil
        let paths = ruled?.paths ?? ["\(folder)/sentinel-status.log"]
        let changes = ChangeWatch(folder: folder)
        // Elsewhere, as it is in earnest: each commit would be a change in the folder.
        let stateFolder = folder + ".state"
        mkdir(stateFolder, 0o755)
        let openStore: @Sendable () throws(StoreFailure) -> any StateKeeping = { () throws(StoreFailure) in
            try StateStore.open(path: "\(stateFolder)/state.db", subject: folder, now: Clocks.wall())
        }
        let begun = ContinuousClock.now
        let told = Told(since: begun)
        let monitor = OrchestratorMonitor(
            folder: folder,
            rules: ruled?.rules,
            openStore: ruled == nil ? nil : openStore,
            now: { Clocks.wall() },
            onPublish: { if case .newState = $0 { told.note() } },
            waitForChange: { await changes.wait() }
        )
        let following = Task { await monitor.run() }
        defer { following.cancel() }
        try await waitUntilRead(monitor, told, ruled?.paths.count ?? 0)
        print("start_ms \(told.last / 1_000_000)")

        var random = SystemRandomNumberGenerator()
        for number in 1...numbers[0] {
            // At irregular times, so that no rhythm of the reader is met or missed each time.
            try await Task.sleep(for: .milliseconds(Int.random(in: 2...30, using: &random)))
            let log = open(paths[Int.random(in: paths.indices, using: &random)], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
            guard log >= 0 else { exit(1) }
            let line = Array("[\(Clocks.wall())] 🟢 api is running (PID: \(1000 + number))\n".utf8)
            let before = monitor.snapshot.sequence
            // Taken before the append: the kernel may let the monitor run before it lets the writer go on.
            let appended = ContinuousClock.now
            guard write(log, line, line.count) == line.count else { exit(1) }
            while monitor.snapshot.sequence == before {
                guard ContinuousClock.now - appended < patience else {
                    print("line \(number) was not seen within \(patience)")
                    exit(1)
                }
                try await Task.sleep(for: .milliseconds(1))
            }
            // The state is there a moment before it is told.
            while told.last < Int((appended - begun) / .nanoseconds(1)) { await Task.yield() }
            print(told.last - Int((appended - begun) / .nanoseconds(1)))
            close(log)
        }
        let status = monitor.snapshot.status(at: Clocks.wall(), plan: MonitorPlan())
        let records = ruled == nil ? status.sentinel.facts.records : status.rules.values.reduce(0) { $0 + $1.records }
        let expected = numbers[0] + (ruled?.paths.count ?? 0)
        guard records == expected else {
            print("\(expected) lines were written and \(records) counted")
            exit(1)
        }
    }

    /// Waits until everything that was there has been read.
    private static func waitUntilRead(_ monitor: OrchestratorMonitor, _ told: Told, _ lines: Int) async throws {
        var records = 0
        repeat {
            try await Task.sleep(for: .milliseconds(100))
            let rules = monitor.snapshot.status(at: Clocks.wall(), plan: MonitorPlan()).rules
            records = rules.values.reduce(0) { $0 + $1.records }
        } while records < lines || told.last == 0
        try await Task.sleep(for: .seconds(1))
    }
}

/// When a new state was last told, in nanoseconds since the beginning.
private final class Told: Sendable {
    private let begun: ContinuousClock.Instant
    private let nanoseconds = Atomic<Int>(0)

    init(since begun: ContinuousClock.Instant) { self.begun = begun }

    var last: Int { nanoseconds.load(ordering: .acquiring) }

    func note() { nanoseconds.store(Int((ContinuousClock.now - begun) / .nanoseconds(1)), ordering: .releasing) }
}

/// Logs that rules name.
private struct Ruled {
    let paths: [String]
    let rules: RuleSet

    init(files: Int, components: Int, in folder: String) throws {
        mkdir(folder, 0o755)
        mkdir("\(folder)/daemons", 0o755)
        paths = (0..<files).map { "\(folder)/daemons/daemon-\($0 % components)-\($0).log" }
        for path in paths {
            guard let file = fopen(path, "w") else { exit(1) }
            fputs("[\(Clocks.wall())] 🟢 api is running (PID: 1)\n", file)
            fclose(file)
        }
        var text = "components:\n"
        for number in 0..<components {
            text += """
                  daemon-\(number):
                    files: "daemons/daemon-\(number)-*.log"
                    rules:
                      - when: "🟢 {who} is running (PID: {pid:int})"
                        state: up
                        set: { pid: "{pid}" }

                """
        }
        rules = try RuleLoader.load(text: text, file: "rules.yaml")
    }
}
