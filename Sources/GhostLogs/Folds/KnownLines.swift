import GhostModel

/// A line whose time was read and whose text is known.
struct KnownLine {
    var time: Timestamp
    /// Where its first byte is in the file.
    var offset: Int64
    /// Where it stands in the chunk.
    var start: Int32
    var length: UInt16
    /// How many of the lines ahead end before it.
    var number: UInt16
    /// Where its text is remembered.
    var place: Int32
    /// What its text says besides that: see ``TextKey``.
    var detail: Int32

    var range: Range<Int> { Int(start)..<Int(start) + Int(length) }
}

/// Lines that were recognised and are to be folded.
typealias KnownLines = UnsafeMutableBufferPointer<KnownLine>

/// A fold that remembers what texts said, and folds the lines that say it again together.
///
/// Recognising lines and folding them are two loops. What a line says is what a processor foresees least, and each time it
/// was wrong it has to begin anew with what follows; so nothing that takes long may stand behind such a question. The first
/// loop asks none but whether a line is known, the second finds everything at hand that it asks for.
protocol RecallingFold: ComponentFold {
    /// What a text says.
    associatedtype Meaning: Sendable

    /// Not saved: it only spares reading what is read often.
    var known: KnownBodies<Meaning> { get set }

    /// What of the text of a line of the common form tells it from others; nil if it cannot be known.
    ///
    /// All lines with the same key must say the same but for what the fold itself takes out of them.
    func key(of line: Span<UInt8>, _ text: Range<Int>) -> TextKey?

    /// Folds lines whose texts are known.
    ///
    /// - Returns: how many; the line after them has to be read anew although it is known.
    mutating func apply(_ lines: KnownLines, of chunk: Span<UInt8>, _ context: LineContext) -> Int
}

/// What tells the text of a line from others.
struct TextKey {
    var range: Range<Int>
    /// Tells apart what the bytes of `range` do not.
    var tag = 0
    /// What the text says besides, in the fold's own terms.
    var detail: Int32 = 0
}

extension RecallingFold {
    @inline(__always)
    func key(of line: Span<UInt8>, _ text: Range<Int>) -> TextKey? { TextKey(range: text) }

    /// The key under which ``take(_:of:_:_:)`` will look for the text of a line; nil if it will not.
    ///
    /// - Parameter body: the text as it was read. What was taken off its end belongs to what is looked for.
    func recallingKey(of line: Span<UInt8>, _ body: Range<Int>) -> TextKey? {
        guard body.lowerBound == StampReader.commonBody, line.count > StampReader.commonBody else { return nil }
        return key(of: line, StampReader.commonBody..<line.count)
    }

    /// Remembers what a text says, if it is one that will be looked for.
    mutating func remember(_ meaning: Meaning, _ line: Span<UInt8>, _ body: Range<Int>) {
        guard let key = recallingKey(of: line, body), let image = BodyImage(line, key.range, tag: key.tag) else {
            return
        }
        known.remember(image, meaning)
    }

    @inline(__always)
    mutating func take(
        _ lines: LinesAhead,
        of chunk: Span<UInt8>,
        _ stamps: inout StampReader,
        _ context: LineContext
    ) -> Int {
        guard !known.isEmpty, chunk.count <= Int32.max else { return 0 }
        // So many that they fit into the stack.
        return withUnsafeTemporaryAllocation(of: KnownLine.self, capacity: 32) { room in
            var taken = 0
            var start = lines.start
            while true {
                var count = 0
                var number = taken
                while count < room.count, number < lines.ends.count {
                    let end = lines.end(of: number)
                    if start == end, end > 0, chunk[end] == .lineFeed, chunk[end &- 1] == .carriageReturn {
                        // The LF of a CR LF ends no line of its own.
                        number &+= 1
                        start = end &+ 1
                        continue
                    }
                    let line = chunk.extracting(start..<end)
                    guard let time = context.trusted(stamps.commonTime(of: line)),
                        let key = self.key(of: line, StampReader.commonBody..<line.count),
                        let image = BodyImage(line, key.range, tag: key.tag),
                        let place = known.place(of: image)
                    else { break }
                    room[count] = KnownLine(
                        time: time,
                        offset: lines.offset &+ Int64(start),
                        start: Int32(truncatingIfNeeded: start),
                        length: UInt16(truncatingIfNeeded: line.count),
                        number: UInt16(truncatingIfNeeded: number),
                        place: Int32(truncatingIfNeeded: place),
                        detail: key.detail
                    )
                    count &+= 1
                    number &+= 1
                    start = end &+ 1
                }
                guard count > 0 else { return taken }
                let applied = apply(KnownLines(rebasing: room[0..<count]), of: chunk, context)
                ledger.countRecords(room[0..<applied], of: chunk, context)
                guard applied == room.count else { return applied < count ? Int(room[applied].number) : number }
                taken = number
            }
        }
    }
}
