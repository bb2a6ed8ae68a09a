import AsyncHTTPClient
import NIOCore

/// Why a call to Ghost failed.
public struct GhostClientError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: Sendable, Equatable {
        /// Nobody listens there.
        case notReachable
        /// Somebody listens there and does not answer in time.
        case noAnswer
        /// This user may not connect.
        case notAllowed
        /// Ghost answered with an error.
        case refused(status: Int)
        /// The answer was cut off, too large, or not what this client understands.
        case unreadableAnswer
        /// A stream that was open ended or broke off.
        case interrupted
        /// Nothing came on a stream for 35 s, not even a ping.
        case silent
        /// The answer is no stream.
        case noStream
    }

    public var code: Code
    /// Where Ghost was looked for.
    public var endpoint: GhostClient.Endpoint
    /// What was asked for.
    public var path: String
    /// The words of the server, or of the library underneath.
    public var detail: String
    /// How long the server asks to wait before the next attempt; nil if it does not.
    public var retryAfter: Duration?

    /// Whether the same call may succeed later: not after a 4xx, but for 408 and 429.
    public var isRetryable: Bool {
        switch code {
        case .notReachable, .noAnswer, .unreadableAnswer, .interrupted, .silent: true
        case .notAllowed, .noStream: false
        case .refused(let status): !(400..<500).contains(status) && status != 501 || status == 408 || status == 429
        }
    }

    /// Whether it says that there is no stream, so that polling is the way.
    var saysStreamingIsImpossible: Bool {
        switch code {
        case .noStream: true
        case .refused(let status): [404, 405, 406, 410, 501].contains(status)
        default: false
        }
    }

    public var description: String {
        switch code {
        case .notReachable: "no Ghost listens at \(endpoint)"
        case .noAnswer: "the Ghost at \(endpoint) does not answer; it may be stopped or overloaded"
        case .notAllowed:
            "this user may not reach \(endpoint), whether or not a Ghost runs there; ask as the user who starts it"
        case .refused(let status): "Ghost at \(endpoint) refused \(path) with status \(status): \(detail)"
        case .unreadableAnswer: "the answer of Ghost at \(endpoint) to \(path) cannot be read: \(detail)"
        case .interrupted: "the stream \(path) of Ghost at \(endpoint) broke off: \(detail)"
        case .silent: "nothing came on the stream \(path) of Ghost at \(endpoint) for 35 s"
        case .noStream: "Ghost at \(endpoint) has no stream at \(path): \(detail)"
        }
    }
}

extension GhostClientError.Code {
    /// What a failure to connect and send means.
    init(connecting error: any Error) {
        switch error {
        case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
            self = .noAnswer
        case let error as IOError where error.errnoCode == 13 || error.errnoCode == 1:
            self = .notAllowed
        default:
            self = .notReachable
        }
    }
}
