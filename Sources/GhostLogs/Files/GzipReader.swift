import CZlib

/// Reads the plain text of a gzip file, block by block.
///
/// Memory is bounded by a window of 32 KiB and the blocks of both sides, whatever the file says about itself. Reading goes
/// forward; going back starts anew. Members that follow each other are one text, as they are for gzip.
final class GzipReader {
    /// How much of the file is read at a time, in bytes.
    private static let blockBytes = 64 * 1024

    /// How the file ended.
    enum Ending: Sendable, Equatable {
        /// It did not end yet.
        case none
        /// With a correct checksum.
        case whole
        /// Too early, or with bytes that are no gzip.
        case damaged
    }

    private let file: OpenFile
    /// On the heap: zlib remembers where it is.
    private let stream: UnsafeMutablePointer<z_stream>
    private var input = [UInt8](repeating: 0, count: GzipReader.blockBytes)
    private var inputRange = 0..<0
    private var fileOffset: Int64 = 0
    private var member = Member.first
    /// Where the next byte of the plain text is.
    private(set) var position: Int64 = 0
    private(set) var ending = Ending.none {
        didSet { if ending != .none { length = position } }
    }
    /// The length of the plain text, once its end was reached.
    private(set) var length: Int64?

    /// Where reading is in the file's members.
    private enum Member {
        case first
        case inside
        /// One member is complete; another may follow.
        case between
    }

    /// Reads `file` from its beginning.
    init(_ file: OpenFile) {
        self.file = file
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        if ghost_inflate_begin(stream) != Z_OK { ending = .damaged }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Reads at most `longest` bytes of the plain text at `offset` into `buffer`.
    ///
    /// - Returns: how many there were; 0 at the end, of which ``ending`` tells what it was.
    func read(into buffer: inout [UInt8], longest: Int, at offset: Int64) throws(SourceTrouble) -> Int {
        if offset < position { rewind() }
        while position < offset {
            let missing = Int(min(offset - position, Int64(buffer.count)))
            guard try inflate(into: &buffer, missing) > 0 else { return 0 }
        }
        return try inflate(into: &buffer, min(longest, buffer.count))
    }

    private func rewind() {
        inflateReset(stream)
        inputRange = 0..<0
        fileOffset = 0
        position = 0
        member = .first
        ending = .none
    }

    private func inflate(into buffer: inout [UInt8], _ longest: Int) throws(SourceTrouble) -> Int {
        guard longest > 0 else { return 0 }
        while ending == .none {
            if inputRange.isEmpty {
                let count = try file.read(into: &input, longest: input.count, at: fileOffset)
                guard count > 0 else {
                    ending = member == .between ? .whole : .damaged
                    return 0
                }
                fileOffset += Int64(count)
                inputRange = 0..<count
            }
            // What some tools fill the last block with.
            if member == .between, input[inputRange.lowerBound] == 0 {
                ending = .whole
                return 0
            }
            let count = inflateOnce(into: &buffer, longest)
            if count > 0 { return count }
        }
        return 0
    }

    private func inflateOnce(into buffer: inout [UInt8], _ longest: Int) -> Int {
        member = .inside
        var code = Z_OK
        let count = input.withUnsafeMutableBufferPointer { source in
            buffer.withUnsafeMutableBufferPointer { target in
                stream.pointee.next_in = source.baseAddress.map { $0 + inputRange.lowerBound }
                stream.pointee.avail_in = UInt32(inputRange.count)
                stream.pointee.next_out = target.baseAddress
                stream.pointee.avail_out = UInt32(min(longest, 1 << 30))
                code = CZlib.inflate(stream, Z_NO_FLUSH)
                inputRange = inputRange.upperBound - Int(stream.pointee.avail_in)..<inputRange.upperBound
                return min(longest, 1 << 30) - Int(stream.pointee.avail_out)
            }
        }
        position += Int64(count)
        switch code {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END:
            inflateReset(stream)
            member = .between
        default: ending = .damaged
        }
        return count
    }
}
