public import GhostModel

/// What stands between requests over TCP and the routes: which pages may read, who has to show the token, how much one
/// address may ask.
public struct ServerWalls: Sendable {
    /// What has to show the token.
    public var duty: TokenDuty
    /// The token; where there is none and one is demanded, everything is refused.
    public var token: AccessToken?
    /// The origins of pages that may read, besides those of this machine; `*` for all.
    public var origins: [String]
    /// How much one address may ask, counted over all listeners.
    public let limits = PeerLimits()
    /// The connections that have not asked for anything yet, of all listeners.
    public let newcomers = Newcomers()

    /// The walls of a plan.
    public init(_ plan: ServerPlan = ServerPlan(), token: AccessToken? = nil) {
        duty = plan.token
        origins = plan.cors
        self.token = token
    }
}

/// The longest things that are read of a request.
public enum RequestLimits {
    /// The longest path with its query, in bytes.
    public static let target = 24 * 1024
    /// All header fields together, in bytes.
    public static let head = 64 * 1024
    /// How many header fields there may be.
    public static let headerFields = 100
    /// How long the first head on a connection may take.
    public static let headTime: Duration = .seconds(10)
    /// How long an answer may take that is no stream, without what the request asks to wait.
    public static let answerTime: Duration = .seconds(10)
}
