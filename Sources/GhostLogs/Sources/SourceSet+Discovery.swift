public import GhostModel
import GhostSystem

/// Finding folders and files.
extension SourceSet {
    /// Watches and lists what is due: everything at first, later what changed.
    ///
    /// A folder is watched before it is listed, so that nothing that is made meanwhile is missed.
    public mutating func discover(with watcher: some FolderWatching, now: Timestamp) {
        if !saved.isEmpty { followSaved() }
        // What is found may lead to further folders, by symbolic links.
        for _ in 0..<Self.longestSearch where isAnythingDue { discoverOnce(watcher, now) }
    }

    /// How many steps of a search are taken in one go.
    private static let longestSearch = 8

    var isAnythingDue: Bool { rootsAreDue || !dueFolders.isEmpty || !dueNames.isEmpty }

    private mutating func discoverOnce(_ watcher: some FolderWatching, _ now: Timestamp) {
        if rootsAreDue {
            rootsAreDue = false
            findRoots(watcher)
        }
        var found: [Found] = []
        while let number = dueFolders.popFirst() {
            watch(number, watcher)
            found += list(number, now)
        }
        let names = dueNames
        dueNames = [:]
        for (number, names) in names {
            for name in names.sorted() { found += look(atEntry: name, unknownIn: number, now) }
        }
        rank(&found)
        for file in found { follow(file) }
    }

    /// A file that fits a pattern and is not followed yet.
    struct Found {
        var folder: Int
        var name: String
        var facts: Result<FileFacts, SourceTrouble>
        var isLink: Bool

        var identity: FileIdentity? { (try? facts.get())?.identity }
        var modified: Int64 { (try? facts.get())?.modified ?? .min }
    }

    /// Puts files in the order in which they are followed: what was written last is read last.
    ///
    /// Of the names of one file that comes first which has files that were put away beside it, then the shortest; a symbolic
    /// link comes after all names.
    private func rank(_ found: inout [Found]) {
        var counts: [FileIdentity: Int] = [:]
        for file in found { if let identity = file.identity { counts[identity, default: 0] += 1 } }
        func rank(_ file: Found) -> Int {
            if file.isLink { return 2 }
            guard let identity = file.identity, counts[identity] ?? 0 > 1 else { return 0 }
            let names = folders[file.folder]?.listing?.names(startingWith: SiblingName.stem(of: file.name)) ?? []
            return names.contains { SiblingName($0, of: file.name) != nil } ? 0 : 1
        }
        let ranks = found.map { (file: $0, rank: rank($0)) }
        found = ranks.sorted { left, right in
            (left.rank, left.file.modified, left.file.name.utf8.count, left.file.name)
                < (right.rank, right.file.modified, right.file.name.utf8.count, right.file.name)
        }.map(\.file)
    }

    // MARK: Folders

