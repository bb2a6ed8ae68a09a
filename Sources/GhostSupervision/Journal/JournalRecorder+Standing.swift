public import GhostModel

/// Events that an earlier Ghost had recorded, and was killed before it could remember what they are about.
extension JournalRecorder {
    /// The daemon that an event is about, if an earlier Ghost may have recorded the same; nil if it cannot have.
    ///
    /// Asked once about each event, before it is recorded.
    public mutating func mayStand(_ event: SupervisionEvent) -> DaemonName? {
        switch event {
        case .ended(let end): return end.noticed == .later ? end.run.daemon : nil
        case .recovered(let run, _, _, _): return begun[run.daemon] == run ? nil : run.daemon
        case .crashLoopBegan(let run, _, _), .spawnFailed(let run, _, _, _):
            return begun[run.daemon] == run ? nil : run.daemon
        case .starting(let run, _):
            begun[run.daemon] = run
            return nil
        default: return nil
        }
    }

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
        case .crashLoopBegan(let run, _, _):
            guard let found = Self.newest(.crashLoop, of: run.description, in: standing) else { return nil }
            note(run.daemon) {
                $0.start = found.sequence
                $0.trouble = found.sequence
            }
            return []
        case .spawnFailed(let run, _, _, _):
            guard let found = Self.newest(.notStarted, of: run.description, in: standing) else { return nil }
            let decision = Self.newest(.restart, of: run.description, in: standing)
            note(run.daemon) {
                $0.trouble = found.sequence
                $0.start = decision?.sequence
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
