import GhostModel
import GhostSystem

/// Reads everything that is written to a log under one name, once: through rotation, compression, truncation and restarts.
///
/// ``next(into:longest:now:)`` gives out one step at a time; whoever takes it has the lines cut with ``split(_:now:_:)`` or
/// ``finishLine(_:)``. Blocking: call it where waiting for a disk is allowed.
///
/// A file that is cut and grows past the old position between two looks, and then has equal bytes both at its beginning
/// and before the old position, cannot be told from one that only grew.
struct SourceTailer {
    /// How many files that were put away are kept open, because their writer may not have noticed yet.
    static let longestLate = 4
    /// How long they are kept open after the last byte came.
    static let lateness: Duration = .seconds(600)
    /// How long the writer of a file that was put away may take to finish a line.
    static let lineGrace: Duration = .seconds(2)
    /// How long the name may be gone before that is reported: longer than a rotation takes.
    static let toleratedAbsence: Duration = .seconds(2)
    /// How often a look starts anew because files are being renamed while it goes on.
    static let longestSearch = 5

    /// The log's file name.
    let name: String
    let folder: String
    let path: String
    /// What was read and is closed, oldest first.
    var past: [SourceCheckpoint.Incarnation]
    /// What was put away and is still open, oldest first.
    var late: [Reading] = []
    var active = Active.none
    /// Files that were read here, and have a name elsewhere under which they can be read on.
    var kept: Set<FileIdentity> = []
    /// The incarnations that were read under another name: they say nothing about what was put away under this one.
    var adopted: Set<Int> = []
    /// What is read before the name is looked at again.
    var waiting: [Task] = []
    var stage: Stage
    /// The newest incarnation's number.
    var generation: Int
    var losses: [Loss] = []
    /// When an entry of the folder was last changed before it was looked through.
    var folderChanged: Int64?
    /// Files that are read under other names.
    var others = OtherFiles.none
    var turn = Turn.active
    var nextLate = 0
    var searches = 0
    var absence = Absence.none
    /// What the folder holds, if somebody has looked: many tailers of one folder share it.
    var listing: FolderListing?
    /// What was put away and is compressed so that it cannot be read, newest known first.
    var unreadableSiblings: [SiblingName] = []

    /// What is read now.
    enum Active {
        case none
        case open(Reading)
        /// The named file, read to its end, without a descriptor.
        case idle(SourceCheckpoint.Incarnation, Reading.Quiet)
    }

    /// A file that waits to be read.
    struct Task {
        var path: String
        var identity: FileIdentity
        var role: Reading.Role
        /// How long it was when it was last seen, in bytes; of an archive, as it is compressed.
        var length: Int64
        var seenAt: Timestamp
        /// What is already known of its content; nil if it is new.
        var resumes: SourceCheckpoint.Incarnation?
        /// Where it is, if not in the log's folder.
        var place: String?
    }

    /// Whether it is known which file is which.
    enum Stage: Equatable {
        case unplanned(Occasion)
        case following
    }

    /// Why the files have to be looked through.
    enum Occasion: Equatable {
        case firstLook
        case restart
        case rotation
    }

    /// Bytes that were gone.
    struct Loss: Equatable {
        var file: String
        var generation: Int
        var from: Int64?
        var to: Int64?
        var reason: LossEntry.Reason
        var lastSeen: Timestamp?
        var noticed: Timestamp
    }

    /// What a step brought.
    enum Step: Equatable {
        /// The first `count` bytes of the buffer are new.
        case bytes(count: Int, generation: Int)
        /// The line that the splitter holds is as complete as it will ever be.
        case lineEnds(generation: Int)
        /// There is nothing new.
        case nothing
    }

    enum Turn {
        case active
        case late(Int)
    }

    enum Absence {
        case none
        case since(Timestamp)
    }

    /// Follows `name` in `folder`, neither of which need exist yet.
    init(name: String, folder: String, resuming checkpoint: SourceCheckpoint? = nil) {
        self.name = name
        self.folder = folder
        path = "\(folder)/\(name)"
        past = checkpoint?.incarnations ?? []
        generation = past.map(\.generation).max() ?? 0
        stage = .unplanned(past.isEmpty ? .firstLook : .restart)
    }

