import GhostModel

/// Which runs are in the keeper's care, what was asked of it, and what must be told again when the keeper is another one.
///
/// A pure value: the driver tells it what is wanted and what came, and carries out the ``Effect``s in order. Every request
/// is answered exactly once, whatever happens to the keeper between.
struct KeeperLedger: Sendable {
    /// The runs by name.
    private(set) var entries: [String: Entry] = [:]
    /// What is asked and not answered, by tag.
    var requests: [UInt32: Request] = [:]
    private(set) var link: Link = .none
    private var lastTag: UInt32 = 0

    /// Which keeper listens.
    enum Link: Sendable, Hashable {
        /// There was none yet.
        case none
        /// This one.
        case up(keeper: Int32)
        /// This one did, last.
        case down(keeper: Int32)
    }

    /// One run.
    struct Entry: Sendable, Hashable {
        var kept: KeptRun
        var stage: Stage
    }

    /// How far a run has come.
    enum Stage: Sendable, Hashable {
        /// It is to be started, and the keeper with this number was asked; nil if none was yet.
        case spawning(KeeperSpawn, asked: Int32?)
        /// Its keeper went away while it was asked; it is found out whether the program was started.
        case inDoubt(KeeperSpawn)
        /// It runs.
        case live(pid: Int32, start: UInt64)
        /// Nobody waits for it any more; it is killed as soon as it is there.
        case abandoned
        /// It has ended, and Ghost has not taken that in yet.
        case ended
    }

    /// What an answer is for.
    enum Request: Sendable, Hashable {
        case spawn(run: String)
        case signal(run: String, number: Int32)
        case adopt(run: String)
        case other
    }

    /// What the driver must do.
    enum Effect: Sendable, Hashable {
        /// Send a request; with the read ends of `pipesOf`, if named.
        case send(KeeperRequest, tag: UInt32, pipesOf: String?)
        /// Keep the descriptors that came with the present frame as the read ends of this run.
        case keepPipes(run: String)
        /// Give up the read ends of this run.
        case dropPipes(run: String)
        /// Answer who asked for the start.
        case spawned(run: String, pid: Int32, start: UInt64)
        /// Answer that it failed.
        case refused(run: String, step: UInt32, ErrorNumber)
        /// Tell the end.
        case ended(run: String, KeeperEnd)
        /// Tell what became of output.
        case pressure(run: String, KeeperPressure)
        /// Kill whatever was started as this run by a keeper that is gone, and then say ``resolved(_:)``.
        case resolve(run: String, mark: String)
    }

    // MARK: What Ghost wants

    /// A run is to be started.
    mutating func spawn(_ spawn: KeeperSpawn) -> [Effect] {
        entries[spawn.run] = Entry(kept: spawn.kept, stage: .spawning(spawn, asked: nil))
        guard case .up(let keeper) = link else { return [] }
        return [ask(spawn, of: keeper)]
    }

    /// Whoever asked for the start waits no longer.
    mutating func abandon(_ run: String) -> [Effect] {
        switch entries[run]?.stage {
        case .spawning(_, asked: nil):
            entries[run] = nil
            return []
        case .spawning, .inDoubt:
            entries[run]?.stage = .abandoned
            return []
        // The answer came when nobody waited any more.
        case .live:
            entries[run]?.stage = .abandoned
            return [kill(run)]
        case .ended: return acknowledge(run)
        case .abandoned, nil: return []
        }
    }

    /// A signal goes to a run.
    mutating func signal(_ run: String, number: Int32) -> [Effect] {
        guard case .live = entries[run]?.stage else { return [] }
        let tag = newTag(for: .signal(run: run, number: number))
        guard case .up = link else { return [] }
        return [.send(.signal(run: run, number: number), tag: tag, pipesOf: nil)]
    }

    /// The output of a run is written by another policy from now on.
    mutating func retune(_ run: String, _ plan: OutputPlan) -> [Effect] {
        guard case .live = entries[run]?.stage else { return [] }
        entries[run]?.kept.output = plan
        guard case .up = link else { return [] }
        return [.send(.retune(run: run, plan), tag: newTag(for: .other), pipesOf: nil)]
    }

