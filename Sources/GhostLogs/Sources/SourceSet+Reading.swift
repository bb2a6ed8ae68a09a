public import GhostModel
import GhostSystem

/// Reading.
extension SourceSet {
    /// Reads what is new in the files of which something is known to have changed, in turns.
    ///
    /// - Parameters:
    ///   - budgetBytes: how much is read at most.
    ///   - now: the instant of reading.
    ///   - sink: receives each line without its end; its bytes are valid during the call.
    public mutating func read(
        budgetBytes: Int = .max,
        now: Timestamp,
        _ sink: (_ line: SourceLine, _ text: Span<UInt8>) -> Void
    ) -> ReadProgress {
        sweepIfDue(now)
        settleMoves()
        if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: Self.blockBytes) }
        var progress = ReadProgress.unchanged
        var budget = budgetBytes
        // Everybody who waits now has one turn; who is not done then waits at the end.
        var unfinished: [Int] = []
        while budget > 0, let number = queue.popFirst() {
            let share = min(budget, Self.turnBytes)
            var rest = share
            let found = look(at: number, &rest, now, sink)
            budget -= share - rest
            progress.merge(found == .unfinished ? .changed : found)
            if found == .unfinished { unfinished.append(number) }
            if awake.count > Self.mostAwake + Self.awakeSlack { keepFewAwake() }
        }
        for number in unfinished { queue.append(number) }
        if !queue.isEmpty { progress = .unfinished }
        if awake.count > Self.mostAwake + Self.awakeSlack || descriptors > Self.mostDescriptors { keepFewAwake() }
        return progress
    }

    private mutating func look(
        at number: Int,
        _ budget: inout Int,
        _ now: Timestamp,
        _ sink: (_ line: SourceLine, _ text: Span<UInt8>) -> Void
    ) -> ReadProgress {
        guard let slot = slots[number], let folder = folders[slot.folder] else { return .unchanged }
        let path = Self.join(folder.path, slot.name)
        let facts = try? FileFacts(path: path)
        // A link that led nowhere when it was found may lead to a log that is followed.
        if case .unread = slot.body, facts != nil, refuse(link: slot.name, in: slot.folder) {
            forget(number)
            return .changed
        }
        let isLateDue = lateDue.remove(number) != nil
        // Most looks end here: nothing is opened for a file that did not change.
        if case .resting(let resting) = slot.body, let facts, !isLateDue, resting.isAsBefore(facts) {
            return .unchanged
        }
        takeOver(facts, number)
        var tailer = takeTailer(number, slot, folder)
        tailer.listing = folders[slot.folder]?.listing
        tailer.kept = filesWithOtherNames(number)
        if isLateDue { tailer.lookForLateBytes() }
        tailer.startLook(besides: OtherFiles(of: owners, besides: number), now: now)
        let before = tailer.position
        var progress = readSteps(number, &tailer, &budget, now, sink)
        folders[slot.folder]?.listing = tailer.listing
        tailer.listing = nil
        tailer.others = .none
        tailer.kept = []
        if take(tailer.takeLosses(), number, path) { progress.merge(.changed) }
        if progress != .unchanged || tailer.position != before || isUnsaved(slot) { unsaved.insert(number) }
        let isOther = tailer.position.generation != before.generation
        if isOther || !tailer.waiting.isEmpty { own(tailer.heldIdentities, number) }
        settle(number, &tailer, facts, now)
        if isOther { lookAtAliases(of: number) }
        return progress
    }

    private mutating func own(_ identities: [FileIdentity], _ number: Int) {
        for identity in identities where owners[identity].flatMap({ slots[$0] }) == nil { owners[identity] = number }
    }

    /// Whether the first look at a file brought a position although it brought no bytes.
    private func isUnsaved(_ slot: SourceSlot) -> Bool {
        switch slot.body {
        case .unread, .saved: true
        case .resting, .awake: false
        }
    }

    mutating func takeTailer(_ number: Int, _ slot: SourceSlot, _ folder: WatchedFolder) -> SourceTailer {
        looks += 1
        lastUse[number] = looks
        if let tailer = awake.removeValue(forKey: number) { return tailer }
        switch slot.body {
        case .resting(let resting): return SourceTailer(name: slot.name, folder: folder.path, waking: resting)
        case .saved(let resting):
            let checkpoint = resting.checkpoint(name: slot.name)
            return SourceTailer(name: slot.name, folder: folder.path, resuming: checkpoint)
        case .unread, .awake: return SourceTailer(name: slot.name, folder: folder.path)
        }
    }

    private mutating func readSteps(
        _ number: Int,
        _ tailer: inout SourceTailer,
        _ budget: inout Int,
        _ now: Timestamp,
        _ sink: (_ line: SourceLine, _ text: Span<UInt8>) -> Void
    ) -> ReadProgress {
        var progress = ReadProgress.unchanged
        let source = SourceID(number: number)
        var line = SourceLine(source: source, path: path(of: source) ?? "", generation: 0, offset: 0, omitted: 0)
        while true {
            guard budget > 0 else { return .unfinished }
            do {
                let step = try tailer.next(into: &buffer, longest: budget, now: now)
                if case .sameFile? = slots[number]?.condition {} else { setCondition(of: number, .readable) }
                switch step {
                case .bytes(let count, let generation):
                    budget -= count
                    line.generation = generation
                    tailer.split(buffer.span.extracting(0..<count), now: now) { text, start, omitted in
                        line.offset = start
                        line.omitted = omitted
                        sink(line, text)
                    }
                    progress = .changed
                case .lineEnds(let generation):
                    line.generation = generation
                    tailer.finishLine { text, start, omitted in
                        line.offset = start
                        line.omitted = omitted
                        sink(line, text)
                    }
                    progress = .changed
                case .nothing:
                    return progress
                }
            } catch {
                if case .sameFile? = slots[number]?.condition, error == .missing { return progress }
                if slots[number]?.condition != .unreadable(error) { progress.merge(.changed) }
                setCondition(of: number, .unreadable(error))
                return progress
            }
        }
    }

    private mutating func take(_ found: [SourceTailer.Loss], _ number: Int, _ path: String) -> Bool {
        for loss in found {
            losses.append(
                SourceLoss(
                    source: SourceID(number: number),
                    path: path,
                    file: loss.file,
                    generation: loss.generation,
                    from: loss.from,
                    to: loss.to,
                    reason: loss.reason,
                    lastSeen: loss.lastSeen,
                    noticed: loss.noticed
                )
            )
        }
        return !found.isEmpty
    }

    /// Takes over what a look found out, and puts the tailer among those that are awake.
    private mutating func settle(_ number: Int, _ tailer: inout SourceTailer, _ facts: FileFacts?, _ now: Timestamp) {
        if let identity = tailer.namedIdentity { owners[identity] = number }
        let position = tailer.position
        slots[number]?.generation = Int32(clamping: position.generation)
        slots[number]?.offset = position.offset
        let archives = tailer.unreadableSiblings.map(\.name)
        if unreadableArchives[number] ?? [] != archives {
            unreadableArchives[number] = archives.isEmpty ? nil : archives
            noticesRevision += 1
        }
        if slots[number]?.condition == .unreadable(.missing) {
            if gone.insert(number).inserted {
                slots[number]?.goneSince = now
                handOver(number, &tailer)
            }
        } else if facts != nil, gone.remove(number) != nil {
            slots[number]?.goneSince = nil
        }
        if tailer.isRestless || isRefused(number) || isDanglingLink(number) {
            restless.insert(number)
        } else {
            restless.remove(number)
        }
        slots[number]?.body = .awake
        awake[number] = tailer
    }

    /// Whether the system refused for a reason that may pass without a change of the file.
    private func isRefused(_ number: Int) -> Bool {
        if case .unreadable(.refused)? = slots[number]?.condition { true } else { false }
    }

    /// Whether a symbolic link leads nowhere: nothing tells when that changes.
    private func isDanglingLink(_ number: Int) -> Bool {
        guard slots[number]?.condition == .unreadable(.missing), let path = path(of: SourceID(number: number)) else {
            return false
        }
        return SymbolicLink.isLink(path)
    }

    // MARK: Memory and descriptors

    /// Lets the tailers rest that were not needed for longest, and closes files that were put away when too many are open.
    ///
    /// Several at a time: to find them costs a look at all that are awake.
    private mutating func keepFewAwake() {
        var open = descriptors
        for number in awake.keys.sorted(by: { lastUse[$0] ?? 0 < lastUse[$1] ?? 0 }) {
            guard awake.count > Self.mostAwake || open > Self.mostDescriptors else { return }
            open += rest(number, lettingGo: open > Self.mostDescriptors)
        }
    }

    /// Keeps only what is needed of every tailer that waits for nothing but a change.
    mutating func rest() {
        for number in awake.keys.sorted() { _ = rest(number, lettingGo: true) }
    }

    /// - Parameter lettingGo: whether files that were put away are closed too.
    /// - Returns: by how much the number of open files changed.
    private mutating func rest(_ number: Int, lettingGo: Bool) -> Int {
        guard var tailer = awake.removeValue(forKey: number) else { return 0 }
        let before = tailer.descriptors
        if lettingGo { tailer.letGoOfLate() }
        guard let resting = tailer.resting else {
            awake[number] = tailer
            return tailer.descriptors - before
        }
        slots[number]?.body = .resting(resting)
        lastUse[number] = nil
        restless.remove(number)
        return -before
    }
}
