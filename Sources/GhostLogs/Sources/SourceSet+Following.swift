import GhostModel
import GhostSystem

/// Deciding under which name a file is read.
extension SourceSet {
    /// Follows a file that was found, unless it is read under another name.
    mutating func follow(_ file: Found) {
        // Not a copy of the folder: it would be copied with all its names for each one that is added.
        guard folders[file.folder]?.sources[file.name] == nil, let parent = folders[file.folder]?.path else { return }
        switch file.facts {
        case .failure(let trouble):
            // A pipe or a folder is not followed, but a name may lead to a file tomorrow.
            if case .notAFile = trouble {
                folders[file.folder]?.refused[file.name] = .unreadable(trouble)
                noticesRevision += 1
                return
            }
        case .success(let facts):
            if SiblingName.Packing.of(file.name).packing != .none {
                folders[file.folder]?.refused[file.name] = .compressed
                noticesRevision += 1
                return
            }
            if file.isLink, refuse(link: file.name, in: file.folder) { return }
            if let owner = owners[facts.identity], holds(owner, facts.identity) {
                if moveIfLost(facts.identity, of: owner, to: file) { return }
                folders[file.folder]?.aliases[file.name] = SourceAlias(identity: facts.identity, owner: owner)
                aliasFolders.insert(file.folder)
                noticesRevision += 1
                // It may have been written to under this name.
                queue.append(owner)
                return
            }
        }
        guard let number = add(file.name, in: file.folder) else { return }
        if case .success(let facts) = file.facts { owners[facts.identity] = number }
        if file.isLink { followLink(number, Self.join(parent, file.name)) }
        queue.append(number)
    }

    /// Whether a file is read under the name of `owner`, or is about to be.
    private func holds(_ owner: Int, _ identity: FileIdentity) -> Bool {
        guard let slot = slots[owner], let path = path(of: slot) else { return false }
        if (try? FileFacts(path: path))?.identity == identity { return true }
        return switch slot.body {
        case .unread: false
        case .awake: awake[owner]?.heldIdentities.contains(identity) ?? false
        case .saved(let resting), .resting(let resting):
            resting.checkpoint(name: slot.name)?.incarnations.contains { $0.identity == identity } ?? false
        }
    }

    /// A file that its name no longer leads to is found by its log in the same folder; elsewhere it goes over to the name
    /// that it was found under.
    ///
    /// - Returns: whether it went over.
    private mutating func moveIfLost(_ identity: FileIdentity, of owner: Int, to file: Found) -> Bool {
        guard let slot = slots[owner], slot.folder != file.folder || hasPutAwayFiles(file),
            let folder = folders[slot.folder],
            (try? FileFacts(path: Self.join(folder.path, slot.name)))?.identity != identity
        else { return false }
        var tailer = takeTailer(owner, slot, folder)
        let incarnation = tailer.release(identity)
        slots[owner]?.body = .awake
        awake[owner] = tailer
        queue.append(owner)
        guard let incarnation, let heir = add(file.name, in: file.folder) else { return false }
        inherit(heir, incarnation, identity, from: owner)
        if file.isLink, let path = folders[file.folder]?.path { followLink(heir, Self.join(path, file.name)) }
        return true
    }

    /// Whether there are files that were put away under the name of `file`: then it is a log of its own.
    private func hasPutAwayFiles(_ file: Found) -> Bool {
        let names = folders[file.folder]?.listing?.names(startingWith: SiblingName.stem(of: file.name)) ?? []
        return names.contains { SiblingName($0, of: file.name) != nil }
    }

    /// The files of a name that have another one as well.
    mutating func filesWithOtherNames(_ number: Int) -> Set<FileIdentity> {
        guard !aliasFolders.isEmpty else { return [] }
        return Set(
            aliases(of: number).filter { alias in
                let path = folders[alias.folder].map { Self.join($0.path, alias.name) }
                return path.flatMap { try? FileFacts(path: $0) }?.identity == alias.identity
            }.map(\.identity)
        )
    }

    /// A file goes on under another name where it was left under the earlier one.
    private mutating func inherit(
        _ heir: Int,
        _ incarnation: SourceCheckpoint.Incarnation?,
        _ identity: FileIdentity,
        from number: Int
    ) {
        owners[identity] = heir
        queue.append(heir)
        guard let incarnation, let slot = slots[heir], let folder = folders[slot.folder] else { return }
        var tailer = SourceTailer(name: slot.name, folder: folder.path)
        tailer.adopt(incarnation)
        slots[heir]?.body = .awake
        awake[heir] = tailer
        looks += 1
        lastUse[heir] = looks
        // Both, or after a restart the file would be read under both names.
        unsaved.insert(heir)
        unsaved.insert(number)
    }

    /// Has the other names of a file looked at again.
    mutating func lookAtAliases(of number: Int) {
        for alias in aliases(of: number) { dueNames[alias.folder, default: []].insert(alias.name) }
    }

    /// The other names of the files that are read under one name, in whatever folder they are.
    private mutating func aliases(of number: Int) -> [(folder: Int, name: String, identity: FileIdentity)] {
        var found: [(folder: Int, name: String, identity: FileIdentity)] = []
        for folder in aliasFolders {
            let aliases = folders[folder]?.aliases ?? [:]
            if aliases.isEmpty { aliasFolders.remove(folder) }
            for (name, alias) in aliases where alias.owner == number { found.append((folder, name, alias.identity)) }
        }
        return found.sorted { ($0.folder, $0.name) < ($1.folder, $1.name) }
    }

