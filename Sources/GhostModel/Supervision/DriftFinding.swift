/// One respect in which a daemon's process is no longer what was declared.
public struct DriftFinding: Sendable, Hashable, Codable {
    /// Which respect.
    public var kind: DriftKind
    /// What was seen, in one sentence without its full stop.
    public var evidence: String
    /// When it was found.
    public var since: Timestamp

    /// The longest evidence, in bytes; the rest is cut.
    public static let longestEvidence = 300

    /// Creates a finding.
    public init(kind: DriftKind, evidence: String, since: Timestamp) {
        self.kind = kind
        self.evidence = JournalLimits.cut(evidence, to: Self.longestEvidence)
        self.since = since
    }
}
