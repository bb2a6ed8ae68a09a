import GhostModel

/// A line that explains a state: its first bytes and where it is.
struct NotedLine: Sendable {
    /// How much of a line is kept, in bytes.
    static let longestText = 256

    private var bytes: [UInt8] = []
    private(set) var file = 0
    private(set) var offset: Int64 = 0

    /// Takes over `line`, in the storage that is there.
    mutating func note(_ line: Span<UInt8>, _ context: LineContext) {
        bytes.replace(with: line, 0..<line.count, longest: Self.longestText)
        file = context.file
        offset = context.offset
    }

    /// The line as text.
    var text: String { bytes.span.text(0..<bytes.count, longest: Self.longestText) }
}

extension NotedLine: Savable {
    func save(to bytes: inout SavedBytes) {
        bytes.add(bytes: self.bytes)
        bytes.add(file)
        bytes.add(offset)
    }

    init(from bytes: inout SavedBytesReader) throws(UnreadableSave) {
        self.bytes = try bytes.byteString(longest: Self.longestText)
        file = try bytes.count()
        offset = try bytes.integer64()
    }
}

/// The newest few lines of a kind, in storage that is used again.
struct RecentLines: Sendable {
    /// How many are kept.
    static let count = 3
    /// How much of each, in bytes.
    static let longestText = 512

    private var lines: [Line] = []
    /// Where the newest one is.
    private var newest = 0

    /// Bytes in storage that only grows: shortening and lengthening an array costs more than copying a line.
    private struct Line: Sendable {
        private var storage: [UInt8]
        private var count: Int

        init(_ bytes: [UInt8]) {
            (storage, count) = (bytes, bytes.count)
        }

        var bytes: ArraySlice<UInt8> { storage[..<count] }

        mutating func replace(with line: Span<UInt8>, _ range: Range<Int>) {
            let text = line.extracting(range.lowerBound..<range.lowerBound + min(range.count, RecentLines.longestText))
            count = text.count
            if storage.count < count { storage = [UInt8](repeating: 0, count: RecentLines.longestText) }
            storage.withUnsafeMutableBytes { target in text.withUnsafeBytes { target.copyMemory(from: $0) } }
        }
    }

    /// Takes over the bytes of `range`.
    mutating func add(_ line: Span<UInt8>, _ range: Range<Int>) {
        if lines.count < Self.count {
            newest = lines.count
            lines.append(Line([]))
        } else {
            newest = newest + 1 < Self.count ? newest + 1 : 0
        }
        lines[newest].replace(with: line, range)
    }

    /// The lines as text, newest first.
    var texts: [String] {
        lines.indices.map { step in
            let bytes = Array(lines[(newest - step + lines.count) % lines.count].bytes)
            return bytes.span.text(0..<bytes.count, longest: Self.longestText)
        }
    }
}

extension RecentLines: Savable {
    func save(to bytes: inout SavedBytes) {
        bytes.add(list: lines) { $0.add(bytes: Array($1.bytes)) }
        bytes.add(newest)
    }

    init(from bytes: inout SavedBytesReader) throws(UnreadableSave) {
        lines = try bytes.list(atMost: Self.count) { bytes throws(UnreadableSave) in
            Line(try bytes.byteString(longest: Self.longestText))
        }
        newest = try bytes.count()
        guard newest < max(1, lines.count) else { throw .impossibleValue }
    }
}
