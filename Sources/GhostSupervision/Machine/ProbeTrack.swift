public import GhostModel

/// One probe in one run: which questions are open, what was answered, and what that makes of it.
///
/// An attempt asks every question that must be asked and is judged when all are answered. Answers that come by
/// themselves (a line of the log, `READY=1`) are kept for the whole run and may decide at once.
public struct ProbeTrack: Sendable, Hashable {
    /// What is asked.
    public let plan: ProbePlan
    /// The number of the newest attempt; its questions are told apart from those of earlier ones by it.
    public private(set) var attempt: Int
    /// How many attempts in a row have failed.
    public private(set) var failures = 0
    /// What the newest attempt said; nil before the first.
    public private(set) var newest: ProbeResult?
    /// Whether an attempt has succeeded.
    public private(set) var success: Success = .never
    /// The attempt that it began with; what is watched for is told apart from earlier watches by it.
    let beginning: Int
    private let leaves: [Probe]
    private var answers: [ProbeResult?]
    private var open: Set<Int> = []

    /// Whether an attempt has succeeded in this run.
    public enum Success: Sendable, Hashable {
        case never
        case once
    }

    init(_ plan: ProbePlan, attempt: Int) {
        self.plan = plan
        self.attempt = attempt
        beginning = attempt
        leaves = plan.probe.leaves
        answers = Array(repeating: nil, count: leaves.count)
    }

    /// The questions that come by themselves from the log, with their places.
    var logPhrases: [(leaf: Int, phrase: LogPhrase)] {
        leaves.enumerated().compactMap { place, leaf in
            if case .log(let phrase) = leaf { (place, phrase) } else { nil }
        }
    }

    /// The places and questions that somebody must ask.
    private var polled: [(leaf: Int, probe: Probe)] {
        leaves.enumerated().filter { $0.element.answer == .polled }.map { ($0.offset, $0.element) }
    }

    /// Whether anything must be asked.
    var isPolled: Bool { leaves.contains { $0.answer == .polled } }

    /// The shortest silence that it watches for; nil if none.
    var shortestSilence: Duration? {
        leaves.compactMap { if case .silence(let limit)? = $0.answer { limit } else { nil } }.min()
    }

    /// Begins an attempt and returns what must be asked.
    mutating func ask() -> [(leaf: Int, probe: Probe)] {
        attempt += 1
        let questions = polled
        open = Set(questions.map(\.leaf))
        return questions
    }

    /// Whether nothing is open any more.
    var isAnswered: Bool { open.isEmpty }

    /// Takes an answer in; returns whether it was one to an open question or one that was awaited.
    mutating func answer(_ leaf: Int, attempt: Int, _ result: ProbeResult) -> Taken {
        guard leaves.indices.contains(leaf) else { return .ignored }
        if leaves[leaf].answer == .awaited {
            guard attempt == beginning, result == .success, answers[leaf] != .success else { return .ignored }
            answers[leaf] = .success
            return .unasked
        }
        guard attempt == self.attempt, open.remove(leaf) != nil else { return .ignored }
        answers[leaf] = result
        return .asked
    }

    /// What became of an answer.
    enum Taken {
        case ignored
        /// It answered a question.
        case asked
        /// It came by itself.
        case unasked
    }

    /// Takes in that the daemon has said `READY=1`.
    mutating func notified() -> Taken {
        var taken = Taken.ignored
        for (place, leaf) in leaves.enumerated() where leaf == .notify && answers[place] != .success {
            answers[place] = .success
            taken = .unasked
        }
        return taken
    }

    /// What the answers make of the probe.
    ///
    /// - Parameter quiet: how long the daemon has written nothing.
    func judge(quiet: Duration) -> ProbeResult {
        var place = 0
        return judge(plan.probe, at: &place, quiet: quiet)
    }

    private func judge(_ probe: Probe, at place: inout Int, quiet: Duration) -> ProbeResult {
        switch probe {
        case .http, .tcp, .command:
            defer { place += 1 }
            return answers[place] ?? .failure("not asked yet")
        case .log(let phrase):
            defer { place += 1 }
            return answers[place] ?? .failure("no line with \(phrase) yet")
        case .notify:
            defer { place += 1 }
            return answers[place] ?? .failure("it has not said READY=1 yet")
        case .silentFor(let limit):
            place += 1
            return quiet < limit ? .success : .failure("no output for \(limit.configurationText)")
        case .any(let probes):
            var reasons: [String] = []
            var result: ProbeResult?
            for probe in probes {
                switch judge(probe, at: &place, quiet: quiet) {
                case .success: result = .success
                case .failure(let reason): reasons.append(reason)
                }
            }
            return result ?? .failure(reasons.joined(separator: "; "))
        case .all(let probes):
            var reasons: [String] = []
            for probe in probes {
                if case .failure(let reason) = judge(probe, at: &place, quiet: quiet) { reasons.append(reason) }
            }
            return reasons.isEmpty ? .success : .failure(reasons.joined(separator: "; "))
        }
    }

    /// Records what an attempt said; returns what that changes.
    mutating func conclude(_ result: ProbeResult) -> Change {
        newest = result
        switch result {
        case .success:
            defer { (failures, success) = (0, .once) }
            if success == .never { return .passes }
            return failures >= plan.failures ? .recovers : .nothing
        case .failure:
            failures += 1
            return failures == plan.failures ? .fails : .nothing
        }
    }

    /// What an attempt changed.
    enum Change {
        case nothing
        /// It succeeded for the first time.
        case passes
        /// It succeeded for the first time after it had failed.
        case recovers
        /// It has failed as often in a row as is allowed.
        case fails
    }

    /// What it says.
    public var verdict: ProbeSummary.Verdict {
        switch (newest, success) {
        case (nil, _): .unknown
        case _ where failures >= plan.failures: .failing
        case (_, .once): .passing
        case (_, .never): .pending
        }
    }
}

extension DaemonMachine {
    /// What its probes say, in the order in which they are asked.
    public var probeSummaries: [ProbeSummary] {
        ProbeRole.allCases.compactMap { role in
            guard let probe = plan.probe(role) else { return nil }
            let track = tracks[role]
            var reason: String?
            if case .failure(let text)? = track?.newest { reason = text }
            // A daemon that is coming up is not failing: it is asked until it is ready.
            let isComing = role == .ready && track?.success == .never && track?.newest != nil
            return ProbeSummary(
                role: role,
                verdict: isComing ? .pending : track?.verdict ?? .unknown,
                asks: probe.probe.description,
                failures: track?.failures ?? 0,
                limit: probe.failures,
                reason: reason
            )
        }
    }
}
