/// Why a call to Ghost failed.
public struct GhostClientError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: Sendable, Equatable {
        /// Nobody answers there.
        case notReachable
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
        case .notReachable: "no Ghost answers at \(endpoint): \(detail)"
        case .refused(let status): "Ghost at \(endpoint) refused \(path) with status \(status): \(detail)"
        case .unreadableAnswer: "the answer of Ghost at \(endpoint) to \(path) cannot be read: \(detail)"
        }
    }
}
