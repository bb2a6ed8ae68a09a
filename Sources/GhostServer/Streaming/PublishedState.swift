import GhostModel

/// A committed state, encoded once for everybody.
final class PublishedState: Sendable {
    /// Counts the states of this process; also grows when time alone changed what is true.
    let revision: UInt64
    /// Names the store that ``sequence`` counts in.
    let epoch: String
    /// The newest change that is in it.
    let sequence: UInt64
    /// What it says, with placeholders for the times of answering.
    let data: OrchestrationData
    /// When Ghost had looked.
    let lookedAt: Timestamp
    /// When it was judged.
    let judgedAt: Timestamp
    /// From when on time alone makes it say something else; nil if never.
    let validUntil: Timestamp?
    /// Which commit it shows, as ``CommitFeed`` counts them.
    let commit: UInt64
    let encoded: StateEncoder.Encoded
    let history: ChangeHistory

    init(
        revision: UInt64,
        data: OrchestrationData,
        validUntil: Timestamp?,
        commit: UInt64,
        encoded: StateEncoder.Encoded,
        history: ChangeHistory
    ) {
        self.revision = revision
        epoch = data.epoch ?? "none"
        sequence = data.sequence
        self.data = data.withoutAnswerTimes()
        lookedAt = data.lastUpdate
        judgedAt = data.timestamp
        self.validUntil = validUntil
        self.commit = commit
        self.encoded = encoded
        self.history = history
    }

    /// Whether time has not overtaken it.
    func isValid(at time: Timestamp) -> Bool { validUntil.map { time < $0 } ?? true }
}
