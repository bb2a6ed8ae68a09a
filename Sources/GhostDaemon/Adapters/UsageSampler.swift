import GhostModel
import GhostServer
import GhostSystem

/// Tells what daemons use, from two looks at all processes.
///
/// Looking reads one small file for each process of the machine, so the actor has a queue of its own. Nothing is looked at
/// unless somebody asks.
actor UsageSampler: UsageSource {
    private let executor = BlockingExecutor(label: "ghost.usage")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private var before: Look?

    /// All sessions that were asked for, at one instant.
    private struct Look {
        var at: MonotonicTime
        var sessions: [Int32: SessionUsage]
    }

    /// How far two looks are apart that are compared.
    private static let span: ClosedRange<Duration> = .milliseconds(250) ... .seconds(10)

    func usage(of daemons: [DaemonStatus]) async -> [DaemonUsage] {
        let leaders = daemons.compactMap { status in status.pid.map { (name: status.name, pid: $0) } }
        let sessions = Set(leaders.map(\.pid))
        if let before, !Self.span.contains(Clocks.monotonic() - before.at) { self.before = nil }
        let first = before ?? look(at: sessions)
        if before == nil { try? await Task.sleep(for: Self.span.lowerBound) }
        let second = look(at: sessions)
        before = second
        return leaders.compactMap { leader in
            guard let usage = second.sessions[leader.pid] else { return nil }
            return DaemonUsage(
                name: leader.name,
                processes: usage.processes,
                cpuPercent: first.sessions[leader.pid].flatMap { old in
                    Self.percent(from: old.cpuNanoseconds, to: usage.cpuNanoseconds, within: second.at - first.at)
                },
                memoryBytes: usage.residentBytes
            )
        }
    }

    private func look(at sessions: Set<Int32>) -> Look {
        Look(at: Clocks.monotonic(), sessions: SessionUsage.look(at: sessions))
    }

    /// The share of one core with one decimal; it fell when a process of the session ended meanwhile, which is shown as 0.
    static func percent(from old: Int64, to new: Int64, within span: Duration) -> Double? {
        let nanoseconds = span.wholeNanoseconds
        guard nanoseconds > 0 else { return nil }
        return (Double(max(0, new - old)) / Double(nanoseconds) * 1000).rounded() / 10
    }
}
