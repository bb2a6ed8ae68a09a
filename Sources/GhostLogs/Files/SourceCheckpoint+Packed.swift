import GhostModel

/// The form in which positions of many files are kept in memory and saved: some 150 bytes for a file that was never rotated.
extension SourceCheckpoint: Savable {
    /// The form's number; raised with every change.
    static let savedVersion = 1
    /// The longest name and path that are read, in bytes.
    private static let longestPath = 4096

    func save(to bytes: inout SavedBytes) {
        bytes.add(name)
        bytes.add(list: incarnations) { $0.add($1) }
    }

    init(from bytes: inout SavedBytesReader) throws(UnreadableSave) {
        name = try bytes.text(longest: Self.longestPath)
        incarnations = try bytes.list(atMost: Self.longestMemory) { reader throws(UnreadableSave) in
            try Incarnation(from: &reader)
        }
    }
}

extension SourceCheckpoint.Incarnation: Savable {
    func save(to bytes: inout SavedBytes) {
        bytes.add(generation)
        bytes.add(offset)
        bytes.add(identity) { $0.add($1) }
        bytes.add(head)
        bytes.add(list: beginnings) { $0.add(Int64(bitPattern: $1)) }
        bytes.add(tail)
        bytes.add(seenLength)
        bytes.add(seenAt)
        bytes.add(ending.number)
        bytes.add(place) { $0.add($1) }
    }

    init(from bytes: inout SavedBytesReader) throws(UnreadableSave) {
        generation = try bytes.count()
        offset = Int64(try bytes.count())
        identity = try bytes.optional { reader throws(UnreadableSave) in try FileIdentity(from: &reader) }
        head = try ContentWindow(from: &bytes)
        beginnings = try bytes.list(atMost: 16) { reader throws(UnreadableSave) in
            UInt64(bitPattern: try reader.integer64())
        }
        tail = try ContentWindow(from: &bytes)
        seenLength = Int64(try bytes.count())
        seenAt = try bytes.time().milliseconds
        guard let ending = SourceCheckpoint.Ending(number: try bytes.integer()) else { throw .impossibleValue }
        self.ending = ending
        place = try bytes.optional { reader throws(UnreadableSave) in try reader.text(longest: 4096) }
        guard offset >= Int64(tail.length) else { throw .impossibleValue }
    }
}

extension FileIdentity: Savable {
    func save(to bytes: inout SavedBytes) {
        bytes.add(Int64(bitPattern: device))
        bytes.add(Int64(bitPattern: inode))
        bytes.add(born)
    }

    init(from bytes: inout SavedBytesReader) throws(UnreadableSave) {
        device = UInt64(bitPattern: try bytes.integer64())
        inode = UInt64(bitPattern: try bytes.integer64())
        born = try bytes.integer64()
    }
}

extension ContentWindow: Savable {
    func save(to bytes: inout SavedBytes) {
        bytes.add(length)
        bytes.add(Int64(bitPattern: hash))
    }

    init(from bytes: inout SavedBytesReader) throws(UnreadableSave) {
        length = try bytes.count()
        hash = UInt64(bitPattern: try bytes.integer64())
        guard length <= Self.longest else { throw .impossibleValue }
    }
}

extension SourceCheckpoint.Ending {
    /// The number that it is saved as; never given to another one.
    fileprivate var number: Int {
        switch self {
        case .open: 0
        case .sealed: 1
        case .damaged: 2
        case .gone: 3
        }
    }

    fileprivate init?(number: Int) {
        let all: [Self] = [.open, .sealed, .damaged, .gone]
        guard all.indices.contains(number) else { return nil }
        self = all[number]
    }
}
