/// Lines that nobody knew, by their shape: numbers, identifiers, paths and quoted text taken out.
///
/// At most ``capacity`` shapes are kept; lines of further ones are counted together.
public struct LineShapes: Sendable {
    /// How many shapes are kept.
    public static let capacity = 1000
    /// How much of a line its shape is made of, in bytes.
    static let longestShape = 200

    private var shapes: [[UInt8]: Shape] = [:]
    /// The shape at work; kept for its storage.
    private var text: [UInt8] = []
    private var quoteless: [UInt8] = []
    /// Lines whose shape found no room.
    public private(set) var others = 0

    /// One shape, how many lines have it, and the first of them.
    public struct Shape: Codable, Sendable, Equatable {
        public var shape: String
        public var count: Int
        public var example: String
        public var file: String
        /// Counted from 1.
        public var line: Int
        public var offset: Int64
    }

    /// Creates an empty collection.
    public init() {}

    /// Counts a line.
    ///
    /// - Parameters:
    ///   - message: what of it is not its time.
    ///   - number: of the line in its file, from 1.
    mutating func add(_ line: Span<UInt8>, message: Range<Int>, file: String, number: Int, offset: Int64) {
        withoutQuotes(line, message)
        text.removeAll(keepingCapacity: true)
        let plain = quoteless
        MessageNormaliser.append(plain.span, 0..<plain.count, to: &text, longest: Self.longestShape)
        if shapes[text]?.count != nil {
            shapes[text]?.count += 1
        } else if shapes.count < Self.capacity {
            shapes[text] = Shape(
                shape: text.span.text(0..<text.count, longest: text.count),
                count: 1,
                example: line.text(0..<line.count, longest: 500),
                file: file,
                line: number,
                offset: offset
            )
        } else {
            others += 1
        }
    }

    /// The most frequent first.
    public var mostFrequentFirst: [Shape] {
        shapes.values.sorted { ($1.count, $0.shape) < ($0.count, $1.shape) }
    }

    /// Takes over the message with `"…"` for each quoted text.
    private mutating func withoutQuotes(_ line: Span<UInt8>, _ message: Range<Int>) {
        quoteless.removeAll(keepingCapacity: true)
        var index = message.lowerBound
        let end = min(message.upperBound, message.lowerBound + 4 * Self.longestShape)
        while index < end {
            let byte = line[index]
            if byte == UInt8(ascii: "\""),
                let close = line.firstIndex(of: byte, in: index + 1..<message.upperBound)
            {
                quoteless.append(contentsOf: "\"…\"".utf8)
                index = close + 1
            } else {
                quoteless.append(byte)
                index += 1
            }
        }
    }
}