    private mutating func add(_ name: String, in folder: Int) -> Int? {
        guard slots.count < Self.mostSources else {
            omissions.files += 1
            return nil
        }
        let number = nextSource
        nextSource += 1
        slots[number] = SourceSlot(folder: folder, name: name, body: .unread)
        noticesRevision += 1
        folders[folder]?.sources[name] = number
        return number
    }

    /// Goes on with the files that an earlier Ghost read, whether or not they are still there.
    ///
    /// Before anything is searched for: what was put away from them meanwhile must not be taken for something new.
    mutating func followSaved() {
        let positions = saved
        saved = [:]
        for (path, position) in positions {
            let (parent, name) = (Self.parent(of: path), Self.name(of: path))
            let isMeant = patterns.contains { $0.isFile($0.reach(ofPath: path)) }
            guard isMeant, let checkpoint = position.checkpoint(name: name), let folder = note(folder: parent),
                folders[folder]?.sources[name] == nil, let number = add(name, in: folder)
            else {
                forgotten.insert(path)
                continue
            }
            slots[number]?.body = .saved(position)
            note(number, checkpoint)
            for incarnation in checkpoint.incarnations {
                guard let identity = incarnation.identity else { continue }
                // What could not be found may turn up under another name.
                if incarnation.ending == .open || owners[identity] == nil { owners[identity] = number }
            }
            followLink(number, path)
            if let facts = try? FileFacts(path: path) {
                // Its file may be a new one. Before any link to it is found, it belongs to its name.
                if owners[facts.identity] == nil { owners[facts.identity] = number }
                takeUnchanged(position, checkpoint, number, facts)
            }
            queue.append(number)
        }
    }

    /// A file that has not changed since its position was saved need not be opened.
    private mutating func takeUnchanged(
        _ position: RestingTailer,
        _ checkpoint: SourceCheckpoint,
        _ number: Int,
        _ facts: FileFacts
    ) {
        let isRotated = checkpoint.incarnations.dropLast().contains { $0.ending == .open }
        guard !isRotated, position.isAsBefore(facts) else { return }
        slots[number]?.body = .resting(position)
        setCondition(of: number, .readable)
    }

    /// Notes where a file was last found to have been read to.
    mutating func note(_ number: Int, _ checkpoint: SourceCheckpoint) {
        guard let last = checkpoint.incarnations.last else { return }
        slots[number]?.generation = Int32(clamping: last.generation)
        slots[number]?.offset = last.offset
    }

    /// A symbolic link to what is followed under its own path is not followed: of a log and of the files that were put away
    /// from it, all is read under one name.
    ///
    /// - Returns: whether it is such a link.
    mutating func refuse(link name: String, in folder: Int) -> Bool {
        guard let parent = folders[folder]?.path, let target = SymbolicLink.target(of: Self.join(parent, name)),
            patterns.contains(where: { $0.isFile($0.reach(ofPath: target)) })
        else { return false }
        folders[folder]?.refused[name] = .sameFile(as: target)
        noticesRevision += 1
        return true
    }

    /// Watches the folder of the file that a symbolic link leads to.
    mutating func followLink(_ number: Int, _ path: String) {
        let target = SymbolicLink.target(of: path)
        guard target != links[number] else { return }
        if let earlier = links.removeValue(forKey: number), let folder = folderNumbers[Self.parent(of: earlier)] {
            folders[folder]?.linked[Self.name(of: earlier)]?.remove(number)
        }
        guard let target, let folder = note(folder: Self.parent(of: target), isOnTheWay: true) else { return }
        links[number] = target
        folders[folder]?.linked[Self.name(of: target), default: []].insert(number)
    }

    static func name(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return path }
        return String(path[path.index(after: slash)...])
    }

    /// Forgets a file.
    mutating func forget(_ number: Int) {
        guard let slot = slots.removeValue(forKey: number) else { return }
        if let path = path(of: slot) { forgotten.insert(path) }
        folders[slot.folder]?.sources[slot.name] = nil
        awake[number] = nil
        lastUse[number] = nil
        restless.remove(number)
        lateDue.remove(number)
        unsaved.remove(number)
        gone.remove(number)
        unreadableArchives[number] = nil
        noticesRevision += 1
        queue.remove(number)
        if let target = links.removeValue(forKey: number), let folder = folderNumbers[Self.parent(of: target)] {
            folders[folder]?.linked[Self.name(of: target)]?.remove(number)
        }
        owners = owners.filter { $0.value != number }
        // What led to the same file is a file of its own now.
        lookAtAliases(of: number)
    }

    /// A file that has kept its content lost its name: another name that leads to it takes over its place in the file.
    mutating func handOver(_ number: Int, _ tailer: inout SourceTailer) {
        let isUnread = tailer.checkpoint == nil
        var heirs: [FileIdentity: Int] = [:]
        for alias in aliases(of: number) {
            if let heir = heirs[alias.identity] {
                folders[alias.folder]?.aliases[alias.name]?.owner = heir
                continue
            }
            guard let path = folders[alias.folder].map({ Self.join($0.path, alias.name) }),
                (try? FileFacts(path: path))?.identity == alias.identity
            else { continue }
            let incarnation = tailer.release(alias.identity)
            guard isUnread || incarnation != nil, let heir = add(alias.name, in: alias.folder) else { continue }
            folders[alias.folder]?.aliases[alias.name] = nil
            heirs[alias.identity] = heir
            inherit(heir, incarnation, alias.identity, from: number)
        }
    }
}
