/// The body of `/api/v1/plan`, and what `ghost plan --json` prints: what the configuration would lead to.
public struct PlanReport: Codable, Equatable, Sendable {
    /// What the configuration is compared with.
    public var against: Basis
    /// What becomes of each daemon: in the order of starting if nothing runs, otherwise in that of the file, with those
    /// that are gone last.
    public var daemons: [Daemon]
    /// The sections besides `daemons` that differ and hold from the next start of Ghost on.
    public var otherSections: [String]
    /// What cannot be done here as it is declared, one sentence each.
    public var notes: [String]

    /// What a configuration is compared with.
    public enum Basis: String, Codable, Sendable, Hashable {
        /// What a Ghost supervises now.
        case running
        /// Nothing: no Ghost runs.
        case nothing
    }

    /// What becomes of one daemon.
    public struct Daemon: Codable, Equatable, Sendable {
        public var name: DaemonName
        public var fate: PlanChange.Fate
        /// The fields that differ.
        public var changes: [Change]
        /// What it waits for before it starts.
        public var needs: [DaemonName]
    }

    /// A field that differs.
    public struct Change: Codable, Equatable, Sendable {
        /// The key in `ghost.yaml`.
        public var key: String
        public var effect: PlanChange.Effect
        /// What differs, in a few words; of the environment only names.
        public var detail: String
    }

    /// What a change of a running Ghost's plan leads to.
    public init(_ change: PlanChange, notes: [String] = []) {
        self.init(against: .running, change, order: change.daemons, notes: notes)
    }

    /// What a first start leads to.
    ///
    /// - Parameter daemons: in the order of starting.
    public init(startingFromNothing daemons: [DaemonPlan], notes: [String] = []) {
        let change = PlanChange(from: [], to: daemons)
        self.init(against: .nothing, change, order: change.daemons, notes: notes)
    }

    private init(against: Basis, _ change: PlanChange, order: [PlanChange.Daemon], notes: [String]) {
        self.against = against
        self.notes = notes
        otherSections = change.otherSections
        let needs = Dictionary(change.next.map { ($0.name, $0.needs.map(\.daemon)) }) { first, _ in first }
        daemons = order.map { daemon in
            Daemon(
                name: daemon.name,
                fate: daemon.fate,
                changes: daemon.fields.map { Change(key: $0.key, effect: $0.effect, detail: $0.detail) },
                needs: needs[daemon.name] ?? []
            )
        }
    }
}
