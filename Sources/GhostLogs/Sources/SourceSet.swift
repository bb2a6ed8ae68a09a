import GhostModel
public import GhostStore
import GhostSystem

/// Follows any number of files, by path, folder and pattern, and reads each of their lines once.
///
/// A value; ``SourceFollower`` drives it. In a loop: ``discover(with:now:)`` finds files, ``take(_:)`` takes in what the
/// kernel told, ``read(budgetBytes:now:_:)`` reads. A file that does not change costs some hundred bytes and no time.
/// Blocking: call it where waiting for a disk is allowed.
public struct SourceSet {
    /// How often files are looked at of whose changes the system may not tell.
    public static let sweepInterval: Duration = .seconds(2)
    /// How often some files are looked at whatever the system tells, and how many times until all have been.
    static let patrolInterval: Duration = .seconds(10)
    static let patrolTurns = 12
    /// How many files are followed at most.
    public static let mostSources = 100_000
    /// How many folders are watched at most.
    public static let mostFolders = 10_000
    /// How many folders deep is searched.
    public static let deepestFolder = 64
    /// How many files are kept open at most.
    static let mostDescriptors = 100
    /// How many tailers are kept ready although nothing is new, and by how many that may be exceeded for a moment.
    static let mostAwake = 64
    static let awakeSlack = 16
    /// How much of one file is read before it is the next one's turn, in bytes.
    static let turnBytes = 1024 * 1024
    /// How long a file that is gone is remembered.
    static let goneMemory: Duration = .seconds(86_400)
    /// How many files that are gone are remembered.
    static let mostGone = 1000
    /// How much is read at a time, in bytes.
    static let blockBytes = 256 * 1024

    let patterns: [SourcePattern]
    var slots: [Int: SourceSlot] = [:]
    var nextSource = 1
    var folders: [Int: WatchedFolder] = [:]
    var folderNumbers: [String: Int] = [:]
    var nextFolder = 1
    /// Which file is read under which name.
    var owners: [FileIdentity: Int] = [:]
    /// The tailers that are ready, by their file.
    var awake: [Int: SourceTailer] = [:]
    /// When they were last used, in looks.
    var lastUse: [Int: UInt64] = [:]
    var looks: UInt64 = 0
    /// The files to be looked at, in this order.
    var queue = SourceQueue()
    /// Files that wait for a time and not for a change.
    var restless: Set<Int> = []
    /// Files whose archives or late bytes have to be looked for.
    var lateDue: Set<Int> = []
    /// Files that symbolic links lead to: their real path, by the file.
    var links: [Int: String] = [:]
    /// The folders with names of files that are read under other ones.
    var aliasFolders: Set<Int> = []
    /// The files that are gone.
    var gone: Set<Int> = []
    var unreadableArchives: [Int: [String]] = [:]
    /// Folders to be listed.
    var dueFolders: Set<Int> = []
    /// Entries to be looked at, by their folder.
    var dueNames: [Int: Set<String>] = [:]
    var rootsAreDue = true
    var lastSweep: Timestamp?
    var lastPatrol: Timestamp?
    var patrols = 0
    /// The positions that an earlier Ghost saved, by path; each until its file is found.
    var saved: [String: RestingTailer]
    /// Of which file the position has to be saved.
    var unsaved: Set<Int> = []
    /// Which saved positions are no longer needed.
    var forgotten: Set<String> = []
    var losses: [SourceLoss] = []
    /// What was left out, and how often hints failed.
    public internal(set) var omissions = SourceOmissions()
    var buffer: [UInt8] = []
    /// Counts the changes of what is to be said about files, so that nobody goes through all of them in vain.
    public internal(set) var noticesRevision = 0

    /// Follows what `patterns` mean, from the oldest bytes that are there, or from where `positions` say.
    ///
    /// Nothing is opened before ``discover(with:now:)``.
    ///
    /// - Parameters:
    ///   - patterns: paths of files and folders, and patterns with `*`, `?`, `[a-z]` and `**`.
    ///   - folder: where patterns start that are no absolute paths; itself absolute.
    ///   - positions: what ``positionsToSave()`` gave; one that cannot be read is left out.
    public init(patterns: [String], in folder: String, resuming positions: [SavedPosition] = []) {
        self.patterns = patterns.map { SourcePattern($0, in: folder) }
        saved = [:]
        for position in positions {
            if let resting = try? RestingTailer(saved: position.body) { saved[position.path] = resting }
        }
    }

    /// The path under which a file is followed; nil if it no longer is.
    public func path(of source: SourceID) -> String? {
        slots[source.number].flatMap { path(of: $0) }
    }

