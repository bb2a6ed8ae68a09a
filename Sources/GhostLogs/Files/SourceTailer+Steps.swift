import GhostModel

/// The steps of reading: late bytes first, then what waits, then the named file.
extension SourceTailer {
    /// Reads the next bytes into `buffer`.
    ///
    /// - Parameter longest: how many bytes at most; bounded by the buffer as well.
    /// - Throws: why the name cannot be read now. The next look tries again.
    mutating func next(into buffer: inout [UInt8], longest: Int, now: Timestamp) throws(SourceTrouble) -> Step {
        if let step = try nextLateStep(&buffer, longest, now) { return step }
        turn = .active
        while true {
            switch active {
            case .open(let reading):
                let step =
                    switch reading.role {
                    case .putAway: readPutAway(reading, &buffer, longest, now)
                    case .named: try readNamed(reading, &buffer, longest, now)
                    }
                if let step { return step }
            case .idle(let incarnation, let quiet):
                if let step = try lookAtIdle(incarnation, quiet, now) { return step }
            case .none:
                if case .unplanned(let occasion) = stage {
                    guard searches < Self.longestSearch else { return .nothing }
                    searches += 1
                    plan(occasion, now: now)
                } else if waiting.isEmpty {
                    guard try isSomethingNew() else { return .nothing }
                    stage = .unplanned(.rotation)
                } else {
                    try openNext(now)
                }
            }
        }
    }

    /// Looks at the files that were put away: their writers may still write.
    private mutating func nextLateStep(
        _ buffer: inout [UInt8],
        _ longest: Int,
        _ now: Timestamp
    ) throws(SourceTrouble) -> Step? {
        while nextLate < late.count {
            if late[nextLate].trail.position == 0, isBehind {
                // It was empty when it was put away: what it holds now may be in a file that is yet to be read.
                nextLate += 1
                continue
            }
            if late[nextLate].trail.position == 0 { takeUpLate(nextLate, now) }
            let reading = late[nextLate]
            turn = .late(nextLate)
            let count = (try? reading.text?.read(into: &buffer, longest: longest, at: reading.trail.position)) ?? 0
            if count > 0 { return .bytes(count: count, generation: reading.incarnation.generation) }
            let quietTime = now.since(reading.movedAt)
            let isOverdue = quietTime > Self.lateness || late.count - nextLate > Self.longestLate
            if reading.hasPending, isOverdue || quietTime >= Self.lineGrace {
                return .lineEnds(generation: reading.incarnation.generation)
            }
            if isOverdue {
                remember(late.remove(at: nextLate).incarnation)
            } else {
                nextLate += 1
            }
        }
        return nil
    }

    /// Whether files that were put away are still to be read.
    private var isBehind: Bool {
        if case .open(let reading) = active, reading.role == .putAway { return true }
        return !waiting.isEmpty || stage != .following
    }

    private mutating func readPutAway(
        _ reading: Reading,
        _ buffer: inout [UInt8],
        _ longest: Int,
        _ now: Timestamp
    ) -> Step? {
        let generation = reading.incarnation.generation
        let count: Int
        do throws(SourceTrouble) {
            count = try reading.text?.read(into: &buffer, longest: longest, at: reading.trail.position) ?? 0
        } catch {
            // What follows it is read all the same.
            lose(reading.incarnation, to: nil, .unreadable, now)
            close(reading.incarnation, .damaged)
            return nil
        }
        if count > 0 { return .bytes(count: count, generation: generation) }
        let isShort = reading.trail.position < reading.incarnation.seenLength
        switch reading.text?.archiveEnding {
        case .damaged:
            lose(reading.incarnation, to: nil, .damagedArchive, now)
            close(reading.incarnation, .damaged)
        case .some where isShort:
            lose(reading.incarnation, to: reading.incarnation.seenLength, .truncatedUnread, now)
            close(reading.incarnation, .sealed)
        case .some:
            if reading.hasPending { return .lineEnds(generation: generation) }
            close(reading.incarnation, .sealed)
        case nil where isShort:
            lose(reading.incarnation, to: reading.incarnation.seenLength, .truncatedUnread, now)
            close(reading.incarnation, .open)
        case nil:
            active = .none
            putAside(reading, now)
        }
        return nil
    }

