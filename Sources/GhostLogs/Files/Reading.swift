import GhostModel

/// An incarnation that is being read.
struct Reading {
    var incarnation: SourceCheckpoint.Incarnation
    let role: Role
    /// The file; nil while nothing is new in it and its descriptor is needed elsewhere.
    var text: PlainText?
    var splitter: LineSplitter
    /// Cuts the lines instead of ``splitter`` if the text is UTF-16.
    private(set) var wide: WideLineSplitter?
    var trail: ContentTrail
    /// What the system said when the file was last found read to its end; nil if it has more.
    var quiet: Quiet?
    /// When the last byte came, or when the file was put away.
    var movedAt: Timestamp

    /// How a file is read.
    enum Role: Sendable, Equatable {
        /// The log's name leads to it: it may grow, and it may be cut.
        case named
        /// It was put away: its end is the end.
        case putAway
    }

    /// A file without anything new.
    struct Quiet: Equatable {
        var length: Int64
        var changed: Int64
    }

    /// Reads a file from its beginning.
    init(_ text: PlainText, generation: Int, role: Role, now: Timestamp) {
        incarnation = SourceCheckpoint.Incarnation(generation: generation, identity: text.file.identity)
        self.role = role
        self.text = text
        splitter = LineSplitter()
        trail = ContentTrail()
        movedAt = now
        recogniseEncoding()
    }

    /// Finds out how the text is encoded, which its first bytes tell.
    private mutating func recogniseEncoding() {
        wide = nil
        guard let first = try? text?.bytes(0..<Int64(TextEncoding.sampleBytes)),
            case .utf16(let order) = TextEncoding(first: first)
        else { return }
        wide = WideLineSplitter(order: order, offset: trail.offset)
    }

    /// Goes on where `incarnation` was left; nil if `text` does not hold it.
    static func resume(
        _ incarnation: SourceCheckpoint.Incarnation,
        in text: PlainText,
        role: Role,
        now: Timestamp
    ) throws(SourceTrouble) -> Reading? {
        guard let windows = try text.windows(of: incarnation) else { return nil }
        var reading = Reading(text, generation: incarnation.generation, role: role, now: now)
        reading.incarnation = incarnation
        reading.incarnation.identity = text.file.identity
        reading.incarnation.ending = .open
        guard incarnation.offset > 0 else { return reading }
        reading.splitter = LineSplitter(offset: incarnation.offset)
        reading.trail = ContentTrail(resuming: incarnation, front: windows.front, recent: windows.recent)
        reading.wide = reading.wide.map { WideLineSplitter(order: $0.order, offset: incarnation.offset) }
        return reading
    }

    /// Whether a line has no end yet.
    var hasPending: Bool { trail.position > trail.offset }

    /// Whether the file still holds what was read of it.
    ///
    /// Asked after a block was read: if the windows agree then, the block belongs to what was read before.
    func isIntact() throws(SourceTrouble) -> Bool {
        guard let file = text?.file, trail.position > 0 else { return true }
        let start = trail.position - Int64(trail.recent.count)
        guard try file.bytes(start..<trail.position) == trail.recent else { return false }
        guard start > 0, trail.head.length > 0 else { return true }
        let front = try file.bytes(0..<Int64(trail.head.length))
        return ContentWindow(front.span) == trail.head
    }

    /// Cuts the next bytes of the file into lines.
    @inline(__always)
    mutating func split(
        _ block: Span<UInt8>,
        now: Timestamp,
        ahead: (_ chunk: Span<UInt8>, _ lines: LinesAhead) -> Int,
        _ body: (_ text: Span<UInt8>, _ start: Int64, _ omitted: Int) -> Void
    ) {
        // It may have been opened when it was shorter than what tells the encoding.
        if trail.position == 0 { recogniseEncoding() }
        if wide == nil { splitter.split(block, ahead: ahead, body) } else { wide?.split(block, body) }
        accept(block, now: now)
    }

    /// Gives out the unfinished line, which is as complete as it will ever be.
    mutating func finish(_ body: (_ text: Span<UInt8>, _ start: Int64, _ omitted: Int) -> Void) {
        if wide == nil { splitter.finish(body) } else { wide?.finish(body) }
        settle()
    }

    private mutating func accept(_ block: Span<UInt8>, now: Timestamp) {
        trail.append(block, pending: Int64(wide?.pendingBytes ?? splitter.pendingBytes))
        takeWindows()
        movedAt = now
        saw(length: trail.position, at: now)
    }

    private mutating func settle() {
        trail.settle()
        takeWindows()
    }

    mutating func saw(length: Int64, at now: Timestamp) {
        incarnation.seenLength = max(incarnation.seenLength, length)
        incarnation.seenAt = now.milliseconds
    }

    private mutating func takeWindows() {
        incarnation.offset = trail.offset
        incarnation.head = trail.offset > 0 ? trail.head : trail.beginning
        incarnation.beginnings = trail.beginnings
        incarnation.tail = trail.tail
    }
}

extension PlainText {
    /// The bytes of an incarnation's windows if this text holds it; nil if it does not.
    func windows(
        of incarnation: SourceCheckpoint.Incarnation
    ) throws(SourceTrouble) -> (front: [UInt8], recent: [UInt8])? {
        let front = try bytes(0..<Int64(incarnation.head.length))
        guard ContentWindow(front.span) == incarnation.head else { return nil }
        let recent = try bytes(incarnation.offset - Int64(incarnation.tail.length)..<incarnation.offset)
        guard ContentWindow(recent.span) == incarnation.tail else { return nil }
        return (front, recent)
    }

    /// Whether this text, which ends before the incarnation's offset, may be a copy of its beginning.
    func isBeginning(of incarnation: SourceCheckpoint.Incarnation) throws(SourceTrouble) -> Bool {
        guard let length = try length(), length < incarnation.offset else { return false }
        let beginnings = incarnation.beginnings.enumerated().map { ContentWindow(beginning: $0, hash: $1) }
        guard let longest = (beginnings + [incarnation.head]).last(where: { $0.length <= length }) else { return false }
        let bytes = try bytes(0..<Int64(longest.length))
        return longest.length > 0 && ContentWindow(bytes.span) == longest
    }
}
