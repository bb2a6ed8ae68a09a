/// A file name pattern as shells have it.
public struct GlobPattern: Sendable, Equatable {
    public let text: String

    public init(_ text: String) { self.text = text }
}
