import GhostModel
import GhostServer

/// A journal in which every field of an event has a value once.
struct RichJournal: JournalSource {
    static let death = JournalEvent(
        sequence: 8,
        epoch: "0123456789abcdef",
        at: TestRouter.now,
        monotonic: 7_000_000_001,
        daemon: DaemonName("api"),
        run: "api#3",
        kind: .ended,
        cause: 7,
        text: "api ended: signal 9 (KILL), after 2s",
        detail: ["exit": "signal 9", "next": "restart"],
        position: SourcePosition(file: "api.log", generation: 2, offset: 1024),
        lines: ["2026-11-22T16:04:01.123Z ERROR it broke 🟢"]
    )
    static let order = JournalEvent(
        sequence: 7,
        epoch: "0123456789abcdef",
        at: TestRouter.now,
        monotonic: 7_000_000_000,
        kind: .command,
        text: "user 0 on the control socket asked for it"
    )

    func page(after sequence: UInt64?, daemon: DaemonName?, limit: Int) async -> JournalPage {
        let events = [Self.order, Self.death]
        return JournalPage(events: events, next: 8, epoch: "0123456789abcdef", pruned: 3, trouble: "the disk is full")
    }

    func why(_ status: DaemonStatus, at time: Timestamp) async -> WhyReport {
        WhyReport(daemon: status, chain: [Self.death, Self.order], deaths: [Self.death], at: time)
    }
}

/// Daemons with and without a figure.
struct RichUsage: UsageSource {
    func usage(of daemons: [DaemonStatus]) async -> [DaemonUsage] {
        daemons.flatMap { daemon in
            [
                DaemonUsage(name: daemon.name, processes: 2, cpuPercent: 12.5, memoryBytes: 5 << 20),
                DaemonUsage(name: daemon.name, processes: 1, cpuPercent: nil, memoryBytes: 0),
            ]
        }
    }
}
