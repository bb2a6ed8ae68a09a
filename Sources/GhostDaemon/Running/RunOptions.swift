public import GhostModel
public import Logging

/// What `ghost up` and `ghost monitor` are told on the command line.
public struct RunOptions: Sendable {
    /// Where the APIs listen.
    public var server: ServerPlan
    /// The absolute path of the folder of the component logs, if it is not the state folder's.
    public var logFolder: String?
    /// The absolute path of the state folder, if it is not the usual one.
    public var stateFolder: String?
    /// Ghost's own log.
    public var logger: Logger
    /// Shows a line to the user.
    public var show: @Sendable (String) -> Void

    /// Creates options.
    public init(
        server: ServerPlan,
        logFolder: String?,
        stateFolder: String? = nil,
        logger: Logger,
        show: @escaping @Sendable (String) -> Void
    ) {
        self.server = server
        self.logFolder = logFolder
        self.stateFolder = stateFolder
        self.logger = logger
        self.show = show
    }
}
