public import GhostModel

/// How the state is followed at the moment.
public enum ConnectionStatus: Equatable, Sendable {
    /// A request is under way.
    case connecting
    /// The server pushes what changes.
    case streaming
    /// The next attempt is due in `delay`.
    case waiting(delay: Duration)
    /// The server has no stream: it is asked from time to time.
    case polling
}

/// One step in following the five components.
public struct OrchestrationUpdate: Equatable, Sendable {
    /// The newest state; nil before the first.
    public var state: OrchestrationData?
    public var connection: ConnectionStatus
    /// Why ``state`` is not up to date; nil while it is, or while a stream that broke off is being resumed.
    public var error: GhostClientError?
    /// The changes that are new in ``state``, oldest first; not told are those before the first state, and in gaps.
    public var events: [StateEvent] = []
    /// How often changes were passed over, because this client or the server's journal could not keep up.
    public var gaps = 0
}
