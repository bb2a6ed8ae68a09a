import GhostModel
public import GhostSystem

/// Taking in what changed.
extension SourceSet {
    /// Takes in what the kernel told since this was last called.
    public mutating func take(_ changes: ChangedNames) {
        if changes.overflows > 0 {
            omissions.overflows += changes.overflows
            lookAtEverything()
        }
        for number in changes.endedFolders where folders[number] != nil {
            folders[number]?.watch = .wanted
            dueFolders.insert(number)
            rootsAreDue = true
        }
        for number in changes.wholeFolders where folders[number] != nil { sweep(number) }
        for (number, names) in changes.names {
            guard let folder = folders[number] else { continue }
            for name in names { take(name, in: folder) }
        }
    }

    private mutating func take(_ name: String, in folder: WatchedFolder) {
        if folder.awaited.contains(name) { rootsAreDue = true }
        if let linked = folder.linked[name] { for source in linked { queue.append(source) } }
        if let source = folder.sources[name] {
            queue.append(source)
            if links[source] != nil, let slot = slots[source], let path = path(of: slot) { followLink(source, path) }
            return
        }
        if let alias = folder.aliases[name] {
            // Written to under its other name, or led elsewhere.
            queue.append(alias.owner)
            noteLateBytes(alias.owner, of: name, in: folder)
            dueNames[folder.number, default: []].insert(name)
            return
        }
        guard !folder.reaches.isEmpty else { return }
        for base in SiblingName.bases(of: name) {
            guard let source = folder.sources[base] else { continue }
            noteLateBytes(source, of: name, in: folder)
            return
        }
        dueNames[folder.number, default: []].insert(name)
    }

    /// A file that was put away from `number` changed: its writer may not have noticed.
    private mutating func noteLateBytes(_ number: Int, of name: String, in folder: WatchedFolder) {
        if restless.contains(number) || gone.contains(number) { queue.append(number) }
        guard SiblingName.Packing.of(name).packing == .none, let slot = slots[number],
            let facts = try? FileFacts(path: Self.join(folder.path, name))
        else { return }
        if let owner = owners[facts.identity], owner != number {
            // A link to it is read under another name.
            queue.append(owner)
            return
        }
        let letGo: [(identity: FileIdentity, offset: Int64)]
        switch slot.body {
        case .awake: letGo = awake[number]?.letGoFiles ?? []
        case .resting(let resting), .saved(let resting):
            letGo = resting.checkpoint(name: slot.name)?.letGoFiles ?? []
        case .unread: letGo = []
        }
        guard letGo.contains(where: { $0.identity == facts.identity && $0.offset < facts.length }) else { return }
        lateDue.insert(number)
        queue.append(number)
    }

    /// Has every folder listed and every file looked at.
    public mutating func lookAtEverything() {
        rootsAreDue = true
        dueFolders.formUnion(folders.keys)
        for number in slots.keys { queue.append(number) }
    }

    /// Does what is due by time: looks at files of whose changes the system may not tell.
    mutating func sweepIfDue(_ now: Timestamp) {
        guard let last = lastSweep, let patrolled = lastPatrol else {
            lastSweep = now
            lastPatrol = now
            return
        }
        guard Self.isDue(last, Self.sweepInterval, now) else { return }
        lastSweep = now
        for number in restless { queue.append(number) }
        // Only a look notices that the file of a name which is gone is back in a folder that tells of nothing.
        for (number, folder) in folders {
            switch folder.watch {
            case .notified, .wanted: break
            case .missing:
                dueFolders.insert(number)
                rootsAreDue = true
            case .swept: sweep(number)
            }
            if folder.listing != nil { folders[number]?.listing = nil }
        }
        guard Self.isDue(patrolled, Self.patrolInterval, now) else { return }
        lastPatrol = now
        patrol()
        forgetGone(now)
        forgetEarlierFiles()
    }

    /// A clock that was put back does not end the looks.
    private static func isDue(_ last: Timestamp, _ interval: Duration, _ now: Timestamp) -> Bool {
        last > now || now.since(last) >= interval
    }

    /// Looks at the entries of one folder.
    private mutating func sweep(_ number: Int) {
        guard let folder = folders[number] else { return }
        let facts = try? FileStatus(path: folder.path)
        if facts?.changed != folder.listedAt { dueFolders.insert(number) }
        // What patterns lead through may be there by now.
        if !folder.awaited.isEmpty { rootsAreDue = true }
        for source in folder.sources.values { queue.append(source) }
        for linked in folder.linked.values { for source in linked { queue.append(source) } }
    }

    /// Looks at some of the files and folders, so that each has its turn: a hint may be lost without a word.
    private mutating func patrol() {
        patrols += 1
        let turn = patrols % Self.patrolTurns
        for (number, slot) in slots where number % Self.patrolTurns == turn {
            queue.append(number)
            if links[number] != nil, let path = path(of: slot) { followLink(number, path) }
        }
        for (number, folder) in folders where number % Self.patrolTurns == turn {
            let facts = try? FileStatus(path: folder.path)
            let identity = facts.map { FileIdentity(device: $0.device, inode: $0.inode, born: $0.born) }
            if identity != folder.identity || facts?.changed != folder.listedAt && !folder.reaches.isEmpty {
                dueFolders.insert(number)
            }
            if case .swept = folder.watch {
                // A watch may be had by now.
                folders[number]?.listedAt = nil
                dueFolders.insert(number)
            }
        }
    }

    /// Forgets files that were put away long ago, once they are many.
    private mutating func forgetEarlierFiles() {
        guard owners.count > 2 * slots.count + 1000 else { return }
        var known: Set<FileIdentity> = []
        for (number, slot) in slots {
            let checkpoint: SourceCheckpoint? =
                switch slot.body {
                case .unread: nil
                case .awake: awake[number]?.checkpoint
                case .saved(let resting), .resting(let resting): resting.checkpoint(name: slot.name)
                }
            known.formUnion(checkpoint?.incarnations.suffix(4).compactMap(\.identity) ?? [])
        }
        owners = owners.filter { known.contains($0.key) }
    }

    private mutating func forgetGone(_ now: Timestamp) {
        guard !gone.isEmpty else { return }
        let literals = Set(patterns.compactMap(\.literal))
        let known = gone.compactMap { number in
            slots[number].flatMap { slot in slot.goneSince.map { (number: number, since: $0, slot: slot) } }
        }.filter { entry in path(of: entry.slot).map { !literals.contains($0) } ?? true }
            .sorted { $0.since < $1.since }
        let excess = known.count - Self.mostGone
        for (place, entry) in known.enumerated() where place < excess || now.since(entry.since) > Self.goneMemory {
            forget(entry.number)
        }
    }
}
