/// What somebody asks of one daemon.
public enum DaemonOrder: Sendable, Hashable, CustomStringConvertible {
    /// To be up; also ends the wait of a backoff or a crash loop.
    case start
    /// To be down until it is started again.
    case stop
    /// To be stopped in order and started again; not a death.
    case restart
    /// To be sent a signal, with its whole process group.
    case signal(Signal)

    public var description: String {
        switch self {
        case .start: "start"
        case .stop: "stop"
        case .restart: "restart"
        case .signal(let signal): "signal \(signal)"
        }
    }
}

/// Who asked for something, for the journal.
public struct Operator: Sendable, Hashable, CustomStringConvertible {
    /// How they proved that they may.
    public var authority: Authority
    /// From where.
    public var origin: String

    /// How somebody proves to be allowed to change something.
    public enum Authority: Sendable, Hashable {
        /// They could open the control socket; the user's number if the kernel told it.
        case socket(user: UInt32?)
        /// They showed the token.
        case token
        /// They sent a signal to Ghost or pressed a key.
        case terminal
    }

    /// Names somebody.
    public init(_ authority: Authority, origin: String) {
        self.authority = authority
        self.origin = origin
    }

    public var description: String {
        switch authority {
        case .socket(let user?): "user \(user) on the control socket"
        case .socket(nil): "somebody on the control socket"
        case .token: "the holder of the token, from \(origin)"
        case .terminal: origin
        }
    }
}

/// The body of the answer to an order.
public struct OrderAnswer: Codable, Equatable, Sendable {
    /// How the daemon is now.
    public var daemon: DaemonStatus
    /// How far the order has come.
    public var outcome: Outcome

    /// How far an order has come.
    public enum Outcome: String, Codable, Sendable, Hashable {
        /// The daemon is as asked.
        case done
        /// It was as asked before.
        case unchanged
        /// It is on its way.
        case underway
        /// It came to rest in another state than the one asked for.
        case failed
    }

    /// Creates an answer.
    public init(daemon: DaemonStatus, outcome: Outcome) {
        self.daemon = daemon
        self.outcome = outcome
    }
}

/// The body of a request to send a signal.
public struct SignalBody: Codable, Equatable, Sendable {
    /// `HUP`, `SIGHUP` or `hup`.
    public var signal: String

    /// Names a signal.
    public init(signal: String) {
        self.signal = signal
    }
}

/// The body of a request to go on in another program.
public struct UpgradeBody: Codable, Equatable, Sendable {
    /// The absolute path of its file.
    public var program: String

    /// Creates a body.
    public init(program: String) {
        self.program = program
    }
}

/// The body of the answer to what concerns the whole project.
public struct Acknowledgement: Codable, Equatable, Sendable {
    /// One sentence.
    public var message: String

    /// Creates an answer.
    public init(message: String) {
        self.message = message
    }
}

/// What the processes of one daemon use: the program that was started and everything in its session.
public struct DaemonUsage: Codable, Equatable, Sendable {
    public var name: DaemonName
    /// How many processes.
    public var processes: Int
    /// The share of one core over the last moments, in percent; nil until two looks can be compared.
    @Nullable public var cpuPercent: Double?
    /// The memory that is resident, in bytes; pages that several processes share are counted in each.
    public var memoryBytes: Int64

    /// Creates a usage.
    public init(name: DaemonName, processes: Int, cpuPercent: Double?, memoryBytes: Int64) {
        self.name = name
        self.processes = processes
        self.cpuPercent = cpuPercent
        self.memoryBytes = memoryBytes
    }
}

/// The body of `/api/v1/usage`.
public struct UsageList: Codable, Equatable, Sendable {
    /// One for each daemon that has a process.
    public var daemons: [DaemonUsage]

    /// Creates a list.
    public init(daemons: [DaemonUsage]) {
        self.daemons = daemons
    }
}

/// An error under `/api/v1`, in the form of RFC 9457.
public struct ProblemDetails: Codable, Equatable, Sendable {
    /// Names the kind of problem; `about:blank` means that the status says it all.
    public var type: String
    /// The kind of problem in words.
    public var title: String
    public var status: Int
    /// What is wrong with this request, and what to do.
    public var detail: String
    /// The path of the request.
    public var instance: String

    /// Creates a problem.
    public init(type: String = "about:blank", title: String, status: Int, detail: String, instance: String) {
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
        self.instance = instance
    }
}
