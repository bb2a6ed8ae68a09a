public import GhostModel
import NIOHTTP1

/// What happened, why, and what is to be done.
extension GhostClient {
    /// One daemon.
    public func daemon(_ name: DaemonName) async throws -> DaemonStatus {
        try await get("/api/v1/daemons/\(name)", as: DaemonStatus.self)
    }

    /// The daemons once none of them is on its way any more, or after `wait`; at most a minute.
    public func settledDaemons(within wait: Duration) async throws -> [DaemonStatus] {
        let path = "/api/v1/daemons?wait=\(wait.configurationText)"
        return try await answer(to: .GET, path, patience: wait, as: DaemonList.self).daemons
    }

    /// Gives an order about one daemon.
    ///
    /// - Parameters:
    ///   - order: what is to be done.
    ///   - name: the daemon.
    ///   - wait: how long to wait until the daemon has come to rest, at most a minute; nil to go on at once.
    public func give(_ order: DaemonOrder, to name: DaemonName, wait: Duration? = nil) async throws -> OrderAnswer {
        var body: [UInt8] = []
        let verb: String
        switch order {
        case .start: verb = "start"
        case .stop: verb = "stop"
        case .restart: verb = "restart"
        case .signal(let signal):
            verb = "signal"
            body = try JSONText.encode(SignalBody(signal: signal.rawValue))
        }
        let query = wait.map { "?wait=\($0.configurationText)" } ?? ""
        return try await answer(
            to: .POST,
            "/api/v1/daemons/\(name)/\(verb)\(query)",
            body: body,
            patience: wait ?? .zero,
            as: OrderAnswer.self
        )
    }

    /// What led to a daemon's present state.
    public func why(_ name: DaemonName) async throws -> WhyReport {
        try await get("/api/v1/daemons/\(name)/why", as: WhyReport.self)
    }

    /// The events after a sequence, oldest first; the newest ones if it is nil.
    public func events(after sequence: UInt64?, of daemon: DaemonName? = nil, limit: Int) async throws -> JournalPage {
        var path = "/api/v1/events?limit=\(limit)"
        if let sequence { path += "&after=\(sequence)" }
        if let daemon { path += "&daemon=\(daemon)" }
        return try await get(path, as: JournalPage.self)
    }

    /// The events from now on, or from a position on, each once and as it happens.
    ///
    /// - Parameters:
    ///   - position: the `id` of the last event that is known; nil to begin now.
    ///   - daemon: only events of this daemon; nil for all of them.
    ///   - options: how connections that fail are tried again.
    public func events(
        after position: StreamPosition? = nil,
        of daemon: DaemonName? = nil,
        options: FollowOptions = FollowOptions()
    ) -> JournalEvents {
        JournalEvents(
            source: HTTPStreams(self),
            time: SystemTime(),
            position: position,
            daemon: daemon,
            options: options
        )
    }

    /// What the daemons use; looks for a quarter of a second.
    public func usage() async throws -> [DaemonUsage] {
        try await get("/api/v1/usage", as: UsageList.self).daemons
    }

    /// Stops all daemons and then Ghost itself; returns before that has happened.
    public func stopEverything() async throws {
        _ = try await answer(to: .POST, "/api/v1/shutdown", as: Acknowledgement.self)
    }

    /// What taking over the configuration as it is now would lead to.
    public func plan() async throws -> PlanReport {
        try await get("/api/v1/plan", as: PlanReport.self)
    }

    /// Lets Ghost go on in another program while every daemon stays as it is; over the control socket only.
    ///
    /// Returns before that has happened, and after it is known that the program is fit for it.
    ///
    /// - Parameter program: the absolute path of its file.
    public func upgrade(to program: String) async throws -> String {
        try await answer(
            to: .POST,
            "/api/v1/upgrade",
            body: try JSONText.encode(UpgradeBody(program: program)),
            patience: .seconds(30),
            as: Acknowledgement.self
        ).message
    }

    /// Lets Ghost take over its configuration as it is now.
    public func reload() async throws -> String {
        try await answer(to: .POST, "/api/v1/reload", as: Acknowledgement.self).message
    }
}
