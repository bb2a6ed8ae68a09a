import GhostModel

/// What a keeper says that it holds, compared with what is known.
extension KeeperLedger {
    /// A connection stands: `runs` is everything that this keeper holds.
    ///
    /// The first time, the runs that nobody knows are those of an earlier Ghost and become known. Later they are ones whose
    /// start nobody waits for any more, or whose end was taken in while the keeper was not heard.
    mutating func linked(keeper: Int32, runs: [KeeperRun]) -> [Effect] {
        let isFirst = link == .none
        setLink(.up(keeper: keeper))
        var effects: [Effect] = []
        var held: Set<String> = []
        for run in runs {
            held.insert(run.name)
            effects += compare(run, isFirst: isFirst)
        }
        // By name, so that what happens does not depend on chance.
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) where !held.contains(name) {
            effects += miss(name, entry, keeper: keeper)
        }
        return effects + signalAgain()
    }

    /// The runs that live, with what is known of them; for the Ghost that has just found them.
    var living: [(run: String, pid: Int32, start: UInt64, kept: KeptRun)] {
        entries.compactMap { name, entry in
            guard case .live(let pid, let start) = entry.stage else { return nil }
            return (name, pid, start, entry.kept)
        }
    }

    private mutating func compare(_ run: KeeperRun, isFirst: Bool) -> [Effect] {
        switch entries[run.name]?.stage {
        case .spawning, .inDoubt:
            // The answer was lost, and this is it.
            let started = started(run.name, pid: run.pid, start: run.start)
            return started + (run.end.map { end(run.name, $0) } ?? [])
        case .live:
            return [.keepPipes(run: run.name)] + (run.end.map { end(run.name, $0) } ?? [])
        case .ended:
            return []
        case .abandoned:
            return getRid(of: run)
        case nil:
            guard isFirst else { return getRid(of: run) }
            return inherit(run)
        }
    }

    private mutating func getRid(of run: KeeperRun) -> [Effect] {
        switch run.end {
        case nil:
            setEntry(Entry(kept: KeptRun.lost(run), stage: .abandoned), of: run.name)
            return [kill(run.name)]
        case .some:
            setEntry(nil, of: run.name)
            return [.send(.forget(run: run.name), tag: newTag(for: .other), pipesOf: nil)]
        }
    }

    private mutating func inherit(_ run: KeeperRun) -> [Effect] {
        let kept = KeptRun(note: run.note, streams: run.streams) ?? KeptRun.lost(run)
        setEntry(Entry(kept: kept, stage: .live(pid: run.pid, start: run.start)), of: run.name)
        return [.keepPipes(run: run.name)] + (run.end.map { end(run.name, $0) } ?? [])
    }

    /// A run that this keeper does not hold.
    private mutating func miss(_ name: String, _ entry: Entry, keeper: Int32) -> [Effect] {
        switch entry.stage {
        case .spawning(let spawn, asked: nil):
            return [ask(spawn, of: keeper)]
        // The same keeper would hold it, had it been asked.
        case .spawning(let spawn, asked: keeper?):
            return [ask(spawn, of: keeper)]
        case .spawning(let spawn, asked: .some):
            setEntry(Entry(kept: entry.kept, stage: .inDoubt(spawn)), of: name)
            return [.resolve(run: name, mark: entry.kept.mark)]
        case .inDoubt:
            return [.resolve(run: name, mark: entry.kept.mark)]
        case .live(let pid, let start):
            let request = KeeperRequest.adopt(run: name, pid: pid, start: start, entry.kept)
            return [.send(request, tag: newTag(for: .adopt(run: name)), pipesOf: name)]
        case .abandoned:
            setEntry(nil, of: name)
            return [.resolve(run: name, mark: entry.kept.mark)]
        case .ended:
            return []
        }
    }

    /// Sends again the signals of which nobody knows whether they went out.
    ///
    /// A signal that comes twice does less harm than one that never comes: a daemon that was not asked to end is killed.
    private mutating func signalAgain() -> [Effect] {
        let waiting = requests.sorted { $0.key < $1.key }
        var effects: [Effect] = []
        for (tag, request) in waiting {
            guard case .signal(let run, let number) = request else { continue }
            guard case .live = entries[run]?.stage else {
                if case .abandoned = entries[run]?.stage { continue }
                requests[tag] = nil
                continue
            }
            effects.append(.send(.signal(run: run, number: number), tag: tag, pipesOf: nil))
        }
        return effects
    }
}

extension KeptRun {
    /// What can be said of a run whose note another version wrote.
    fileprivate static func lost(_ run: KeeperRun) -> KeptRun {
        var kept = KeptRun(
            mark: "",
            cgroup: "",
            outputPath: "",
            errorPath: "",
            output: OutputPlan(),
            started: MonotonicTime(nanoseconds: 0),
            stop: StopSequence()
        )
        kept.streams = run.streams
        return kept
    }
}
