import GhostModel

/// What a change did to a state.
enum Reduction: Equatable, Sendable {
    case applied
    /// The state already contains it.
    case contained
    /// Something in between is missing: the state must be asked for anew.
    case mismatch
}

extension OrchestrationData {
    /// Takes a change in.
    mutating func take(_ change: OrchestrationChange) -> Reduction {
        guard change.from <= sequence else { return .mismatch }
        guard change.seq >= sequence else { return .contained }
        // Time alone can change a state: then the sequence stays, and the times tell which is newer.
        if change.seq == sequence, let time = change.data.timestamp, time < timestamp { return .contained }
        sequence = change.seq
        take(change.components)
        take(change.data)
        return .applied
    }

    private mutating func take(_ components: OrchestrationChange.Components) {
        replace(\.sentinel, components.sentinel)
        replace(\.watchdog, components.watchdog)
        replace(\.executor, components.executor)
        replace(\.selfcheck, components.selfcheck)
        replace(\.lifecycle, components.lifecycle)
    }

    private mutating func take(_ fields: OrchestrationChange.Fields) {
        replace(\.overallHealth, fields.overallHealth)
        replace(\.activeComponents, fields.activeComponents)
        replace(\.errorComponents, fields.errorComponents)
        replace(\.totalComponents, fields.totalComponents)
        replace(\.healthPercentage, fields.healthPercentage)
        replace(\.daemons, fields.daemons)
        replace(\.rules, fields.rules)
        replace(\.reasons, fields.reasons)
        if let since = fields.countedSince { countedSince = since.wrappedValue }
        if let refused = fields.rulesRefused { rulesRefused = refused.wrappedValue }
        replace(\.persistence, fields.persistence)
        replace(\.losses, fields.losses)
        replace(\.lossesTotal, fields.lossesTotal)
        replace(\.lastUpdate, fields.lastUpdate)
        replace(\.timestamp, fields.timestamp)
    }

    private mutating func replace<Value>(_ field: WritableKeyPath<OrchestrationData, Value>, _ value: Value?) {
        if let value { self[keyPath: field] = value }
    }

    /// Whether this answer to a request may take the place of `old`.
    ///
    /// - Parameter isOvertaken: whether another state came after the request was sent.
    func supersedes(_ old: OrchestrationData?, isOvertaken: Bool) -> Bool {
        guard let old else { return true }
        guard let epoch = old.epoch, epoch == self.epoch else { return !isOvertaken }
        guard old.sequence == sequence else { return sequence > old.sequence }
        return timestamp >= old.timestamp
    }
}
