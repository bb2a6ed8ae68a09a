public import GhostModel

/// Events that an earlier Ghost had recorded, and was killed before it could remember what they are about.
extension JournalRecorder {
    /// Takes up an event that is told again and is in the journal already, so that what follows from it finds it there.
    ///
    /// - Parameter standing: the newest events of its daemon, newest first.
    /// - Returns: what is still to be recorded of it; nil if it is not in the journal, so that it is recorded as any other.
    public mutating func takeUp(
        _ event: SupervisionEvent,
        from standing: [JournalEvent],
        at moment: Moment
    ) -> [JournalEvent]? {
        switch event {
        case .ended(let end):
            guard let found = Self.newest(.ended, of: end.run.description, in: standing) else { return nil }
            note(end.run.daemon) {
                $0.trouble = found.sequence
                $0.run = nil
                $0.sent = nil
            }
            switch end.next {
            case .restart(let pause):
                guard let decision = Self.newest(.restart, of: end.run.description, in: standing) else {
                    return [restart(end.run, in: pause, after: found, moment)]
                }
                note(end.run.daemon) { $0.start = decision.sequence }
            case .paused(let need): note(end.run.daemon) { $0.waitsFor = need.daemon }
            case .asked, .done, .givenUp: break
            }
            return []
        case .recovered(let run, _, _, _):
            return Self.newest(.recovered, of: run.description, in: standing) == nil ? nil : []
        case .crashLoopBegan(let name, _, _):
            // It follows the death that led to it; one that is recorded anew is behind everything that stands.
            let newest = standing.first { $0.kind == .crashLoop }
            guard let newest, let trouble = daemons[name]?.trouble, newest.sequence > trouble else { return nil }
            note(name) {
                $0.start = newest.sequence
                $0.trouble = newest.sequence
            }
            return []
        default: return nil
        }
    }

    /// The newest event of a kind of a run; nil if the same number was started anew since.
    private static func newest(_ kind: JournalKind, of run: String, in standing: [JournalEvent]) -> JournalEvent? {
        let own = standing.filter { $0.run == run }
        guard let place = own.firstIndex(where: { $0.kind == kind }) else { return nil }
        return own[..<place].contains { $0.kind == .starting } ? nil : own[place]
    }
}
