/// What led to a daemon's state, out of its journal.
public struct EventCauses: Equatable, Sendable {
    /// Newest first; the last one is as far back as is known.
    public var chain: [JournalEvent]
    /// Its newest deaths that nobody asked for, newest first.
    public var deaths: [JournalEvent]

    /// How many of a daemon's newest events are looked through.
    public static let longestLookBack = 50

    /// Puts them together.
    ///
    /// - Parameters:
    ///   - newest: the daemon's newest events, newest first.
    ///   - ends: its newest ones of that kind, newest first.
    ///   - find: the event of a sequence; nil if it is not kept.
    public init(newest: [JournalEvent], ends: [JournalEvent], find: (UInt64) -> JournalEvent?) {
        chain = CauseChain.head(of: newest).map { head in CauseChain.events(from: head, find: find) } ?? []
        deaths = Array(ends.filter { $0.detail["next"] != "asked" }.prefix(WhyReport.mostDeaths))
    }
}
