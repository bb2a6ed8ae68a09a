import GhostModel
import GhostSystem

/// Finding out which file is which.
extension SourceTailer {
    /// Looks through the folder and decides what is read, and in which order.
    mutating func plan(_ occasion: Occasion, now: Timestamp) {
        stage = .following
        folderChanged = whenFolderChanged(folder)
        let waited = waiting
        for task in waited { if let known = task.resumes { remember(known) } }
        waiting = []
        let open = openIncarnations
        let incarnations = (past + open).sorted { $0.generation < $1.generation }
        let listing = currentListing()
        let files = foundFiles(incarnations, waited, listing, now)
        let plan = TailPlan(
            candidates: files.map { candidate($0, incarnations) },
            incarnations: incarnations,
            strangers: Set(incarnations.indices.filter { adopted.contains(incarnations[$0].generation) }),
            awaited: Set(waited.filter { $0.resumes == nil }.map(\.identity))
        )
        adopted = []
        let isNewPutAway = plan.steps.contains { step in
            if case .whole(let index) = step { files[index].role == .putAway } else { false }
        }
        for step in plan.steps {
            switch step {
            case .whole(let index): waiting.append(files[index])
            case .resume(let index, let known):
                var incarnation = incarnations[known]
                // Nothing of it was read, and it was cut: a new file that was put away is its copy.
                if incarnation.head.length == 0, isNewPutAway { incarnation.seenLength = 0 }
                resume(files[index], incarnation)
            }
        }
        loseUnopened(waited, files, now)
        let named = files.last { $0.role == .named }?.identity
        let newestRead = incarnations.last { $0.head.length > 0 } ?? incarnations.last
        for incarnation in plan.missing.map({ incarnations[$0] }) where incarnation.ending == .open {
            // What is still open is read there, whether or not it has a name.
            guard !open.contains(where: { $0.generation == incarnation.generation }) else { continue }
            if let identity = incarnation.identity, kept.contains(identity) { continue }
            setEnding(of: incarnation.generation, .gone)
            // Nothing of it was read: a new file that was put away is it.
            if incarnation.head.length == 0, isNewPutAway { continue }
            let isCut = incarnation.identity == nil || incarnation.identity == named
            let reason: LossEntry.Reason = isCut ? .truncatedUnread : isNewPutAway ? .rotatedAway : .deletedUnread
            if !isCut, let archive = unreadableSiblings.first {
                // What it had is in there.
                lose(incarnation, in: archive.name, to: nil, .unreadable, now)
            } else if occasion == .restart, incarnation == newestRead {
                // Nobody looked: how much was written since, here and in files that came after it, is unknown.
                lose(incarnation, to: nil, reason, now)
            } else if incarnation.seenLength > incarnation.offset {
                lose(incarnation, to: incarnation.seenLength, reason, now)
            }
        }
    }

    /// What the folder holds now; nil if it cannot be listed.
    private mutating func currentListing() -> FolderListing? {
        if let listing, listing.isSettled, listing.changed == folderChanged { return listing }
        listing = try? FolderListing(of: folder)
        return listing
    }

    /// The incarnations that are being read, or may get late bytes.
    private var openIncarnations: [SourceCheckpoint.Incarnation] {
        guard case .open(let reading) = active else { return late.map(\.incarnation) }
        return late.map(\.incarnation) + [reading.incarnation]
    }

    /// Names what was lost with files that waited, and were gone or cut before anything of them was read.
    private mutating func loseUnopened(_ waited: [Task], _ files: [Task], _ now: Timestamp) {
        for task in waited where task.resumes == nil && task.length > 0 && !others.contains(task.identity) {
            let same = files.first { $0.identity == task.identity }
            guard (same?.length ?? 0) < task.length else { continue }
            // A new file that is as long is its copy, or its compressed form.
            let hasCopy = waiting.contains { file in
                file.resumes == nil && file.role == .putAway && !waited.contains { $0.identity == file.identity }
                    && (file.length >= task.length || file.path.hasSuffix(".gz"))
            }
            guard !hasCopy else { continue }
            losses.append(
                Loss(
                    file: name,
                    generation: 0,
                    from: 0,
                    to: task.length,
                    reason: same == nil ? .deletedUnread : .truncatedUnread,
                    lastSeen: task.seenAt,
                    noticed: now
                )
            )
        }
    }

