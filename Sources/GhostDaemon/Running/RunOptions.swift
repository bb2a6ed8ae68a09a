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
    /// How this Ghost was started; nil if it need not be started the same way again.
    public var invocation: Invocation?

    /// Creates options.
    public init(
        server: ServerPlan,
        logFolder: String?,
        stateFolder: String? = nil,
        logger: Logger,
        show: @escaping @Sendable (String) -> Void,
        invocation: Invocation? = nil
    ) {
        self.server = server
        self.logFolder = logFolder
        self.stateFolder = stateFolder
        self.logger = logger
        self.show = show
        self.invocation = invocation
    }
}

/// How a Ghost was started, so that another one can be started in its place.
public struct Invocation: Sendable, Equatable {
    /// The words behind the program's name.
    public var arguments: [String]
    /// The absolute path of the folder that relative paths in them start from.
    public var folder: String
    /// Whose it is.
    public var place: Place

    /// Where a Ghost runs.
    public enum Place: Sendable, Equatable {
        /// At a terminal or below another supervisor, which decides what follows its end.
        case foreground
        /// By itself; its keeper starts it again after a crash.
        case background
    }

    /// Describes a start.
    public init(arguments: [String], folder: String, place: Place) {
        self.arguments = arguments
        self.folder = folder
        self.place = place
    }
}
