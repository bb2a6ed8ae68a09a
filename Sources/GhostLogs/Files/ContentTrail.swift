/// How far an incarnation has been read, and what its bytes around that place and at its beginning were.
///
/// The windows decide whether a file still is the one that was read. They are kept up to date from the blocks as they
/// come, so that a checkpoint reads nothing.
struct ContentTrail: Sendable {
    /// Every byte before this offset has been read.
    private(set) var position: Int64
    /// Every byte before this offset is in the fold: ``position`` without an unfinished line.
    private(set) var offset: Int64
    /// The first bytes, at most ``ContentWindow/longest``, for as long as ``head`` can grow.
    private var front: [UInt8]
    /// The last bytes before ``position``, at most ``ContentWindow/longest``.
    private(set) var recent: [UInt8]
    /// The first bytes before ``offset``.
    private(set) var head: ContentWindow
    /// The hashes of the first 32, 64, 128 … bytes, as far as ``offset`` and 2048.
    private(set) var beginnings: [UInt64]
    /// The last bytes before ``offset``.
    private(set) var tail: ContentWindow

    /// A file of which nothing has been read.
    init() {
        position = 0
        offset = 0
        front = []
        recent = []
        head = .empty
        beginnings = []
        tail = .empty
    }

    /// Goes on at the offset of `incarnation`, whose windows were found to agree with the file.
    ///
    /// - Parameters:
    ///   - front: the first bytes of the file, as many as ``head`` has.
    ///   - recent: the last bytes before the offset, as many as ``tail`` has.
    init(resuming incarnation: SourceCheckpoint.Incarnation, front: [UInt8], recent: [UInt8]) {
        position = incarnation.offset
        offset = incarnation.offset
        self.front = front
        self.recent = recent
        head = incarnation.head
        beginnings = incarnation.beginnings
        tail = incarnation.tail
    }

    /// The first bytes of a file whose first line has no end yet.
    var beginning: ContentWindow { ContentWindow(front.span) }

    /// Takes in the next bytes.
    ///
    /// - Parameter pending: how many of all bytes up to their end belong to a line without an end.
    mutating func append(_ block: Span<UInt8>, pending: Int64) {
        let longest = ContentWindow.longest
        let start = position
        position += Int64(block.count)
        let settled = max(offset, position - pending)
        if head.length < longest, front.count < longest { front.append(block, first: longest - front.count) }
        if settled > start {
            // The window lies in the block, and before it as far as it needs more.
            let end = Int(settled - start)
            if end >= longest {
                tail = ContentWindow(block.extracting(end - longest..<end))
            } else {
                var bytes = Array(recent.suffix(longest - end))
                bytes.append(block, first: end)
                tail = ContentWindow(bytes.span)
            }
        } else if settled > offset {
            // The line that was pending turned out shorter than it was: its end lies in what was read before.
            tail = ContentWindow(Array(recent.dropLast(Int(start - settled))).span)
        }
        if settled > offset { settle(at: settled) }
        if block.count >= longest { recent.removeAll(keepingCapacity: true) }
        recent.append(block, last: longest)
        if recent.count > longest { recent.removeFirst(recent.count - longest) }
    }

    /// The unfinished line is as complete as it will ever be and is in the fold.
    mutating func settle() {
        guard position > offset else { return }
        tail = ContentWindow(recent.span)
        settle(at: position)
    }

    private mutating func settle(at settled: Int64) {
        if head.length < ContentWindow.longest {
            head = ContentWindow(front.span.extracting(0..<min(front.count, Int(settled))))
            while case let length = ContentWindow.lengthOfBeginning(beginnings.count),
                length <= head.length, length < ContentWindow.longest
            {
                beginnings.append(ContentWindow(front.span.extracting(0..<length)).hash)
            }
            if head.length == ContentWindow.longest { front = [] }
        }
        offset = settled
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ bytes: Span<UInt8>, first count: Int) {
        bytes.extracting(0..<Swift.min(count, bytes.count)).withUnsafeBufferPointer { append(contentsOf: $0) }
    }

    fileprivate mutating func append(_ bytes: Span<UInt8>, last count: Int) {
        bytes.extracting(Swift.max(0, bytes.count - count)..<bytes.count).withUnsafeBufferPointer {
            append(contentsOf: $0)
        }
    }
}
