public import GhostModel
import GhostSystem
public import ServiceLifecycle

/// Runs the health checks of the plan, at start and every minute, and writes what it found.
///
/// The checks of a round run at the same time, each within its own time-out, so a slow one delays nobody else's answer.
/// Looking at a disk can block, so the actor has a queue of its own.
public actor SelfCheckCore: Service {
    /// The time from the start of one round to the start of the next.
    public static let interval: Duration = .seconds(60)

    private let executor = BlockingExecutor(label: "ghost.selfcheck")
    private let checks: [CheckPlan]
    private let prober: EndpointProber
    private let place: CommandPlace
    private let log: any ComponentLogSink
    private let startGate: @Sendable () async -> Void

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Creates the service; nothing runs before ``run()``.
    ///
    /// - Parameters:
    ///   - place: where command checks run.
    ///   - startGate: returns when the first round makes sense: before the daemons have come up, it would only find that
    ///     they have not.
    public init(
        checks: [CheckPlan],
        prober: EndpointProber,
        place: CommandPlace,
        log: any ComponentLogSink,
        startGate: @escaping @Sendable () async -> Void
    ) {
        self.checks = checks
        self.prober = prober
        self.place = place
        self.log = log
        self.startGate = startGate
    }

    /// Runs rounds until the group shuts down or the task is cancelled.
    public func run() async throws {
        log.write(.heartbeat())
        await cancelWhenGracefulShutdown {
            await self.startGate()
            while !Task.isCancelled {
                let started = ContinuousClock.now
                let report = await self.round()
                if Task.isCancelled { return }
                self.log.write(report.line)
                try? await Task.sleep(until: started + Self.interval, clock: .continuous)
            }
        }
    }

    private func round() async -> CheckReport {
        let outcomes = await withTaskGroup(of: (Int, CheckOutcome).self) { group in
            for (index, check) in checks.enumerated() {
                group.addTask { (index, await self.outcome(of: check)) }
            }
            var outcomes: [(Int, CheckOutcome)] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes
        }
        return CheckReport(outcomes: outcomes.sorted { $0.0 < $1.0 }.map(\.1))
    }

    private func outcome(of check: CheckPlan) async -> CheckOutcome {
        let started = ContinuousClock.now
        let (status, finding) = await look(at: check.subject)
        return CheckOutcome(name: check.name, status: status, finding: finding, duration: ContinuousClock.now - started)
    }

    private func look(at subject: CheckPlan.Subject) async -> (CheckStatus, String) {
        switch subject {
        case .probe(let probe, let timeout):
            switch await prober.attempt(probe, timeout: timeout, in: place) {
            case .success: return (.healthy, "answers")
            case .failure(let reason): return (.critical, reason)
            }
        case .disk(let path, let limits):
            do {
                return Self.judge(try DiskUsage(ofPath: path).usedShare, limits)
            } catch {
                return (.critical, error.description)
            }
        case .memory(let limits):
            do {
                return Self.judge(try MemoryUsage().usedShare, limits)
            } catch {
                return (.critical, error.description)
            }
        }
    }

    private static func judge(_ share: Double, _ limits: Thresholds) -> (CheckStatus, String) {
        (limits.judge(share), "\(Int((share * 100).rounded()))% used")
    }
}
