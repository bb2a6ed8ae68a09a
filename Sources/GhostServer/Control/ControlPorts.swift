public import GhostModel

/// Who carries out what the control routes are asked.
public protocol ControlPort: Sendable {
    /// Gives an order about one daemon.
    ///
    /// - Parameter wait: how long to wait until the daemon has come to rest; nil to answer at once.
    func give(
        _ order: DaemonOrder,
        to name: DaemonName,
        by who: Operator,
        wait: Duration?
    ) async throws(ControlRefusal) -> OrderAnswer
    /// Waits until no daemon is on its way any more, at most for `wait`, and tells how all of them are.
    func settled(within wait: Duration) async throws(ControlRefusal) -> [DaemonStatus]
    /// Begins to stop everything.
    func shutdown(by who: Operator) async
    /// What taking over the configuration as it is now would lead to.
    func planned() async throws(ControlRefusal) -> PlanReport
    /// Takes over the configuration as it is now.
    func reload(by who: Operator) async throws(ControlRefusal) -> Acknowledgement
    /// Goes on in another program while every daemon stays as it is; returns when that is certain to begin.
    ///
    /// - Parameter program: the absolute path of its file.
    func upgrade(to program: String, by who: Operator) async throws(ControlRefusal) -> Acknowledgement
}

extension ControlPort {
    public func upgrade(to program: String, by who: Operator) async throws(ControlRefusal) -> Acknowledgement {
        throw .unsupported("This Ghost cannot be upgraded while it runs.")
    }
}

/// Where the routes get the journal and what follows from it.
public protocol JournalSource: Sendable {
    /// The events after a sequence, oldest first; the newest ones if `sequence` is nil.
    func page(after sequence: UInt64?, daemon: DaemonName?, limit: Int) async -> JournalPage
    /// What led to a daemon's present state.
    func why(_ status: DaemonStatus, at time: Timestamp) async -> WhyReport
}

/// Where it is kept who asked for a change, and what came of it.
public protocol AuditSink: Sendable {
    /// Takes a note; returns at once.
    func note(_ request: AuditedRequest)
}

/// A request that was to change something.
public struct AuditedRequest: Sendable, Hashable {
    public var method: String
    public var path: String
    /// Who sent it: a user on the control socket, or an address.
    public var sender: String
    /// The status of the answer.
    public var status: Int
    /// How many notes before this one were left out, because there were too many refusals.
    public var leftOut: Int

    /// Creates the note.
    public init(method: String, path: String, sender: String, status: Int, leftOut: Int = 0) {
        self.method = method
        self.path = path
        self.sender = sender
        self.status = status
        self.leftOut = leftOut
    }
}

/// Where the routes get what the processes of the daemons use.
public protocol UsageSource: Sendable {
    /// What each of these daemons uses that has a process.
    func usage(of daemons: [DaemonStatus]) async -> [DaemonUsage]
}

/// Why an order is not carried out.
public enum ControlRefusal: Error, Sendable, Hashable {
    /// There is no such daemon; `nearest` is a name that is close.
    case unknownDaemon(String, nearest: String?)
    /// It has no process.
    case noProcess(DaemonName)
    /// Ghost is stopping.
    case closing
    /// This Ghost cannot do that.
    case unsupported(String)
    /// The configuration is wrong; one line for each mistake.
    case badConfiguration(String)
    /// The program that was to take over is not fit for it; says why.
    case unfitProgram(String)
}

/// What the control routes are made of.
public struct ControlSources: Sendable {
    public var control: any ControlPort
    public var journal: any JournalSource
    public var usage: any UsageSource
    /// What a request over TCP must show to change something; nil refuses all of them.
    public var token: AccessToken?
    /// Where it is kept who asked for a change; nil keeps nothing.
    public var audit: (any AuditSink)?

    /// Creates the sources.
    public init(
        control: any ControlPort,
        journal: any JournalSource,
        usage: any UsageSource,
        token: AccessToken?,
        audit: (any AuditSink)? = nil
    ) {
        self.control = control
        self.journal = journal
        self.usage = usage
        self.token = token
        self.audit = audit
    }
}
