import GhostModel

/// A tailer that has nothing to do, as few bytes: of most files nothing is heard for hours.
///
/// Whoever keeps it knows the file's name and folder. Waking it costs opening the file and reading two windows of it, and
/// only if the file changed.
struct RestingTailer: Sendable, Equatable {
    /// The checkpoint without the name, as ``SavedBytes``; empty if nothing was read yet.
    let packed: [UInt8]
    /// What the system said when the file was read to its end; nil if there is no such file.
    let quiet: Reading.Quiet?
    /// Which file has the name.
    let identity: FileIdentity?

    /// Whether a look at the file says that it still is as it was.
    func isAsBefore(_ facts: FileFacts) -> Bool {
        quiet == Reading.Quiet(length: facts.length, changed: facts.changed) && identity == facts.identity
    }

    /// The checkpoint; nil if nothing was read yet.
    func checkpoint(name: String) -> SourceCheckpoint? {
        guard !packed.isEmpty else { return nil }
        var reader = SavedBytesReader(packed)
        guard var checkpoint = try? SourceCheckpoint(from: &reader) else { return nil }
        checkpoint.name = name
        return checkpoint
    }
}

extension SourceTailer {
    /// What is kept of it while nothing happens; nil while there is anything that it waits for.
    var resting: RestingTailer? {
        guard waiting.isEmpty, late.isEmpty, losses.isEmpty, stage == .following else { return nil }
        if case .open(let reading) = active {
            guard reading.quiet != nil, reading.role == .named else { return nil }
        }
        return savedPosition
    }

    /// Where reading goes on after a restart, as few bytes.
    var savedPosition: RestingTailer {
        switch active {
        case .open(let reading) where reading.role == .named && late.isEmpty && waiting.isEmpty:
            packed(reading.quiet, reading.incarnation.identity)
        case .idle(let incarnation, let quiet): packed(quiet, incarnation.identity)
        case .none, .open: packed(nil, nil)
        }
    }

    /// Whether a line without an end is held, or a file that was put away may still be written to.
    var isRestless: Bool {
        if case .since = absence { return true }
        guard case .open(let reading) = active, reading.role == .named, late.isEmpty, waiting.isEmpty else {
            return !late.isEmpty || !waiting.isEmpty
        }
        return false
    }

    /// Which file the name was last found to lead to, if it is being followed.
    var namedIdentity: FileIdentity? {
        switch active {
        case .open(let reading) where reading.role == .named: reading.incarnation.identity
        case .idle(let incarnation, _): incarnation.identity
        case .none, .open: nil
        }
    }

    /// The files that hold what was read, as far as they are known.
    var heldIdentities: [FileIdentity] { (checkpoint?.incarnations ?? []).compactMap(\.identity) }

    private func packed(_ quiet: Reading.Quiet?, _ identity: FileIdentity?) -> RestingTailer {
        var bytes = SavedBytes()
        if var checkpoint {
            checkpoint.name = ""
            bytes.add(checkpoint)
        }
        return RestingTailer(packed: bytes.bytes, quiet: quiet, identity: identity)
    }

    /// Goes on where `resting` was taken.
    init(name: String, folder: String, waking resting: RestingTailer) {
        let checkpoint = resting.checkpoint(name: name)
        self.init(name: name, folder: folder, resuming: checkpoint)
        guard checkpoint != nil else { return }
        stage = .following
        guard let quiet = resting.quiet, let last = past.last, last.identity == resting.identity else {
            // Without a file of that name there may be new ones that were put away.
            return
        }
        past.removeLast()
        active = .idle(last, quiet)
    }

    /// Lets go of the files that were put away, though their writers may still write.
    ///
    /// Whoever does this has to call ``lookForLateBytes(_:)`` when one of them changes.
    mutating func letGoOfLate() {
        for reading in late { remember(reading.incarnation) }
        late = []
    }

    /// Looks at once for what was written to files that were put away and let go of.
    mutating func lookForLateBytes() {
        switch active {
        case .open(let reading):
            guard reading.role == .named, reading.quiet != nil else { return }
            remember(reading.incarnation)
        case .idle(let incarnation, _): remember(incarnation)
        case .none: break
        }
        active = .none
        stage = .unplanned(.rotation)
    }

    /// The files that were put away and may have grown since they were let go of, by how far they were read.
    var letGoFiles: [(identity: FileIdentity, offset: Int64)] { past.letGoFiles }
}

extension SourceCheckpoint {
    /// The files that were put away and may have grown since, by how far they were read.
    var letGoFiles: [(identity: FileIdentity, offset: Int64)] { incarnations.letGoFiles }
}

extension [SourceCheckpoint.Incarnation] {
    fileprivate var letGoFiles: [(identity: FileIdentity, offset: Int64)] {
        compactMap { incarnation in
            guard incarnation.ending == .open, let identity = incarnation.identity else { return nil }
            return (identity, incarnation.offset)
        }
    }
}

/// A file that goes over from one name to another.
extension SourceTailer {
    /// Gives away the file with this identity, to be read under another name from where it was left; nil if it is not read
    /// here.
    mutating func release(_ identity: FileIdentity) -> SourceCheckpoint.Incarnation? {
        if case .open(let reading) = active, reading.incarnation.identity == identity {
            remember(reading.incarnation)
            active = .none
        }
        if case .idle(let incarnation, _) = active, incarnation.identity == identity {
            remember(incarnation)
            active = .none
        }
        for reading in late where reading.incarnation.identity == identity { remember(reading.incarnation) }
        late.removeAll { $0.incarnation.identity == identity }
        if let index = waiting.firstIndex(where: { $0.identity == identity }) {
            let task = waiting.remove(at: index)
            return task.resumes ?? SourceCheckpoint.Incarnation(generation: generation, identity: identity)
        }
        let endings: [SourceCheckpoint.Ending] = [.open, .gone]
        guard let index = past.lastIndex(where: { $0.identity == identity && endings.contains($0.ending) }) else {
            return nil
        }
        var incarnation = past[index]
        incarnation.place = nil
        incarnation.ending = .open
        past[index].ending = .gone
        past[index].identity = nil
        return incarnation
    }

    /// Takes over a file that was read under another name.
    mutating func adopt(_ incarnation: SourceCheckpoint.Incarnation) {
        var incarnation = incarnation
        generation += 1
        incarnation.generation = generation
        adopted.insert(generation)
        remember(incarnation)
        if case .none = active { stage = .unplanned(.rotation) }
    }
}
