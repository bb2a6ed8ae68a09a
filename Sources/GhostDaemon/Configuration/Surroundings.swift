public import GhostSystem

/// What the reading of a configuration depends on besides its text.
public struct Surroundings: Sendable {
    /// The variables that `${NAME}` refers to, beneath those of the daemon itself.
    public var environment: [String: String]
    /// Reads a file that the configuration names by its absolute path; nil if that cannot be done.
    public var readFile: @Sendable (String) -> String?
    /// The keys that are understood and that this version does not carry out; whoever uses one is told so.
    public var refused: Set<String>
    /// What the rules depend on.
    public var rules: RuleSurroundings
    /// Reads a file of rules by its absolute path; nil if there is none.
    public var readRules: @Sendable (String) throws(SystemCallFailure) -> [UInt8]?
    /// The absolute path of the folder of the daemons' logs; nil for the one in `.ghost` beside the configuration.
    public var daemonLogs: String?

    /// The keys that nothing carries out yet.
    ///
    /// To ignore a limit or a user in silence would be worse than to refuse it. Kinds of probes begin with `probe.`, limits
    /// with `limits.`.
    public static let notCarriedOut: Set<String> = []

    /// Creates surroundings; without anything, nothing can be referred to.
    public init(
        environment: [String: String] = [:],
        readFile: @escaping @Sendable (String) -> String? = { _ in nil },
        refused: Set<String> = Surroundings.notCarriedOut,
        rules: RuleSurroundings = .system(),
        readRules: @escaping @Sendable (String) throws(SystemCallFailure) -> [UInt8]? = { _ in nil },
        daemonLogs: String? = nil
    ) {
        self.environment = environment
        self.readFile = readFile
        self.refused = refused
        self.rules = rules
        self.readRules = readRules
        self.daemonLogs = daemonLogs
    }
}

extension MappingReader {
    /// Reports the keys that this version understands and does not carry out.
    func refuse(_ refused: Set<String>, prefix: String = "", problems: inout ProblemList) {
        for key in order where refused.contains(prefix + key) {
            problems.add("\"\(key)\" in \(path) is not supported by this version of Ghost; remove it", at: keyNode(key))
        }
    }
}