    private mutating func readNamed(
        _ reading: Reading,
        _ buffer: inout [UInt8],
        _ longest: Int,
        _ now: Timestamp
    ) throws(SourceTrouble) -> Step? {
        guard let file = reading.text?.file else {
            active = .none
            return nil
        }
        let named = Result { () throws(SourceTrouble) in try FileFacts(path: path) }
        guard case .success(let facts) = named, facts.identity == file.identity else {
            let isUnread = reading.quiet != nil && reading.trail.position == 0
            if !isUnread, let step = try readGrown(reading, file, nil, &buffer, longest, now) { return step }
            // The file was found to be another one while it was read.
            guard case .open = active else { return nil }
            if case .failure(let trouble) = named { return try awaitName(trouble, now) }
            // Whoever made the new file wrote to the old one before: it has just been read to its end. If it was empty
            // until now, only the folder tells whether others come before it.
            absence = .none
            active = .none
            putAside(reading, now)
            stage = .unplanned(.rotation)
            return nil
        }
        absence = .none
        if let quiet = reading.quiet, quiet == Reading.Quiet(length: facts.length, changed: facts.changed) {
            return .nothing
        }
        if reading.quiet != nil, reading.trail.position == 0 {
            // It was empty: whether these are its first bytes, or others were put away before, only the folder tells.
            close(reading.incarnation, .open)
            stage = .unplanned(.rotation)
            return nil
        }
        if facts.length < max(reading.trail.position, reading.incarnation.seenLength) {
            cut(reading, now)
            return nil
        }
        if let step = try readGrown(reading, file, facts, &buffer, longest, now) { return step }
        guard case .open(var same) = active else { return nil }
        same.quiet = Reading.Quiet(length: facts.length, changed: facts.changed)
        // What fills the rest of the file is room for what will be written.
        same.incarnation.seenLength = same.trail.position
        active = .open(same)
        return .nothing
    }

    /// Reads what follows the present position; nil at the end, and when the file is no longer the one that was read.
    private mutating func readGrown(
        _ reading: Reading,
        _ file: OpenFile,
        _ facts: FileFacts?,
        _ buffer: inout [UInt8],
        _ longest: Int,
        _ now: Timestamp
    ) throws(SourceTrouble) -> Step? {
        var count = try file.read(into: &buffer, longest: longest, at: reading.trail.position)
        guard try reading.isIntact() else {
            cut(reading, now)
            return nil
        }
        let unitBytes = reading.wide == nil ? 1 : 2
        count = try file.lengthOfText(buffer, count, at: reading.trail.position, unitBytes: unitBytes)
        guard count > 0 else { return nil }
        if reading.trail.position == 0,
            TextEncoding.isUndecided(try file.bytes(0..<Int64(TextEncoding.shortestSample)))
        {
            return nil
        }
        var grown = reading
        active = .none
        grown.quiet = nil
        if let facts { grown.saw(length: facts.length, at: now) }
        active = .open(grown)
        return .bytes(count: count, generation: reading.incarnation.generation)
    }

    private mutating func lookAtIdle(
        _ incarnation: SourceCheckpoint.Incarnation,
        _ quiet: Reading.Quiet,
        _ now: Timestamp
    ) throws(SourceTrouble) -> Step? {
        let facts: FileFacts
        do { facts = try FileFacts(path: path) } catch { return try awaitName(error, now) }
        absence = .none
        if facts.identity == incarnation.identity {
            if quiet == Reading.Quiet(length: facts.length, changed: facts.changed) { return .nothing }
            if incarnation.offset > 0, facts.length >= max(incarnation.offset, incarnation.seenLength),
                let text = try? PlainText(uncompressed: path),
                text.file.identity == incarnation.identity,
                let reading = try Reading.resume(incarnation, in: text, role: .named, now: now)
            {
                active = .open(reading)
                return nil
            }
        }
        remember(incarnation)
        active = .none
        stage = .unplanned(.rotation)
        return nil
    }

    /// The name does not lead to a file; nil when that is no longer taken for a moment of a rotation.
    private mutating func awaitName(
        _ trouble: SourceTrouble,
        _ now: Timestamp
    ) throws(SourceTrouble) -> Step? {
        guard trouble == .missing else { throw trouble }
        guard case .since(let start) = absence else {
            absence = .since(now)
            return .nothing
        }
        guard now.since(start) > Self.toleratedAbsence else { return .nothing }
        switch active {
        case .none: break
        case .open(let reading): putAside(reading, now)
        case .idle(let incarnation, _): remember(incarnation)
        }
        active = .none
        return nil
    }

    /// Whether the folder has to be looked through although nothing is being read.
    private func isSomethingNew() throws(SourceTrouble) -> Bool {
        do throws(SourceTrouble) {
            // A file that is read under another name may still have taken the place of one that was put away.
            return try !others.contains(FileFacts(path: path).identity) || whenFolderChanged(folder) != folderChanged
        } catch .missing {
            // Without a file of that name there may be new ones that were put away.
            guard whenFolderChanged(folder) == folderChanged else { return true }
            throw .missing
        }
    }
}
