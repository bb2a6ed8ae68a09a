import GhostModel
import NIOCore

/// The text of server-sent events.
enum EventText {
    /// How long a stream may be silent.
    static let longestSilence: Duration = .seconds(15)
    /// What keeps a silent stream open.
    static let ping = ByteBuffer(string: ": ping\n\n")
    /// After how long a client comes back, in milliseconds.
    static let opening = ByteBuffer(string: "retry: 1000\n\n")

    /// One event; its data are one line of JSON.
    static func event(_ name: String?, id: String? = nil, data: some Encodable) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        if let name { buffer.writeString("event: \(name)\n") }
        if let id { buffer.writeString("id: \(id)\n") }
        buffer.writeString("data: ")
        // The encoder ends its text with one line feed.
        buffer.writeBytes(try JSONText.encode(data))
        buffer.writeString("\n")
        return buffer
    }
}
