import GhostModel

/// What is known of every run that is no longer what was declared: looks in, news out.
///
/// A plain value. Nothing is found by one look alone: what holds in two looks in a row is told, once, and what does not hold
/// in one is cleared. So a race at the start of a daemon, which is over by the next look, is never told.
public struct DriftFindings: Sendable {
    private var runs: [RunID: Known] = [:]
    /// When daemons were restarted because of a finding, newest last.
    private var restarts: [DaemonName: [MonotonicTime]] = [:]
    private var clock: Moment?

    /// What is known of one run.
    private struct Known: Sendable {
        var baseline = DriftBaseline()
        var trends = UsageTrends()
        var signs: Set<DriftKind> = []
        var findings: [DriftFinding] = []
    }

    /// How far the clocks may part between two looks.
    public static let clockTolerance: Duration = .seconds(2)
    /// How often a daemon is restarted for findings within ``restartSpan``; then they are only told.
    public static let mostRestarts = 3
    /// The span in which these restarts are counted.
    public static let restartSpan: Duration = .seconds(3600)

    /// Nothing is known.
    public init() {}

    /// Takes in a look at all runs that have a process.
    public mutating func take(_ looks: [RunLook], at now: Moment) -> [DriftNews] {
        var news: [DriftNews] = []
        if let clock {
            let jump = now.wall.since(clock.wall) - (now.monotonic - clock.monotonic)
            if jump > Self.clockTolerance || jump < .zero - Self.clockTolerance { news.append(.clockJumped(by: jump)) }
        }
        clock = now
        var kept: [RunID: Known] = [:]
        for look in looks {
            var known = runs[look.run] ?? Known()
            known.baseline.take(look)
            known.trends.take(look.usage, at: now.monotonic)
            let signs = DriftSigns(look, known.baseline, known.trends)
            judge(look, signs, &known, at: now, &news)
            kept[look.run] = known
        }
        runs = kept
        restarts = restarts.filter { $0.value.contains { now.monotonic - $0 < Self.restartSpan } }
        return news
    }

    private mutating func judge(
        _ look: RunLook,
        _ signs: DriftSigns,
        _ known: inout Known,
        at now: Moment,
        _ news: inout [DriftNews]
    ) {
        let seen = signs.evidence.filter { look.plan.drift[$0.key] != .ignore }
        for finding in known.findings where seen[finding.kind] == nil {
            known.findings.removeAll { $0.kind == finding.kind }
            news.append(.cleared(look.run, finding.kind, all: known.findings))
        }
        var isRestarting = false
        for (kind, evidence) in seen.sorted(by: { $0.key < $1.key }) where known.signs.contains(kind) {
            guard !known.findings.contains(where: { $0.kind == kind }) else { continue }
            let finding = DriftFinding(kind: kind, evidence: evidence, since: now.wall)
            known.findings.append(finding)
            known.findings.sort { $0.kind < $1.kind }
            var wanted = look.plan.drift[kind]
            // One restart is enough for all that is found at once.
            if wanted == .restart, isRestarting { wanted = .alert }
            let action = action(wanted, of: look.run.daemon, at: now.monotonic)
            if action == .restart { isRestarting = true }
            news.append(.found(look.run, finding, action, all: known.findings))
        }
        known.signs = Set(seen.keys)
    }

    /// A restart only as long as there were few of them: one that mends nothing must not go on for ever.
    private mutating func action(_ wanted: DriftAction, of daemon: DaemonName, at now: MonotonicTime) -> DriftAction {
        guard wanted == .restart else { return wanted }
        var recent = (restarts[daemon] ?? []).filter { now - $0 < Self.restartSpan }
        guard recent.count < Self.mostRestarts else { return .alert }
        recent.append(now)
        restarts[daemon] = recent
        return .restart
    }
}
