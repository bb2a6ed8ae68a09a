/// The body of `/api/v1/errors`: what went wrong in all components, grouped.
public struct ErrorListing: Codable, Equatable, Sendable {
    /// The most recent first.
    public var errors: [ComponentError]
    /// Groups that no longer fit into a component's list.
    public var overflow: Int

    /// Collects the groups of all components of a state.
    public init(_ data: OrchestrationData) {
        let ofComponents = ComponentKind.allCases.flatMap { kind in
            data.component(kind).facts.errors.map { ComponentError(component: kind.rawValue, $0) }
        }
        let ofRules = data.rules.sorted { $0.key < $1.key }.flatMap { name, rule in
            rule.errors.map { ComponentError(component: name, $0) }
        }
        let newest = (ofComponents + ofRules).enumerated().sorted { left, right in
            let (earlier, later) = (right.element.lastSeen?.milliseconds, left.element.lastSeen?.milliseconds)
            return earlier == later ? left.offset < right.offset : (later ?? .min) > (earlier ?? .min)
        }
        errors = newest.map(\.element)
        overflow = ComponentKind.allCases.reduce(0) { $0 + data.component($1).facts.errorsOverflow }
    }
}

/// Errors of one component that say the same, apart from numbers, identifiers and paths.
public struct ComponentError: Codable, Equatable, Sendable {
    /// Whose log tells of them.
    public var component: String
    public var category: ErrorCategory
    /// The message with numbers and identifiers as `#` and paths as `<path>`.
    public var message: String
    public var count: Int
    @Nullable public var firstSeen: Timestamp?
    @Nullable public var lastSeen: Timestamp?
    /// Where the newest one is.
    public var position: SourcePosition

    /// A group of a component.
    public init(component: String, _ group: ErrorGroup) {
        self.component = component
        category = group.category
        message = group.message
        count = group.count
        firstSeen = group.firstSeen
        lastSeen = group.lastSeen
        position = group.position
    }
}