    func path(of slot: SourceSlot) -> String? {
        folders[slot.folder].map { Self.join($0.path, slot.name) }
    }

    static func join(_ folder: String, _ name: String) -> String {
        folder == "/" ? "/\(name)" : "\(folder)/\(name)"
    }

    /// How many files are followed.
    public var count: Int { slots.count }

    /// How many files are open.
    public var descriptors: Int { awake.values.reduce(0) { $0 + $1.descriptors } }

    /// Whether anything is left to be read or looked at at once.
    public var isBehind: Bool { !queue.isEmpty || isAnythingDue }

    /// How long nothing need be done if nothing is told.
    public var longestWait: Duration {
        let isSwept = folders.values.contains { $0.watch != .notified }
        return isSwept || !restless.isEmpty ? Self.sweepInterval : Self.patrolInterval
    }

    /// The losses that were noticed since they were last asked for.
    public mutating func takeLosses() -> [SourceLoss] {
        defer { losses = [] }
        return losses
    }

    /// What is to be said about files that cannot be read as they should, by path.
    ///
    /// Goes through all files: ask again when ``noticesRevision`` has changed.
    public var notices: [String] { statuses { isNotable($0, $1) }.compactMap(\.explanation) }

    /// Whether anything may have to be said about a file; most are left out at once.
    private func isNotable(_ number: Int, _ slot: SourceSlot) -> Bool {
        switch slot.condition {
        case .waiting, .readable: break
        case .unreadable, .sameFile, .compressed: return true
        }
        if case .swept? = folders[slot.folder]?.watch { return true }
        return unreadableArchives[number] != nil
    }

    /// Notes what the last look at a file said about it.
    mutating func setCondition(of number: Int, _ condition: SourceStatus.Condition) {
        guard let before = slots[number]?.condition, before != condition else { return }
        slots[number]?.condition = condition
        // That a file is read for the first time is what everybody expects.
        if before != .waiting || condition != .readable { noticesRevision += 1 }
    }

    /// One file as a value.
    public func status(of source: SourceID) -> SourceStatus? {
        slots[source.number].flatMap { status(source.number, $0) }
    }

    /// Everything that the patterns mean, by path: files that are read, and those that are not, with the reason.
    public var statuses: [SourceStatus] { statuses { _, _ in true } }

    /// The statuses of some files that are read, and of all that are not.
    private func statuses(where isWanted: (_ number: Int, _ slot: SourceSlot) -> Bool) -> [SourceStatus] {
        var all: [SourceStatus] = []
        for (number, slot) in slots where isWanted(number, slot) {
            if let status = status(number, slot) { all.append(status) }
        }
        for folder in folders.values {
            for (name, alias) in folder.aliases {
                let other = slots[alias.owner].flatMap { path(of: $0) } ?? ""
                all.append(status(name, in: folder, .sameFile(as: other)))
            }
            for (name, condition) in folder.refused { all.append(status(name, in: folder, condition)) }
        }
        return all.sorted { $0.path < $1.path }
    }

    private func status(_ number: Int, _ slot: SourceSlot) -> SourceStatus? {
        guard let folder = folders[slot.folder] else { return nil }
        var status = status(slot.name, in: folder, slot.condition)
        status.id = SourceID(number: number)
        status.generation = Int(slot.generation)
        status.offset = slot.offset
        status.unreadableArchives = unreadableArchives[number] ?? []
        return status
    }

    private func status(
        _ name: String,
        in folder: WatchedFolder,
        _ condition: SourceStatus.Condition
    ) -> SourceStatus {
        var watch = SourceStatus.Watch.notified
        if case .swept(let why) = folder.watch { watch = .swept(why: why) }
        return SourceStatus(
            id: nil,
            path: Self.join(folder.path, name),
            condition: condition,
            generation: 0,
            offset: 0,
            watch: watch,
            unreadableArchives: []
        )
    }
}

/// Numbers of files that wait for their turn, each once.
struct SourceQueue {
    private var order: [Int] = []
    private var next = 0
    private var members: Set<Int> = []

    var isEmpty: Bool { members.isEmpty }
    var count: Int { members.count }
    var numbers: Set<Int> { members }

    mutating func append(_ number: Int) {
        if members.insert(number).inserted { order.append(number) }
    }

    mutating func popFirst() -> Int? {
        while next < order.count {
            let number = order[next]
            next += 1
            if next > 1024, next * 2 > order.count {
                order.removeFirst(next)
                next = 0
            }
            if members.remove(number) != nil { return number }
        }
        order.removeAll(keepingCapacity: order.capacity < 4096)
        next = 0
        return nil
    }

    mutating func remove(_ number: Int) {
        members.remove(number)
    }
}