    /// The end of a run was taken in.
    mutating func acknowledge(_ run: String) -> [Effect] {
        guard case .ended = entries[run]?.stage else { return [] }
        entries[run] = nil
        // A keeper that is not there now is told by the next look at what it holds: a run that nobody knows is forgotten.
        guard case .up = link else { return [] }
        return [.send(.forget(run: run), tag: newTag(for: .other), pipesOf: nil)]
    }

    // MARK: What the keeper says

    /// An answer has come.
    mutating func received(_ answer: KeeperAnswer, tag: UInt32) -> [Effect] {
        switch answer {
        case .spawned(let pid, let start):
            guard case .spawn(let run) = requests.removeValue(forKey: tag) else { return [] }
            return started(run, pid: pid, start: start)
        case .spawnFailed(let step, let error):
            guard case .spawn(let run) = requests.removeValue(forKey: tag) else { return [] }
            switch entries.removeValue(forKey: run)?.stage {
            case .abandoned, nil: return []
            case .spawning, .inDoubt, .live, .ended: return [.refused(run: run, step: step, error)]
            }
        case .done(let error):
            guard case .adopt(let run) = requests.removeValue(forKey: tag) else { return [] }
            // It has it already: an answer to an earlier request was lost.
            guard error != .none, error != .alreadyExists else { return [] }
            return end(run, KeeperEnd(exit: ProcessExit(status: .unknown), at: Timestamp(milliseconds: 0)))
        case .exited(let run, let end): return self.end(run, end)
        case .pressure(let run, let pressure): return [.pressure(run: run, pressure)]
        case .welcome, .run, .runsEnd, .unknown: return []
        }
    }

    /// The keeper is gone, or does not answer.
    mutating func lost() {
        if case .up(let keeper) = link { link = .down(keeper: keeper) }
        requests = requests.filter { request in
            if case .signal = request.value { true } else { false }
        }
    }

    /// A run that was in doubt does not live, so it can be started.
    mutating func resolved(_ run: String) -> [Effect] {
        guard case .inDoubt(let spawn) = entries[run]?.stage else { return [] }
        entries[run]?.stage = .spawning(spawn, asked: nil)
        guard case .up(let keeper) = link else { return [] }
        return [ask(spawn, of: keeper)]
    }

    // MARK: Steps

    mutating func newTag(for request: Request) -> UInt32 {
        lastTag &+= 1
        requests[lastTag] = request
        return lastTag
    }

    mutating func ask(_ spawn: KeeperSpawn, of keeper: Int32) -> Effect {
        entries[spawn.run]?.stage = .spawning(spawn, asked: keeper)
        let tag = newTag(for: .spawn(run: spawn.run))
        return .send(.spawn(spawn), tag: tag, pipesOf: nil)
    }

    mutating func started(_ run: String, pid: Int32, start: UInt64) -> [Effect] {
        switch entries[run]?.stage {
        case .spawning, .inDoubt:
            entries[run]?.stage = .live(pid: pid, start: start)
            return [.keepPipes(run: run), .spawned(run: run, pid: pid, start: start)]
        case .abandoned, nil:
            return [kill(run)]
        case .live, .ended:
            return []
        }
    }

    mutating func kill(_ run: String) -> Effect {
        .send(
            .signal(run: run, number: Signal.kill.number),
            tag: newTag(for: .signal(run: run, number: Signal.kill.number)),
            pipesOf: nil
        )
    }

    mutating func end(_ run: String, _ end: KeeperEnd) -> [Effect] {
        requests = requests.filter { $0.value != .adopt(run: run) }
        switch entries[run]?.stage {
        case .live:
            entries[run]?.stage = .ended
            return [.dropPipes(run: run), .ended(run: run, end)]
        case .abandoned, nil:
            entries[run] = nil
            return [.dropPipes(run: run), .send(.forget(run: run), tag: newTag(for: .other), pipesOf: nil)]
        // The end of a run whose start was not told yet comes after the start, which brings it along.
        case .spawning, .inDoubt, .ended:
            return []
        }
    }

    mutating func setLink(_ link: Link) { self.link = link }
    mutating func setEntry(_ entry: Entry?, of run: String) { entries[run] = entry }
}