    /// Looks at the named file while others are read before it.
    mutating func lookAtWaiting(_ now: Timestamp) {
        guard let index = waiting.indices.last, waiting[index].role == .named,
            let facts = try? FileFacts(path: path), facts.identity == waiting[index].identity,
            facts.length >= waiting[index].length
        else { return }
        waiting[index].length = facts.length
        waiting[index].seenAt = now
    }

    private mutating func resume(_ file: Task, _ incarnation: SourceCheckpoint.Incarnation) {
        if let index = late.firstIndex(where: { $0.incarnation.generation == incarnation.generation }) {
            // It is open and looked at anyway, unless it got its name back, or its turn is yet to come.
            guard file.role == .named || late[index].trail.position == 0 else { return }
            var known = late.remove(at: index).incarnation
            known.identity = file.identity
            remember(known)
        }
        if case .open(let reading) = active, reading.incarnation.generation == incarnation.generation { return }
        if file.role == .putAway, incarnation.ending == .sealed || incarnation.ending == .damaged,
            incarnation.identity == file.identity
        {
            return
        }
        past.removeAll { $0.generation == incarnation.generation }
        var file = file
        if incarnation.offset == 0, incarnation.generation == generation, incarnation.seenLength <= file.length {
            // Nothing was read of it. Its number is used again, after those of the files that come before it.
            generation -= 1
        } else {
            file.resumes = incarnation
        }
        waiting.append(file)
    }

    /// A file, and which incarnations it holds.
    private func candidate(
        _ file: Task,
        _ incarnations: [SourceCheckpoint.Incarnation]
    ) -> TailPlan.Candidate {
        var candidate = TailPlan.Candidate(
            identity: file.identity,
            agreeing: [],
            role: file.role == .named ? .named : .putAway
        )
        guard !incarnations.isEmpty else { return candidate }
        var activeGeneration = 0
        if case .open(let reading) = active { activeGeneration = reading.incarnation.generation }
        // What was read to its end, or is being read, need not be compared.
        let read = incarnations.indices.filter { index in
            let incarnation = incarnations[index]
            return incarnation.identity == file.identity
                && (incarnation.ending == .sealed || incarnation.ending == .damaged
                    || incarnation.generation == activeGeneration)
        }
        if !read.isEmpty {
            candidate.agreeing = Set(read)
            return candidate
        }
        guard let text = try? file.open() else { return candidate }
        // An archive is read forward only.
        let order = incarnations.indices.sorted { incarnations[$0].offset < incarnations[$1].offset }
        var heads: [Int: ContentWindow] = [:]
        for index in order where incarnations[index].head.length > 0 {
            let head = incarnations[index].head
            if heads[head.length] == nil {
                heads[head.length] = (try? text.bytes(0..<Int64(head.length))).map { ContentWindow($0.span) }
            }
            if heads[head.length] == head, (try? text.windows(of: incarnations[index])) ?? nil != nil {
                candidate.agreeing.insert(index)
            } else if (try? text.isBeginning(of: incarnations[index])) ?? false {
                candidate.beginning.insert(index)
            }
        }
        return candidate
    }

    // MARK: Opening and closing

    /// Opens the next file that waits.
    mutating func openNext(_ now: Timestamp) throws(SourceTrouble) {
        let task = waiting[0]
        do throws(SourceTrouble) {
            let reading = try begin(task, now)
            waiting.removeFirst()
            generation = max(generation, reading.incarnation.generation)
            active = .open(reading)
        } catch .missing {
            // Renamed or rewritten since it was found.
            stage = .unplanned(.rotation)
        } catch {
            guard task.role == .putAway else { throw error }
            waiting.removeFirst()
            generation += task.resumes == nil ? 1 : 0
            let incarnation =
                task.resumes ?? SourceCheckpoint.Incarnation(generation: generation, identity: task.identity)
            losses.append(
                Loss(
                    file: task.fileName,
                    generation: incarnation.generation,
                    from: incarnation.offset,
                    reason: .unreadable,
                    noticed: now
                )
            )
            remember(incarnation, .gone)
        }
    }

