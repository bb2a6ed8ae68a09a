import GhostModel
import HTTPTypes
import Hummingbird
import NIOCore

/// An error under `/api/v1`: what RFC 9457 calls a problem.
struct Problem: Error {
    var status: HTTPResponse.Status
    var title: String
    var detail: String
    var headers: HTTPFields = [:]

    /// The answer that tells it.
    func response(for request: Request) throws -> Response {
        let body = ProblemDetails(
            title: title,
            status: status.code,
            detail: detail,
            instance: JournalLimits.cut(request.uri.path, to: 256)
        )
        var response = Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try JSONText.encode(body)))
        )
        response.headers[.contentType] = "application/problem+json"
        response.headers[.cacheControl] = "no-store"
        return response
    }
}

extension Problem {
    /// The problem that a refusal is.
    init(_ refusal: ControlRefusal) {
        switch refusal {
        case .unknownDaemon(let name, let nearest):
            let shown = JournalLimits.cut(name, to: 64)
            let detail = "There is no daemon \"\(shown)\"" + (nearest.map { "; did you mean \"\($0)\"?" } ?? ".")
            self.init(status: .notFound, title: "Unknown daemon", detail: detail)
        case .noProcess(let name):
            let detail = "\(name) has no process now; \"ghost why \(name)\" tells why."
            self.init(status: .conflict, title: "No process", detail: detail)
        case .closing:
            let detail = "Ghost is stopping and takes no orders any more."
            self.init(status: .serviceUnavailable, title: "Stopping", detail: detail)
        case .unsupported(let detail):
            self.init(status: .notImplemented, title: "Not supported", detail: detail)
        case .badConfiguration(let detail):
            self.init(status: .unprocessableContent, title: "Wrong configuration", detail: detail)
        case .unfitProgram(let detail):
            self.init(status: .unprocessableContent, title: "Unfit program", detail: detail)
        }
    }
}
