import GhostLogs
import GhostModel
import GhostSystem

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Measures how long it takes from the beginning of an append to a log until the monitor's snapshot shows the line.
///
/// Usage: `latency FOLDER COUNT`. The folder's sentinel log is appended to; prints one latency in nanoseconds a line.
@main
enum Latency {
    /// How long a line may take before the measurement is given up.
    private static let patience: Duration = .seconds(10)

    static func main() async throws {
        guard CommandLine.arguments.count == 3, let count = Int(CommandLine.arguments[2]) else {
            print("usage: latency FOLDER COUNT")
            return
        }
        let folder = CommandLine.arguments[1]
        let changes = ChangeWatch(folder: folder)
        let monitor = OrchestratorMonitor(
            folder: folder,
            now: { Clocks.wall() },
            waitForChange: { await changes.wait() }
        )
        let following = Task { await monitor.run() }
        defer { following.cancel() }

        let log = open("\(folder)/sentinel-status.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard log >= 0 else {
            print("cannot open the sentinel's log in \(folder): errno \(errno)")
            exit(1)
        }
        defer { close(log) }
        var random = SystemRandomNumberGenerator()
        for number in 1...count {
            // At irregular times, so that no rhythm of the reader is met or missed each time.
            try await Task.sleep(for: .milliseconds(Int.random(in: 2...30, using: &random)))
            let pid = Int32(1000 + number)
            let line = Array("[\(Clocks.wall())] 🟢 api is running (PID: \(pid))\n".utf8)
            let before = monitor.snapshot.sequence
            // Taken before the append: the kernel may let the monitor run before it lets the writer go on.
            let begun = ContinuousClock.now
            guard write(log, line, line.count) == line.count else { exit(1) }
            // Asked again and again rather than notified: this is what a client of the snapshot would see at best.
            while monitor.snapshot.sequence == before {
                guard ContinuousClock.now - begun < patience else {
                    print("line \(number) was not seen within \(patience)")
                    exit(1)
                }
                await Task.yield()
            }
            print(Int((ContinuousClock.now - begun) / .nanoseconds(1)))
        }
        let records = monitor.snapshot.status(at: Clocks.wall(), plan: MonitorPlan()).sentinel.facts.records
        guard records == count else {
            print("\(count) lines were written and \(records) counted")
            exit(1)
        }
    }
}
