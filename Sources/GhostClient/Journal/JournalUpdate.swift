public import GhostModel

/// One step in following the journal of supervision.
public enum JournalUpdate: Equatable, Sendable {
    /// Something happened; the event's `id` is where to go on from later.
    case event(JournalEvent)
    /// Events that this reader does not get.
    case gap(JournalGap)
    /// The connection stands otherwise than before; nothing is lost by that.
    ///
    /// `because` says why nothing comes at the moment; nil while nothing is wrong.
    case connection(ConnectionStatus, because: GhostClientError?)
}

/// Why events are missing.
public enum JournalGap: Equatable, Sendable, CustomStringConvertible {
    /// They were given up for their number or age before they were asked for; `events` is nil where other daemons' count.
    case prunedBefore(events: UInt64?)
    /// The journal was lost and began anew: what follows happened after what was told, and something may be missing.
    case beganAnew

    public var description: String {
        switch self {
        case .prunedBefore(let events?): "\(events) older events are no longer kept"
        case .prunedBefore(nil): "older events are no longer kept"
        case .beganAnew: "the journal began anew; what happened meanwhile may be missing"
        }
    }
}
