/// What a state means.
public enum StateMeaning: String, Sendable, CaseIterable, Codable {
    /// It works.
    case active
    /// It is well and has nothing to do.
    case idle
    /// It works, and something needs a look.
    case warning
    /// It failed.
    case error
    /// Nothing is known.
    case unknown

    /// The status that the API shows.
    public var status: ComponentStatus {
        switch self {
        case .active, .warning: .active
        case .idle: .idle
        case .error: .error
        case .unknown: .unknown
        }
    }
}