    /// Where reading goes on after a restart; nil if nothing was read yet.
    var checkpoint: SourceCheckpoint? {
        var all = past + late.map(\.incarnation)
        var next = generation
        for task in waiting {
            if let known = task.resumes {
                // It was taken out of the past.
                all.append(known)
            } else {
                // Nothing was read of it; should it vanish, it is known that it was there.
                next += 1
                var unread = SourceCheckpoint.Incarnation(generation: next, identity: task.identity)
                unread.seenLength = task.path.hasSuffix(".gz") ? 0 : task.length
                unread.seenAt = task.seenAt.milliseconds
                all.append(unread)
            }
        }
        switch active {
        case .none: break
        case .open(let reading): all.append(reading.incarnation)
        case .idle(let incarnation, _): all.append(incarnation)
        }
        guard !all.isEmpty else { return nil }
        all.sort { $0.generation < $1.generation }
        return SourceCheckpoint(name: name, incarnations: all.suffix(SourceCheckpoint.longestMemory))
    }

    /// The file that the name was last found to lead to, if it is being followed.
    var position: (generation: Int, offset: Int64) {
        switch active {
        case .open(let reading): (reading.incarnation.generation, reading.trail.position)
        case .idle(let incarnation, _): (incarnation.generation, incarnation.offset)
        case .none: (generation, late.last?.trail.position ?? past.last?.offset ?? 0)
        }
    }

    /// How many descriptors are open.
    var descriptors: Int {
        if case .open = active { return late.count + 1 }
        return late.count
    }

    /// Cuts the bytes that the last step brought into lines.
    ///
    /// - Parameters:
    ///   - ahead: takes lines together, as ``LineSplitter/split(_:ahead:_:)`` has it.
    ///   - body: receives the text without its end, the offset of its first byte in its file, and how many of its bytes were
    ///     left out because it was too long.
    @inline(__always)
    mutating func split(
        _ block: Span<UInt8>,
        now: Timestamp,
        ahead: (_ chunk: Span<UInt8>, _ lines: LinesAhead) -> Int = { _, _ in 0 },
        _ body: (_ text: Span<UInt8>, _ start: Int64, _ omitted: Int) -> Void
    ) {
        changeTurnReading { $0.split(block, now: now, ahead: ahead, body) }
    }

    /// Gives out the unfinished line after a step that said so.
    mutating func finishLine(_ body: (_ text: Span<UInt8>, _ start: Int64, _ omitted: Int) -> Void) {
        changeTurnReading { $0.finish(body) }
    }

    /// Starts a look.
    ///
    /// - Parameter others: files that are read under another name.
    mutating func startLook(besides others: Set<FileIdentity>, now: Timestamp) {
        startLook(besides: OtherFiles(others), now: now)
    }

    /// Starts a look.
    ///
    /// - Parameter others: files that are read under another name.
    mutating func startLook(besides others: OtherFiles, now: Timestamp) {
        self.others = others
        nextLate = 0
        searches = 0
        guard !waiting.isEmpty, stage == .following else { return }
        // What waited since the look before may have another name by now, or other content.
        if case .none = active {
            stage = .unplanned(.rotation)
        } else if whenFolderChanged(folder) != folderChanged {
            plan(.rotation, now: now)
        } else {
            lookAtWaiting(now)
        }
    }

    /// Closes the file if it is read to its end; it is opened again when it changes.
    mutating func letGo() {
        guard case .open(let reading) = active, let quiet = reading.quiet, !reading.hasPending else { return }
        active = .idle(reading.incarnation, quiet)
    }

    /// The losses that were noticed since they were last asked for.
    mutating func takeLosses() -> [Loss] {
        defer { losses = [] }
        return losses
    }

    @inline(__always)
    private mutating func changeTurnReading(_ change: (inout Reading) -> Void) {
        switch (turn, active) {
        case (.late(let index), _) where late.indices.contains(index): change(&late[index])
        case (.active, .open(var reading)):
            active = .none
            change(&reading)
            active = .open(reading)
        default: break
        }
    }
}
