import GhostSystem

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The inbox on disk.
///
/// A task moves by rename only, so it is always in exactly one place: the inbox, then `.running/ID-NAME`, then
/// `.done/ID-NAME` or `.failed/ID-NAME`. The three are inside the inbox because a rename cannot leave its file system.
struct TaskFolder: Sendable {
    /// The absolute path of the inbox.
    let inbox: String
    /// The file that holds the next id.
    let counter: String

    /// How many finished scripts are kept in each of `.done` and `.failed`.
    static let keptScripts = 1000

    enum Place: String, CaseIterable {
        case running = ".running"
        case done = ".done"
        case failed = ".failed"
    }

    func create() throws(SystemCallFailure) {
        for place in Place.allCases { try Folder.create("\(inbox)/\(place.rawValue)") }
    }

    /// The regular files of the inbox.
    func look() throws(SystemCallFailure) -> [InboxQueue.Entry] {
        try Folder.entries(of: inbox).compactMap { name in
            var facts = stat()
            guard lstat("\(inbox)/\(name)", &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
            return InboxQueue.Entry(name: name, bytes: Int64(facts.st_size), changed: facts.changeNanoseconds)
        }
    }

    /// Gives the next id, never one that was given before: the counter is durable before the id is used.
    func nextID() throws(SystemCallFailure) -> Int {
        let stored = try AtomicFile.read(counter).flatMap { Int($0.prefix { $0.isNumber }) }
        let used = try largestIDInUse()
        let id = max(stored ?? 1, used + 1)
        try AtomicFile.replace(counter, with: "\(id + 1)\n")
        return id
    }

    /// Takes a file out of the inbox; nil if it is gone.
    func claim(_ name: String, id: Int) throws(SystemCallFailure) -> ClaimedTask? {
        let task = ClaimedTask(id: id, name: name)
        guard rename("\(inbox)/\(name)", path(of: task, in: .running)) == 0 else {
            if errno == ENOENT { return nil }
            throw SystemCallFailure("take the task", "\(inbox)/\(name)")
        }
        return task
    }

    func finish(_ task: ClaimedTask, in place: Place) throws(SystemCallFailure) {
        guard rename(path(of: task, in: .running), path(of: task, in: place)) == 0 else {
            throw SystemCallFailure("put away the task", path(of: task, in: .running))
        }
        try prune(place)
    }

    func path(of task: ClaimedTask, in place: Place) -> String { "\(inbox)/\(place.rawValue)/\(task.fileName)" }

    /// The tasks of one place by id.
    func tasks(in place: Place) throws(SystemCallFailure) -> [ClaimedTask] {
        try Folder.entries(of: "\(inbox)/\(place.rawValue)").compactMap(ClaimedTask.init(fileName:)).sorted {
            $0.id < $1.id
        }
    }

    private func largestIDInUse() throws(SystemCallFailure) -> Int {
        var largest = 0
        for place in Place.allCases { largest = max(largest, try tasks(in: place).last?.id ?? 0) }
        return largest
    }

    private func prune(_ place: Place) throws(SystemCallFailure) {
        for task in try tasks(in: place).dropLast(Self.keptScripts) { unlink(path(of: task, in: place)) }
    }
}

/// A task that was taken from the inbox.
struct ClaimedTask: Sendable, Equatable {
    let id: Int
    /// The name that the file had in the inbox.
    let name: String

    init(id: Int, name: String) {
        self.id = id
        self.name = name
    }

    /// Reads `ID-NAME`; nil for anything else.
    init?(fileName: String) {
        let parts = fileName.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let id = Int(parts[0]), id > 0 else { return nil }
        self.init(id: id, name: String(parts[1]))
    }

    var fileName: String { "\(id)-\(name)" }
}

extension stat {
    fileprivate var changeNanoseconds: Int64 {
        #if canImport(Darwin)
        Int64(st_mtimespec.tv_sec) * 1_000_000_000 + Int64(st_mtimespec.tv_nsec)
        #else
        Int64(st_mtim.tv_sec) * 1_000_000_000 + Int64(st_mtim.tv_nsec)
        #endif
    }
}
