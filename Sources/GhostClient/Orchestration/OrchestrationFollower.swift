import GhostModel

/// What is known of the state, and how each event of a stream changes it.
///
/// A value without a network: ``OrchestrationUpdates`` brings it what comes.
struct OrchestrationFollower {
    private(set) var update = OrchestrationUpdate(connection: .connecting)
    /// Whether the server can go on from the state; not so after a change that did not follow it.
    private var place = Place.known
    /// Counts states, so that an answer knows whether it was overtaken.
    private(set) var revision = 0

    private enum Place {
        case known
        case lost
    }

    /// What an event is to those who follow.
    enum Outcome {
        case news
        case nothing
        /// The connection must be given up, because of what came on it.
        case failed(GhostClientError.Code, String)
    }

    /// Where a new connection goes on from; nil where nothing is known that the server could go on from.
    var position: StreamPosition? {
        guard place == .known, let state = update.state, let epoch = state.epoch else { return nil }
        return StreamPosition(epoch: epoch, sequence: state.sequence)
    }

    mutating func take(_ event: ServerSentEvent) -> Outcome {
        do {
            switch event.name {
            case "snapshot":
                var data = try JSONText.decode(StatusBody.self, from: event.data).data
                if let position = event.id.flatMap(StreamPosition.init) {
                    data.epoch = position.epoch
                    data.sequence = position.sequence
                }
                accept(data)
                return .news
            case "change":
                return take(
                    try JSONText.decode(OrchestrationChange.self, from: event.data),
                    event.id.flatMap(StreamPosition.init)
                )
            case "gap":
                update.gaps += 1
                update.events = []
                return .news
            default:
                // An event of a later version.
                return .nothing
            }
        } catch {
            return .failed(.unreadableAnswer, "an event `\(event.name)` is not what this client understands: \(error)")
        }
    }

    private mutating func take(_ change: OrchestrationChange, _ position: StreamPosition?) -> Outcome {
        let known = update.state?.sequence ?? 0
        let isForeign = position.map { $0.epoch != update.state?.epoch } ?? false
        switch isForeign ? .mismatch : update.state?.take(change) ?? .mismatch {
        case .applied:
            revision += 1
            update.error = nil
            // A change may reach further back than the state that it is applied to.
            update.events = change.events.filter { $0.sequence > known }
            return .news
        case .contained:
            return .nothing
        case .mismatch:
            // What is shown stays; but the server must not be asked to go on from it.
            place = .lost
            return .failed(.interrupted, "a change follows \(change.from), which this client has not seen")
        }
    }

    /// Takes a whole state, pushed or asked for.
    mutating func accept(_ data: OrchestrationData) {
        revision += 1
        place = .known
        update.state = data
        update.events = []
        update.error = nil
    }

    /// Takes the answer to a request that was sent at `revision`.
    mutating func accept(_ data: OrchestrationData, askedAt revision: Int) {
        guard data.supersedes(update.state, isOvertaken: self.revision != revision) else { return }
        accept(data)
    }

    /// Takes note of how the stream stands.
    mutating func take(_ connection: StreamConnection, at now: MonotonicTime) {
        update.events = []
        switch connection {
        case .idle, .connecting:
            update.connection = .connecting
        case .open:
            update.connection = .streaming
            if update.state == nil { update.error = nil }
        case .waiting(_, let failures, let until, let error):
            update.connection = .waiting(delay: max(.zero, until - now))
            // A stream that was open and ends is no error yet where there is a state: the next attempt will tell.
            let isBreak = failures == 0 && update.state != nil && error.code != .unreadableAnswer
            if !isBreak { update.error = error }
        case .closed(let error):
            update.error = error
        }
    }

    /// Takes note of being asked to poll, or of how a poll failed.
    mutating func poll(failing error: GhostClientError? = nil) {
        update.connection = .polling
        update.events = []
        update.error = error
    }
}
