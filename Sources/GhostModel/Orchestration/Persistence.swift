/// Whether what is shown would survive the end of Ghost.
public struct Persistence: Codable, Equatable, Sendable {
    public var state: State
    /// What there is to know about it, in one sentence; nil if nothing is.
    @Nullable public var message: String?
    /// The components whose saved totals could not be read; they are counted again from the oldest bytes that are left.
    public var countedAnew: [ComponentKind]

    /// Where the newest state is.
    public enum State: String, Codable, Sendable, CaseIterable {
        /// In the store, and here.
        case saved
        /// Only here: it will be read from the logs again.
        case memory
    }

    /// Creates a statement.
    public init(state: State, message: String? = nil, countedAnew: [ComponentKind] = []) {
        self.state = state
        self.message = message
        self.countedAnew = countedAnew
    }
}
