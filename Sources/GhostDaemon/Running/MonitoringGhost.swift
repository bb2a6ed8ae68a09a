import GhostLogs
public import GhostModel
import GhostServer
import GhostSystem
import Logging
import ServiceLifecycle

/// `ghost monitor`: the monitor and the API over logs that others write.
///
/// Composes the services and runs them.
public enum MonitoringGhost {
    /// Runs until SIGINT or SIGTERM.
    ///
    /// - Parameters:
    ///   - folderName: the log folder as the user named it.
    ///   - asOf: judges freshness at this instant instead of now.
    ///   - rules: a file of rules that describe further components.
    public static func run(
        _ options: RunOptions,
        folderName: String,
        asOf: Timestamp?,
        rules: RulesFile? = nil
    ) async throws {
        let folder = options.logFolder ?? folderName
        try LogFolder.check(folder, name: folderName)

        // What is read as it was at another instant must not become what later readings build on.
        let described = try rules?.load()
        let keepsState = asOf == nil || options.stateFolder != nil
        let state = keepsState ? try MonitorState.own(logFolder: folder, stateFolder: options.stateFolder) : nil
        let judgement: @Sendable () -> Timestamp = { asOf ?? Clocks.wall() }
        let watch = ChangeWatch(folder: folder)
        let feed = CommitFeed()
        let ownProcess = OwnProcess()
        let monitor = OrchestratorMonitor(
            folder: folder,
            rules: described,
            openStore: state?.openStore,
            now: judgement,
            logger: options.logger,
            onPublish: { feed.take($0) },
            waitForChange: watch.wait
        )
        let catalogue = LogCatalogue(
            componentFolder: folder,
            daemons: nil,
            rules: described.map { (set: $0, folder: folder) }
        )
        var sources = APISources(
            state: RunningState(monitor: monitor, supervisor: nil, plan: MonitorPlan()),
            logs: LogFolderLines(folder: folder),
            now: judgement,
            version: GhostVersion.text,
            componentPID: nil,
            feed: feed,
            process: { ownProcess.figures }
        )
        sources.walls = try ServerWalls(options.server, token: token(options, state))
        sources.library = LogShelf(catalogue)
        let listeners = Listeners(
            plan: options.server,
            socket: nil,
            sources: sources,
            tls: try options.server.identity(),
            logger: options.logger
        )
        let announcement = Announcement(listeners: listeners, show: options.show, subject: "watching \(folder)")
        let watches: [any Service] =
            rules.map { [RulesWatch($0, monitor: monitor, logger: options.logger, show: options.show)] } ?? []
        let services: [any Service] =
            [
                RestartingService(name: "monitor", logger: options.logger) { await feed.following(monitor) },
                sources.publisher,
            ] + listeners.services + [announcement] + watches
        try await GhostGroup.run(services, logger: options.logger)
        withExtendedLifetime(state) {}
    }

    /// The token, where requests have to show one: of the state folder, which therefore must be writable.
    private static func token(_ options: RunOptions, _ state: MonitorState?) throws(GhostFailure) -> AccessToken? {
        guard options.server.token == .all else { return nil }
        guard let path = state?.token, let token = AccessTokenFile.openOrCreate(path, logger: options.logger) else {
            let advice = "name a folder that can be written with --state-dir, or listen on 127.0.0.1"
            throw GhostFailure(.cannotCreate, "there is no token that requests could show; " + advice)
        }
        options.show("requests over TCP have to show the token in \(path)")
        return token
    }
}