    /// Goes to the folder of each pattern; where it is missing, to the nearest one that is there.
    private mutating func findRoots(_ watcher: some FolderWatching) {
        // The folders on the way, and what is missing in each.
        var ways: [String: Set<String>] = [:]
        for pattern in patterns {
            var folder = pattern.fixedFolder
            if let path = pattern.literal, isFolder(path) { folder = path }
            if pattern.literal != nil || isFolder(folder) { note(folder: folder) }
            guard !isFolder(folder) else { continue }
            var missing = folder
            while folder != "/", !isFolder(folder) {
                missing = folder
                folder = Self.parent(of: folder)
            }
            ways[folder, default: []].insert(Self.name(of: missing))
        }
        for number in folders.keys { folders[number]?.awaited = [] }
        for (path, missing) in ways {
            if let number = note(folder: path, isOnTheWay: true) { folders[number]?.awaited = missing }
        }
        // Folders that were only on the way to what is there by now.
        for folder in folders.values where folder.reaches.isEmpty && ways[folder.path] == nil {
            guard folder.sources.isEmpty, folder.linked.isEmpty else { continue }
            watcher.unwatch(folder.number)
            folders[folder.number] = nil
            folderNumbers[folder.path] = nil
            dueFolders.remove(folder.number)
        }
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// Makes sure that a folder is known, and has it listed.
    ///
    /// - Returns: its number; nil if there are too many.
    @discardableResult
    mutating func note(folder path: String, isOnTheWay: Bool = false) -> Int? {
        let number: Int
        if let known = folderNumbers[path] {
            number = known
        } else {
            let depth = path.utf8.count { $0 == UInt8(ascii: "/") }
            guard folders.count < Self.mostFolders, depth <= Self.deepestFolder else {
                omissions.folders += 1
                return nil
            }
            number = nextFolder
            nextFolder += 1
            folders[number] = WatchedFolder(number: number, path: path)
            folderNumbers[path] = number
            dueFolders.insert(number)
        }
        if !isOnTheWay, folders[number]?.reaches.isEmpty ?? false {
            var reaches: [Int: SourcePattern.Reach] = [:]
            for (index, pattern) in patterns.enumerated() {
                let reach = pattern.reach(ofPath: path)
                if pattern.isFolder(reach) { reaches[index] = reach }
            }
            folders[number]?.reaches = reaches
            folders[number]?.index = NameIndex(
                reaches.map { (place: $0.key, beginning: patterns[$0.key].beginning(after: $0.value)) }
            )
            if !reaches.isEmpty { dueFolders.insert(number) }
        }
        if folders[number]?.watch == .missing { dueFolders.insert(number) }
        return number
    }

    private mutating func watch(_ number: Int, _ watcher: some FolderWatching) {
        guard let folder = folders[number] else { return }
        let facts = try? FileStatus(path: folder.path)
        let identity = facts.map { FileIdentity(device: $0.device, inode: $0.inode, born: $0.born) }
        switch folder.watch {
        case .notified where identity == folder.identity: return
        case .swept where identity == folder.identity && identity != nil && folder.listedAt != nil: return
        default: break
        }
        folders[number]?.identity = identity
        folders[number]?.listedAt = nil
        noticesRevision += 1
        switch watcher.watch(folder.path, as: number) {
        case .watching: folders[number]?.watch = .notified
        case .uncertain(let why): folders[number]?.watch = .swept(why: why)
        case .missing: folders[number]?.watch = .missing
        case .exhausted(let setting):
            omissions.foldersWithoutWatch += 1
            folders[number]?.watch = .swept(why: "\(setting) is used up; raise it to be told at once")
        case .refused(let code): folders[number]?.watch = .swept(why: "the system refused a watch: \(code)")
        }
    }

    // MARK: Entries

    private mutating func list(_ number: Int, _ now: Timestamp) -> [Found] {
        guard let folder = folders[number] else { return [] }
        for source in folder.sources.values { queue.append(source) }
        for linked in folder.linked.values { for source in linked { queue.append(source) } }
        guard !folder.reaches.isEmpty else { return [] }
        guard let listing = try? FolderListing(of: folder.path) else {
            return literalFiles(in: folder, without: nil)
        }
        folders[number]?.listing = listing
        folders[number]?.listedAt = listing.changed
        omissions.unreadableNames += listing.unreadableNames
        omissions.files += listing.omitted
        // Looked at anew: what they led to may have changed.
        if !folder.aliases.isEmpty || !folder.refused.isEmpty {
            folders[number]?.aliases = [:]
            folders[number]?.refused = [:]
            noticesRevision += 1
        }
        var found: [Found] = []
        for place in 0..<listing.count {
            found += look(at: listing[place], in: folder, now)
        }
        return found + literalFiles(in: folder, without: listing)
    }

    /// Files that are named in full are followed before they are there.
    private func literalFiles(in folder: WatchedFolder, without listing: FolderListing?) -> [Found] {
        patterns.compactMap(\.literal).compactMap { path in
            guard Self.parent(of: path) == folder.path else { return nil }
            let name = String(path[path.index(path.lastIndex(of: "/") ?? path.startIndex, offsetBy: 1)...])
            guard !name.isEmpty, folder.sources[name] == nil, listing?.entry(named: name) == nil, !isFolder(path)
            else { return nil }
            return Found(folder: folder.number, name: name, facts: .failure(.missing), isLink: false)
        }
    }

    private mutating func look(atEntry name: String, unknownIn number: Int, _ now: Timestamp) -> [Found] {
        guard let folder = folders[number], folder.sources[name] == nil else { return [] }
        if folder.aliases[name] != nil || folder.refused[name] != nil {
            folders[number]?.aliases[name] = nil
            folders[number]?.refused[name] = nil
            noticesRevision += 1
        }
        return look(at: FolderListing.Entry(name: name, inode: 0, kind: .unknown), in: folder, now)
    }

    /// Looks at an entry that is not followed yet.
    private mutating func look(at entry: FolderListing.Entry, in folder: WatchedFolder, _ now: Timestamp) -> [Found] {
        guard folder.sources[entry.name] == nil else { return [] }
        var isWanted = false
        var isOnTheWay = false
        for index in folder.index.candidates(for: entry.name) {
            guard let reach = folder.reaches[index] else { continue }
            let next = patterns[index].reach(of: entry.name, in: reach)
            guard !next.isEmpty else { continue }
            isWanted = isWanted || patterns[index].isFile(next)
            isOnTheWay = isOnTheWay || patterns[index].isFolder(next)
        }
        guard isWanted || isOnTheWay else { return [] }
        guard !isPutAway(entry.name, in: folder) else { return [] }
        let path = Self.join(folder.path, entry.name)
        let isLink = entry.kind == .symbolicLink || entry.kind == .unknown && SymbolicLink.target(of: path) != nil
        if entry.kind == .folder {
            if isOnTheWay { note(folder: path) }
            return []
        }
        let facts = Result { () throws(SourceTrouble) in try FileFacts(path: path) }
        if case .failure(.notAFile(.folder)) = facts {
            // A link to a folder is followed where it is named, not where it would be found on the way: it may lead back.
            if isOnTheWay, !isLink || isNamed(path) { note(folder: path) }
            return []
        }
        guard isWanted else { return [] }
        if case .failure(.missing) = facts, !isLink { return [] }
        return [Found(folder: folder.number, name: entry.name, facts: facts, isLink: isLink)]
    }

    /// Whether a pattern names the path without a wildcard.
    private func isNamed(_ path: String) -> Bool {
        patterns.contains { pattern in
            let fixed = pattern.literal ?? pattern.fixedFolder
            return fixed == path || fixed.hasPrefix(path + "/")
        }
    }

    /// Whether the file was put away from a log that is followed in the same folder, or is about to be.
    private func isPutAway(_ name: String, in folder: WatchedFolder) -> Bool {
        SiblingName.bases(of: name).contains { base in
            if folder.sources[base] != nil { return true }
            guard let listing = folder.listing ?? folders[folder.number]?.listing else { return false }
            guard let entry = listing.entry(named: base), entry.kind != .folder else { return false }
            return folder.index.candidates(for: base).contains { index in
                guard let reach = folder.reaches[index] else { return false }
                return patterns[index].isFile(patterns[index].reach(of: base, in: reach))
            }
        }
    }
}
