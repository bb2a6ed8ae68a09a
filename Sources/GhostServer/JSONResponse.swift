import GhostModel
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// An answer with a JSON body.
    static func json(_ body: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        json(bytes: try JSONText.encode(body), status: status)
    }

    /// An answer whose JSON is already encoded.
    static func json(bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json", .cacheControl: "no-cache"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    /// An error in the envelope of the original's routes.
    static func failure(_ status: HTTPResponse.Status, _ message: String, at time: Timestamp) throws -> Response {
        try json(ErrorBody(error: message, timestamp: time), status: status)
    }
}
