import GhostModel

/// One file of a log that is read back, and its index.
struct LogPart {
    let path: String
    let text: PlainText
    let encoding: TextEncoding
    /// Its length in bytes; of an archive that of its plain text.
    private(set) var length: Int64
    var index = LogIndex()
    private var buffer: [UInt8] = []
    private var knownTimes = KnownTimes.unread
    /// How much is read at a time, in bytes.
    static let blockBytes = 256 * 1024
    /// How much of an archive is unpacked at most, in bytes.
    static let longestArchive: Int64 = 1 << 30

    /// Opens a file.
    ///
    /// - Parameter mayBePacked: whether its first bytes may say that it is a gzip file.
    init(path: String, mayBePacked: Bool) throws(SourceTrouble) {
        self.path = path
        text = mayBePacked ? try PlainText(path: path) : try PlainText(uncompressed: path)
        encoding = TextEncoding(first: try text.bytes(0..<Int64(TextEncoding.sampleBytes)))
        length = try text.length() ?? 0
    }

    /// Whether the file is an archive: its text is known from its beginning only.
    var isArchive: Bool { text.archiveEnding != nil }

    /// Takes in that the file has grown.
    mutating func refresh() throws(SourceTrouble) {
        guard let now = try text.length(), !isArchive else { return }
        if now < length { index = LogIndex() }
        length = now
        knownTimes = .unread
    }

    /// When the keeper took in what the file holds; nil if it was not the keeper, or that is not known.
    mutating func captureTimes() -> CaptureTimes? {
        switch knownTimes {
        case .known(let times): return times
        case .unknown: return nil
        case .unread:
            let times = isArchive ? nil : CaptureTimes(of: path, inode: text.file.identity.inode, length: length)
            knownTimes = times.map { .known($0) } ?? .unknown
            return times
        }
    }

