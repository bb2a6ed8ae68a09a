import GhostSystem

/// Files that go over from one followed name to another.
extension SourceSet {
    /// Hands over every file that was renamed to another followed name, before the earlier one misses it.
    mutating func settleMoves() {
        for number in queue.numbers {
            guard let slot = slots[number], let folder = folders[slot.folder] else { continue }
            let facts = try? FileFacts(path: Self.join(folder.path, slot.name))
            takeOver(facts, number)
            if !isKnown(facts, number, slot) { takePutAway(number, slot) }
        }
    }

    /// A file that was renamed to this name is read on where it was left under the other one.
    mutating func takeOver(_ facts: FileFacts?, _ number: Int) {
        guard let facts, let owner = owners[facts.identity], owner != number, let other = slots[owner],
            let path = path(of: other)
        else { return }
        if (try? FileFacts(path: path))?.identity == facts.identity {
            setCondition(of: number, .sameFile(as: path))
            // What is told of this name is news of the other one.
            queue.append(owner)
        } else {
            move(facts.identity, from: owner, to: number)
        }
    }

    /// Whether the name leads to the file that it led to when it was last looked at.
    private func isKnown(_ facts: FileFacts?, _ number: Int, _ slot: SourceSlot) -> Bool {
        guard let facts else { return false }
        switch slot.body {
        case .unread: return false
        case .awake: return awake[number]?.namedIdentity == facts.identity
        case .resting(let resting): return resting.identity == facts.identity
        case .saved(let resting):
            return resting.checkpoint(name: slot.name)?.incarnations.last?.identity == facts.identity
        }
    }

    /// Takes over what was put away under this name and was read under another one, which no longer leads to it.
    private mutating func takePutAway(_ number: Int, _ slot: SourceSlot) {
        guard let folder = folders[slot.folder], let listing = currentListing(of: folder) else { return }
        for name in listing.names(startingWith: SiblingName.stem(of: slot.name)) {
            guard SiblingName(name, of: slot.name) != nil,
                let identity = (try? FileFacts(path: Self.join(folder.path, name)))?.identity,
                let owner = owners[identity], owner != number, let other = slots[owner], let path = path(of: other),
                (try? FileFacts(path: path))?.identity != identity
            else { continue }
            move(identity, from: owner, to: number)
        }
    }

    /// Has a file be read on under the name of `number` where it was left under that of `owner`.
    private mutating func move(_ identity: FileIdentity, from owner: Int, to number: Int) {
        guard var earlier = awaken(owner), var later = awaken(number) else { return }
        if let incarnation = earlier.release(identity) { later.adopt(incarnation) }
        owners[identity] = number
        awake[owner] = earlier
        awake[number] = later
        // Both, or after a restart the file would be read under both names.
        unsaved.insert(owner)
        unsaved.insert(number)
        queue.append(owner)
    }

    private mutating func awaken(_ number: Int) -> SourceTailer? {
        guard let slot = slots[number], let folder = folders[slot.folder] else { return nil }
        let tailer = takeTailer(number, slot, folder)
        slots[number]?.body = .awake
        return tailer
    }

    /// The entries of a folder as they are now; nil if it cannot be listed.
    private mutating func currentListing(of folder: WatchedFolder) -> FolderListing? {
        if let listing = folder.listing, listing.isSettled, listing.changed == whenFolderChanged(folder.path) {
            return listing
        }
        let listing = try? FolderListing(of: folder.path)
        folders[folder.number]?.listing = listing
        return listing
    }
}
