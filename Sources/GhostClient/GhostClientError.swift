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
    }

    public var code: Code
    /// Where Ghost was looked for.
    public var endpoint: GhostClient.Endpoint
    /// What was asked for.
    public var path: String
    /// The words of the server, or of the library underneath.
    public var detail: String

    public var description: String {
        switch code {
        case .notReachable: "no Ghost listens at \(endpoint)"
        case .noAnswer: "the Ghost at \(endpoint) does not answer; it may be stopped or overloaded"
        case .notAllowed: "this user may not talk to the Ghost at \(endpoint); ask as the user who started it"
        case .refused(let status): "Ghost at \(endpoint) refused \(path) with status \(status): \(detail)"
        case .unreadableAnswer: "the answer of Ghost at \(endpoint) to \(path) cannot be read: \(detail)"
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