    private mutating func begin(_ task: Task, _ now: Timestamp) throws(SourceTrouble) -> Reading {
        let text = try task.open()
        guard text.file.identity == task.identity else { throw .missing }
        var reading = try begin(task, text, now)
        reading.incarnation.place = task.role == .named ? SymbolicLink.target(of: path) : task.place
        return reading
    }

    private mutating func begin(
        _ task: Task,
        _ text: PlainText,
        _ now: Timestamp
    ) throws(SourceTrouble) -> Reading {
        if let known = task.resumes {
            guard let reading = try Reading.resume(known, in: text, role: task.role, now: now) else { throw .missing }
            return reading
        }
        if let reading = try takeUpCopy(text, task, now) { return reading }
        return Reading(text, generation: generation + 1, role: task.role, now: now)
    }

    /// Goes on in the original of a copy that was read just before, as it is between the two steps of a rotation by copying.
    private mutating func takeUpCopy(
        _ text: PlainText,
        _ task: Task,
        _ now: Timestamp
    ) throws(SourceTrouble) -> Reading? {
        guard task.role == .named, let copy = late.last, copy.incarnation.head.length > 0,
            let born = copy.incarnation.identity?.born, born >= text.file.identity.born, text.file.identity.born > 0,
            let reading = try Reading.resume(copy.incarnation, in: text, role: .named, now: now)
        else { return nil }
        late.removeLast()
        return reading
    }

    /// Goes on where a compressed form of the file at `index`, which was empty when it was put away, was read to.
    mutating func takeUpLate(_ index: Int, _ now: Timestamp) {
        let reading = late[index]
        guard let text = reading.text, let length = try? text.file.length(), length > 0 else { return }
        let known = past.filter { $0.offset > 0 && $0.generation > reading.incarnation.generation }
            .sorted { $0.offset > $1.offset }
        for incarnation in known {
            guard let resumed = try? Reading.resume(incarnation, in: text, role: .putAway, now: now) else { continue }
            past.removeAll { $0.generation == incarnation.generation }
            late[index] = resumed
            return
        }
    }

    /// The file was cut: what was read of it is sought elsewhere, and the file is read from its beginning.
    mutating func cut(_ reading: Reading, _ now: Timestamp) {
        active = .none
        var incarnation = reading.incarnation
        incarnation.identity = nil
        remember(incarnation)
        stage = .unplanned(.rotation)
    }

    /// Keeps a file that was put away open for a while.
    mutating func putAside(_ reading: Reading, _ now: Timestamp) {
        var reading = reading
        reading.movedAt = now
        late.append(reading)
    }

    mutating func close(_ incarnation: SourceCheckpoint.Incarnation, _ ending: SourceCheckpoint.Ending) {
        active = .none
        remember(incarnation, ending)
    }

    /// Remembers an incarnation that is closed.
    mutating func remember(_ incarnation: SourceCheckpoint.Incarnation, _ ending: SourceCheckpoint.Ending? = nil) {
        var incarnation = incarnation
        if let ending { incarnation.ending = ending }
        let place = past.firstIndex { $0.generation > incarnation.generation } ?? past.endIndex
        past.insert(incarnation, at: place)
        past.removeFirst(max(0, past.count - SourceCheckpoint.longestMemory))
    }

    private mutating func setEnding(of generation: Int, _ ending: SourceCheckpoint.Ending) {
        guard let index = past.firstIndex(where: { $0.generation == generation }) else { return }
        past[index].ending = ending
    }

    /// Names a loss that starts where the incarnation was read to.
    mutating func lose(
        _ incarnation: SourceCheckpoint.Incarnation,
        in file: String? = nil,
        to end: Int64?,
        _ reason: LossEntry.Reason,
        _ now: Timestamp
    ) {
        losses.append(
            Loss(
                file: file ?? name,
                generation: incarnation.generation,
                from: incarnation.offset,
                to: end,
                reason: reason,
                lastSeen: incarnation.seenAt == 0 ? nil : Timestamp(milliseconds: incarnation.seenAt),
                noticed: now
            )
        )
    }
}

extension SourceTailer.Task {
    fileprivate func open() throws(SourceTrouble) -> PlainText {
        switch role {
        case .named: try PlainText(uncompressed: path)
        case .putAway: try PlainText(path: path)
        }
    }

    fileprivate var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }
}
