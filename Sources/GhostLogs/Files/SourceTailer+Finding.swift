import GhostModel
import GhostSystem

/// Finding the files that may hold a part of the log.
extension SourceTailer {
    /// How many files of a folder are looked at when one is sought by its number.
    private static let longestFolder = 10_000

    /// The files that may hold a part of the log, oldest first; the named one last.
    mutating func foundFiles(
        _ incarnations: [SourceCheckpoint.Incarnation],
        _ waited: [Task],
        _ listing: FolderListing?,
        _ now: Timestamp
    ) -> [Task] {
        let named = try? FileFacts(path: path)
        var search = Search(others: others, now: now)
        if let named { _ = search.take(named.identity) }
        let names = listing?.names(startingWith: SiblingName.stem(of: name)) ?? []
        unreadableSiblings = SiblingName.unreadable(names, of: name)
        search.takeSiblings(names, of: name, in: folder, place: nil)
        search.seek(incarnations, in: listing, folder, place: nil)
        let unread = waited.filter { $0.resumes == nil }.map(\.identity)
        search.seek(unread, in: listing, folder, place: nil) { $0.append($1) }
        takeElsewhere(&search, incarnations, named)
        if let named, !others.contains(named.identity) {
            search.files.append(search.task(path, named, .named, place: nil))
        }
        return search.files
    }

    /// Files in the folders that the log's name led to while it was a symbolic link.
    private func takeElsewhere(
        _ search: inout Search,
        _ incarnations: [SourceCheckpoint.Incarnation],
        _ named: FileFacts?
    ) {
        let target = SymbolicLink.target(of: path)
        // What the link leads to now comes last; its siblings belong to the log if it is the log's only place so far.
        var places = incarnations.filter { $0.ending == .open }.compactMap(\.place)
        let isForeign = named.map { others.contains($0.identity) } ?? false
        if let target, !isForeign, incarnations.last?.place ?? target == target { places.append(target) }
        var earlier: [Task] = []
        var known: Set<String> = []
        for place in places.reversed() where known.insert(place).inserted {
            guard let (home, file) = Self.parts(of: place), home != SymbolicLink.resolved(folder) ?? folder,
                let listing = try? FolderListing(of: home)
            else { continue }
            var found = Search(others: others, seen: search.seen, now: search.now)
            let names = listing.names(startingWith: SiblingName.stem(of: file))
            found.takeSiblings(names, of: file, in: home, place: home)
            found.seek(incarnations, in: listing, home, place: home)
            if let facts = try? FileFacts(path: place), found.take(facts.identity) {
                found.files.append(found.task(place, facts, .putAway, place: place))
            }
            search.seen = found.seen
            earlier = found.files + earlier
        }
        search.files = earlier + search.files
    }

    /// A path's folder and name.
    private static func parts(of path: String) -> (folder: String, name: String)? {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    /// What was found so far.
    private struct Search {
        let others: OtherFiles
        var seen: Set<FileIdentity> = []
        var files: [Task] = []
        let now: Timestamp

        func task(_ path: String, _ facts: FileFacts, _ role: Reading.Role, place: String?) -> Task {
            Task(path: path, identity: facts.identity, role: role, length: facts.length, seenAt: now, place: place)
        }

        /// Whether a file is this log's and was not found before.
        mutating func take(_ file: FileIdentity) -> Bool { !others.contains(file) && seen.insert(file).inserted }

        /// Takes the files that were put away under `log`'s name, oldest first.
        mutating func takeSiblings(_ names: [String], of log: String, in folder: String, place: String?) {
            let siblings = SiblingName.ordered(names, of: log) { sibling in
                (try? FileFacts(path: "\(folder)/\(sibling)"))?.modified ?? .max
            }
            for sibling in siblings {
                let path = "\(folder)/\(sibling.name)"
                // Empty ones too: whoever has such a file open may still write to it.
                guard let facts = try? FileFacts(path: path), take(facts.identity) else { continue }
                files.append(task(path, facts, .putAway, place: place.map { _ in path }))
            }
        }

        /// Takes what was read before and has any other name now: it is older than everything that has taken its place.
        mutating func seek(
            _ incarnations: [SourceCheckpoint.Incarnation],
            in listing: FolderListing?,
            _ folder: String,
            place: String?
        ) {
            let identities = incarnations.filter { $0.ending == .open }.compactMap(\.identity)
            seek(identities, in: listing, folder, place: place) { $0.insert($1, at: 0) }
        }

        /// Takes the files with these identities, whatever their names.
        mutating func seek(
            _ identities: [FileIdentity],
            in listing: FolderListing?,
            _ folder: String,
            place: String?,
            _ add: (inout [Task], Task) -> Void
        ) {
            let sought = identities.filter { !seen.contains($0) }
            guard let listing, !sought.isEmpty else { return }
            for name in Self.candidates(Set(sought.map(\.inode)), listing, folder) {
                let path = "\(folder)/\(name)"
                guard let facts = try? FileFacts(path: path), sought.contains(facts.identity),
                    take(facts.identity)
                else { continue }
                add(&files, task(path, facts, .putAway, place: place.map { _ in path }))
            }
        }

        /// The names that may lead to one of `inodes`.
        private static func candidates(
            _ inodes: Set<UInt64>,
            _ listing: FolderListing,
            _ folder: String
        ) -> [String] {
            // Some file systems list other numbers than they give for the files, and a link's number is its own.
            let example = (0..<listing.count).lazy.map { listing[$0] }.first { $0.kind == .file }
            if let example, let facts = try? FileFacts(path: "\(folder)/\(example.name)"),
                facts.identity.inode == example.inode
            {
                return listing.names(ofInodes: inodes)
            }
            return (0..<min(listing.count, SourceTailer.longestFolder)).map { listing[$0].name }
        }
    }
}