    /// Reads lines from the start of one on, while `body` wants more.
    ///
    /// - Parameters:
    ///   - start: the start of a line.
    ///   - body: receives the text of a line, where it starts, and how many of its bytes were left out; tells whether to go on.
    mutating func read(
        from start: Int64,
        _ body: (_ text: Span<UInt8>, _ start: Int64, _ omitted: Int) -> Continuation
    ) throws(SourceTrouble) {
        var cutter = LineCutter(encoding, offset: start)
        var offset = start
        var state = Continuation.goOn
        if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: Self.blockBytes) }
        // The first piece is short: mostly a few lines are wanted.
        var piece = 16 * 1024
        while offset < length, state == .goOn {
            let count = try text.read(into: &buffer, longest: min(piece, Int(clamping: length - offset)), at: offset)
            guard count > 0 else { break }
            offset += Int64(count)
            cutter.split(buffer.span.extracting(0..<count)) { text, start, omitted in
                if state == .goOn { state = body(text, start, omitted) }
            }
            piece = Self.blockBytes
        }
        guard state == .goOn else { return }
        cutter.finish { text, start, omitted in _ = body(text, start, omitted) }
    }

    enum Continuation {
        case goOn
        case stop
    }

    /// The starts of the last `count` lines that start before `end`, in rising order.
    ///
    /// - Parameter end: at most ``length``.
    func starts(before end: Int64, count: Int) throws(SourceTrouble) -> [Int64] {
        var found: [Int64] = []
        var upper = min(end, length)
        // An archive is unpacked from its beginning for each step back: then the steps are longer.
        let step: Int64 = isArchive ? 4 * 1024 * 1024 : 64 * 1024
        let unit = Int64(encoding.unitBytes)
        upper += upper % unit
        while upper > 0, found.count < count {
            let lower = max(0, (upper - 1) / step * step)
            let context = Int(min(1, lower / unit))
            let block = try text.bytes(lower - Int64(context) * unit..<min(upper + unit, length))
            let base = lower - Int64(context) * unit
            var starts: [Int64] = []
            encoding.lineStarts(in: block.span, context: context) { place in
                let start = base + Int64(place)
                if start >= lower, start < upper, start < end { starts.append(start) }
            }
            found = starts.suffix(count - found.count) + found
            upper = lower
        }
        return found
    }

    /// The start of the first line that starts at or behind `offset`; nil if there is none.
    func firstStart(from offset: Int64) throws(SourceTrouble) -> Int64? {
        guard offset > 0 else { return length > 0 ? 0 : nil }
        let unit = Int64(encoding.unitBytes)
        var lower = offset - offset % unit
        while lower < length {
            let context = Int(min(1, lower / unit))
            let base = lower - Int64(context) * unit
            let block = try text.bytes(base..<min(lower + 64 * 1024, length))
            var first: Int64?
            encoding.lineStarts(in: block.span, context: context) { place in
                if first == nil, base + Int64(place) >= offset { first = base + Int64(place) }
            }
            if let first { return first }
            lower += 64 * 1024 - unit
        }
        return nil
    }

    /// Goes on with the index, at most `budgetBytes` of the file.
    ///
    /// - Returns: whether the index is as long as the file, apart from a line without an end.
    mutating func extendIndex(
        _ budgetBytes: Int64,
        _ times: inout some LineTimeReading
    ) throws(SourceTrouble) -> Bool {
        if isArchive, length == 0 { try measureArchive() }
        let target = min(length, index.covered + max(budgetBytes, 1))
        guard index.covered < target else { return true }
        if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: Self.blockBytes) }
        let begin = try startOfIndexing()
        // Moved out for the time of the loop, which borrows the buffer.
        var index = LogIndex()
        swap(&index, &self.index)
        defer { swap(&index, &self.index) }
        var offset = begin
        var cutter = LineCutter(encoding, offset: begin)
        var pending: (start: Int64, time: Timestamp?)?
        // A line that is longer than the budget is read to its end all the same.
        while offset < length, offset < target || offset - Int64(cutter.pendingBytes) <= begin {
            let count = try text.read(
                into: &buffer,
                longest: Int(min(Int64(Self.blockBytes), length - offset)),
                at: offset
            )
            guard count > 0 else { break }
            offset += Int64(count)
            cutter.split(buffer.span.extracting(0..<count)) { text, start, _ in
                if let line = pending { index.add(lineAt: line.start, endingAt: start, time: line.time) }
                pending = (start, times.time(of: text))
            }
        }
        let end = offset - Int64(cutter.pendingBytes)
        if let line = pending { index.add(lineAt: line.start, endingAt: end, time: line.time) }
        return offset >= length
    }

    /// Where indexing goes on: behind the LF that belongs to a CR before it.
    private mutating func startOfIndexing() throws(SourceTrouble) -> Int64 {
        let unit = Int64(encoding.unitBytes)
        guard index.covered >= unit else { return index.covered }
        let around = try text.bytes(index.covered - unit..<min(index.covered + unit, length))
        var isStart = false
        encoding.lineStarts(in: around.span, context: 1) { if $0 == encoding.unitBytes { isStart = true } }
        if !isStart, around.count > encoding.unitBytes { index.skip(to: index.covered + unit) }
        return index.covered
    }

    /// Finds out how long an archive's text is.
    private mutating func measureArchive() throws(SourceTrouble) {
        if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: Self.blockBytes) }
        var offset: Int64 = 0
        while offset < Self.longestArchive {
            let count = try text.read(into: &buffer, longest: Self.blockBytes, at: offset)
            guard count > 0 else { break }
            offset += Int64(count)
        }
        length = offset
    }

    // MARK: Saving the index

    /// The index as bytes that ``restoreIndex(_:)`` takes; nil if there is nothing to save.
    func savedIndex() throws(SourceTrouble) -> [UInt8]? {
        guard !isArchive, index.covered > 0 else { return nil }
        return index.saved(of: try subject(covered: index.covered))
    }

    /// Takes over a saved index if it is about this file, which may have grown since.
    ///
    /// - Returns: whether it was taken.
    mutating func restoreIndex(_ saved: [UInt8]) throws(SourceTrouble) -> Bool {
        guard !isArchive, let (index, subject) = try? LogIndex.read(saved), index.covered <= length,
            try self.subject(covered: index.covered, head: subject.head.length) == subject
        else { return false }
        self.index = index
        return true
    }

    private func subject(covered: Int64, head: Int? = nil) throws(SourceTrouble) -> LogIndex.Subject {
        let longest = Int64(ContentWindow.longest)
        let front = try text.bytes(0..<min(head.map(Int64.init) ?? min(longest, covered), length))
        let tail = try text.bytes(max(0, covered - longest)..<covered)
        return LogIndex.Subject(
            identity: text.file.identity,
            head: ContentWindow(front.span),
            tail: ContentWindow(tail.span)
        )
    }
}
