import CZlib
import GhostModel

/// The status, compressed once for everybody who wants it so.
///
/// The times of answering in it are those of packing: it is used for a second at most.
struct PackedBody: Sendable {
    /// The gzip file.
    let bytes: [UInt8]
    private let revision: UInt64
    private let packedAt: Timestamp

    /// How long it may be used.
    static let longestUse: Duration = .seconds(1)
    /// zlib's level: the fastest, which leaves a few per cent more.
    private static let level: Int32 = 1

    /// Compresses the status of a state; nil if zlib has no memory for it.
    init?(_ state: PublishedState, at time: Timestamp, lookedAt: Timestamp) {
        let times = AnswerTimes(lookedAt: lookedAt, answeredAt: time)
        guard let bytes = Self.pack(state.encoded.status.template.rendered(times)) else { return nil }
        self.bytes = bytes
        revision = state.revision
        packedAt = time
    }

    /// Whether it shows a state, and was packed so lately that its times are true.
    func isGood(for state: PublishedState?, at time: Timestamp) -> Bool {
        let age = time.since(packedAt)
        return state?.revision == revision && age >= .zero && age < Self.longestUse
    }

    private static func pack(_ body: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        guard ghost_deflate_begin(&stream, level) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        // Room for all of it, so that one call is enough.
        let room = Int(deflateBound(&stream, uLong(body.count)))
        var input = body
        let packed = [UInt8](unsafeUninitializedCapacity: room) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                count = deflate(&stream, Z_FINISH) == Z_STREAM_END ? room - Int(stream.avail_out) : 0
            }
        }
        return packed.isEmpty ? nil : packed
    }
}
