import GhostModel
import GhostSystem

/// What an earlier Ghost told in the component logs and was killed before it could remember that it had.
///
/// A plain value. The next Ghost decides about the same ends again; of the lines that this leads to, it asks here which stand
/// already. Each line that stands is taken once.
struct StandingLines: Sendable {
    private var counts: [ToldLine: Int] = [:]
    /// Why runs could not be started, by name.
    private var reasons: [String: String] = [:]
    /// Those that had a process, by name.
    private var ended: Set<String> = []

    /// Nothing stands.
    init() {}

    /// Whether nothing stands.
    var isEmpty: Bool { counts.isEmpty }

    /// What lines are read from.
    enum Part: Sendable {
        /// From everything that was written since what is remembered.
        case sinceMark
        /// From the last of a log, because nobody has marked how far it is known: most of it is old.
        case tail
    }

    /// Takes in what was written to a log.
    ///
    /// A last line without its end is not taken for told: it was cut off.
    mutating func read(_ bytes: [UInt8], of log: ComponentKind, _ part: Part) {
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
            let text = String(decoding: line, as: UTF8.self)
            guard let told = ToldLine(text[...], in: log) else { continue }
            counts[told, default: 0] += 1
            if told.isEndOfAProcess { ended.insert(told.subject) }
            if case .sinceMark = part, let reason = told.reason { reasons[told.subject] = reason }
        }
    }

    /// Whether this line stands already; if so, it is taken.
    mutating func take(_ line: ComponentLine, of log: ComponentKind) -> Bool {
        guard let told = Self.told(line, of: log) else { return false }
        // How an end is worded depends on what is known of the run.
        for same in told.alternatives where counts[same, default: 0] > 0 {
            counts[same, default: 0] -= 1
            return true
        }
        return false
    }

    /// What the lines say of a run besides what is remembered.
    func evidence(of run: RunID) -> RunEvidence {
        let signs: [(ComponentKind, ToldLine.Fact)] = [
            (.sentinel, .ready), (.watchdog, .recovered), (.lifecycle, .endedReady),
        ]
        let isReady = signs.contains { log, fact in
            counts[ToldLine(log: log, fact: fact, subject: run.description)] != nil
        }
        return RunEvidence(reached: isReady ? .ready : .unknown)
    }

    /// The runs of which something was told: their numbers are used, whatever became of them.
    var named: [RunID] { Set(counts.keys.map(\.subject)).compactMap { RunID($0) } }

    /// The runs of which it was told that they failed without an exit status, each with the reason: if nobody holds such a
    /// run, it could not be started.
    var failures: [(run: RunID, reason: String)] {
        reasons.compactMap { name, reason in
            ended.contains(name) ? nil : RunID(name).map { ($0, reason) }
        }
    }

    private static func told(_ line: ComponentLine, of log: ComponentKind) -> ToldLine? {
        var bare = line
        bare.stamp = .none
        let told = ToldLine(bare.rendered(at: Timestamp(milliseconds: 0)).dropLast(), in: log)
        switch told?.fact {
        case .ended, .endedReady, .failedAttempt, .recovered, .crashLoop: return told
        // What is there is told by each Ghost anew, and no number is started twice.
        case .starting, .ready, nil: return nil
        }
    }
}

extension ToldLine {
    /// The same fact in the other words that there are for it.
    fileprivate var alternatives: [ToldLine] {
        switch fact {
        case .ended, .endedReady: [.ended, .endedReady].map { ToldLine(log: log, fact: $0, subject: subject) }
        case .starting, .ready, .failedAttempt, .recovered, .crashLoop: [self]
        }
    }
}
