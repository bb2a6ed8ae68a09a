/// One message between Ghost and its keeper; `docs/formats/keeper-protocol.md` describes every byte.
struct KeeperFrame: Sendable, Hashable {
    /// What it is.
    var kind: UInt16
    /// Joins an answer to its request.
    var tag: UInt32
    /// How many descriptors come with it.
    var descriptorCount: Int
    /// What it says.
    var payload: [UInt8]

    /// Length, kind, number of descriptors, tag.
    static let headerBytes = 12
    /// The longest payload, in bytes; arguments and environment of a program are at most 2 MiB on Linux.
    static let longestPayload = 4 << 20
    /// The most descriptors that one frame brings.
    static let mostDescriptors = 3

    /// The bytes on the wire.
    var bytes: [UInt8] {
        var writer = KeeperWriter()
        writer.bytes.reserveCapacity(Self.headerBytes + payload.count)
        writer.write(UInt32(payload.count))
        writer.write(UInt16(kind))
        writer.write(UInt16(descriptorCount))
        writer.write(tag)
        return writer.bytes + payload
    }
}

/// Cuts a stream of bytes into frames.
struct KeeperFrameSplitter: Sendable {
    private var waiting: [UInt8] = []
    private var consumed = 0

    /// Takes in what has come.
    mutating func append(_ bytes: some Collection<UInt8>) {
        if consumed > 0 {
            waiting.removeFirst(consumed)
            consumed = 0
        }
        waiting += bytes
    }

    /// The next complete frame; nil while it is not complete.
    mutating func next() throws(KeeperProtocolError) -> KeeperFrame? {
        guard waiting.count - consumed >= KeeperFrame.headerBytes else { return nil }
        var header = KeeperReader(waiting[consumed...])
        let length = Int(header.readUInt32())
        let kind = header.readUInt16()
        let descriptors = Int(header.readUInt16())
        let tag = header.readUInt32()
        guard length <= KeeperFrame.longestPayload, descriptors <= KeeperFrame.mostDescriptors else {
            throw KeeperProtocolError.malformed(kind: kind)
        }
        let start = consumed + KeeperFrame.headerBytes
        guard waiting.count - start >= length else { return nil }
        consumed = start + length
        return KeeperFrame(
            kind: kind,
            tag: tag,
            descriptorCount: descriptors,
            payload: Array(waiting[start..<start + length])
        )
    }
}

/// What was said is not what the protocol says.
enum KeeperProtocolError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A frame of this kind does not have its form.
    case malformed(kind: UInt16)
    /// The keeper speaks another version.
    case version(UInt32)

    var description: String {
        switch self {
        case .malformed(let kind): "the keeper sent a frame of kind \(kind) that does not have its form"
        case .version(let number):
            "the keeper that runs speaks version \(number) of its protocol and this Ghost speaks version "
                + "\(KeeperRequest.version); stop the daemons with the Ghost that started them, then start this one"
        }
    }
}

/// Writes a payload: numbers with the low byte first, texts behind their length.
struct KeeperWriter: Sendable {
    var bytes: [UInt8] = []

    mutating func write(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }

    mutating func write(_ text: String) { write(Array(text.utf8)) }

    mutating func write(_ blob: [UInt8]) {
        write(UInt32(blob.count))
        bytes += blob
    }

    mutating func write(_ texts: [String]) {
        write(UInt32(texts.count))
        for text in texts { write(text) }
    }
}

/// Reads a payload; once something is missing, everything further is zero or empty and ``isFailed`` is true.
struct KeeperReader {
    private var rest: ArraySlice<UInt8>
    private(set) var isFailed = false

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// Whether nothing is left, as it is where an earlier version would have stopped.
    var isAtEnd: Bool { rest.isEmpty }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        guard !isFailed, rest.count >= count else {
            isFailed = true
            return []
        }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private mutating func number(_ width: Int) -> UInt64 {
        take(width).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func readUInt8() -> UInt8 { UInt8(truncatingIfNeeded: number(1)) }
    mutating func readUInt16() -> UInt16 { UInt16(truncatingIfNeeded: number(2)) }
    mutating func readUInt32() -> UInt32 { UInt32(truncatingIfNeeded: number(4)) }
    mutating func readInt32() -> Int32 { Int32(bitPattern: readUInt32()) }
    mutating func readUInt64() -> UInt64 { number(8) }
    mutating func readInt64() -> Int64 { Int64(bitPattern: number(8)) }
    mutating func readBlob() -> [UInt8] { Array(take(Int(readUInt32()))) }
    mutating func readText() -> String { String(decoding: readBlob(), as: UTF8.self) }
}
