import GhostChecks
import GhostLogs
import GhostModel
import GhostServer
import GhostStore
import GhostSupervision
import GhostSystem
import GhostTasks
import Logging
import ServiceLifecycle

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// `ghost up`: everything.
///
/// Composes the services and runs them as one group.
public enum SupervisingGhost {
    /// Runs until SIGINT or SIGTERM, then stops the daemons in reverse order.
    public static func run(
        _ project: Project,
        _ configuration: Configuration,
        _ options: RunOptions
    ) async throws {
        let plan = configuration.plan
        let keeper = try findKeeper()
        let lock = try own(project)
        let folder = options.logFolder ?? project.state.logs
        do throws(SystemCallFailure) {
            try Folder.create(folder)
            try Folder.checkWritable(folder)
            try Folder.create(project.socket.parentFolder, mode: 0o700)
        } catch {
            throw GhostFailure(error, otherwise: .cannotCreate)
        }

        let logs = ComponentLogs(folder: folder)
        let spawner = SystemSpawner()
        let environment = HostEnvironment.all()
        let hangup: ProgramReplacement.Hangup = SignalDisposition.ignoresHangup ? .ignored : .usual
        let descriptorLimit = DescriptorLimit.raise()
        try Preflight.checkDescriptors(DescriptorLimit.current, for: plan)
        let daemonSpawner = KeeperSpawner(
            folder: project.state.path,
            project: project.state.identifier,
            program: keeper,
            descriptorLimit: descriptorLimit,
            relaunch: options.invocation.flatMap {
                Self.relaunch($0, project, environment: environment, descriptorLimit: descriptorLimit)
            }
        )
        let identifier = project.state.identifier
        let limits = LimitGroups(project: identifier)
        for note in limits.notes(for: plan) { options.show(note) }
        limits.prepare(for: plan)
        let commands = ProcessCommands(spawner: spawner, environment: environment, projectFolder: plan.directory)
        let prober = EndpointProber(commands: commands)

        let database = project.state.database
        // Told apart from the folders of others, and the same when the whole project moves.
        let subject = options.logFolder ?? "logs"
        // Only this Ghost writes there, so its own system notifies of everything.
        let watch = ChangeWatch(folder: folder, longestWatchedWait: .seconds(15))
        let feed = CommitFeed()
        let ownProcess = OwnProcess()
        let monitor = OrchestratorMonitor(
            folder: folder,
            rules: configuration.rules,
            openStore: { () throws(StoreFailure) in
                try StateStore.open(path: database, subject: subject, now: Clocks.wall())
            },
            now: Clocks.wall,
            logger: options.logger,
            onPublish: { feed.take($0) },
            waitForChange: watch.wait
        )
        let gate = Latch<Void>()
        let journal = EventJournal(
            openStore: { () throws(StoreFailure) in try JournalStore(path: database, subject: subject) },
            outputPath: { project.state.log(of: $0.text) },
            logger: options.logger
        )
        let supervisor = try Supervisor(
            daemons: plan.daemons,
            environment: environment,
            processID: getpid(),
            ports: SupervisorPorts(
                spawner: daemonSpawner,
                prober: DaemonProber(prober: prober),
                records: RunRecords(directory: project.state.runs),
                memory: SupervisionFile(path: project.state.supervision),
                watcher: OutputWatch(),
                notifications: NotifySockets(
                    folder: project.state.notifySockets(runtimeFolder: environment["XDG_RUNTIME_DIR"])
                ),
                zone: configuration.zone.map { $0 as any LocalTime } ?? MachineTime(),
                outputPath: { project.state.log(of: $0.text) },
                governorLog: logs.log(of: .lifecycle),
                sentinelLog: logs.log(of: .sentinel),
                watchdogLog: logs.log(of: .watchdog),
                report: { event, time in
                    journal.report(event, at: time)
                    options.show("\(time.clockText)  \(event)")
                },
                afterTelling: { then in journal.afterKeeping { logs.afterWriting(then) } },
                logMarks: logs.marks,
                logRest: { kind, mark throws(LogMarkLost) in
                    let path = "\(folder)/\(kind.fileName)"
                    return try mark?.rest(of: path) ?? LogMark.tail(of: path)
                },
                willStart: { journal.willStart($0) },
                describeProcess: ProcessDescription.of,
                obstacle: { PortObstacle.find(for: $0, project: identifier) },
                limitGroup: limits.group,
                clearLimitGroups: limits.clear,
                monotonicNow: Clocks.monotonic,
                wallNow: Clocks.wall
            ),
            startGate: gate.value
        )
        let ending = Latch<GhostEnding>()
        let takeover = PlanTakeover(
            supervisor: supervisor,
            monitor: monitor,
            configuration: configuration,
            file: project.path,
            logger: options.logger,
            load: { try Self.load(project) },
            notes: limits.notes,
            limits: .init(change: limits.change, obstacle: limits.obstacle)
        )
        let sentinel = SentinelWatch(
            supervisor: supervisor,
            plan: plan.sentinel,
            project: identifier,
            environment: environment,
            pending: { await takeover.pending() }
        )
        let executor = ExecutorUnifier(
            inbox: plan.tasks.inbox,
            counter: project.state.taskCounter,
            outputs: project.state.taskLogs,
            runner: commands,
            log: logs.log(of: .executor),
            monotonic: Clocks.monotonic,
            logger: options.logger
        )
        let control = ControlSources(
            control: SupervisorControl(
                supervisor: supervisor,
                journal: journal,
                takeover: takeover,
                ending: ending,
                rehearsal: options.invocation.map { invocation in
                    UpgradeRehearsal(
                        spawner: spawner,
                        invocation: invocation,
                        environment: environment,
                        output: project.state.path + "/rehearsal.out"
                    )
                },
                tasks: executor
            ),
            journal: journal,
            usage: UsageSampler(),
            token: AccessTokenFile.openOrCreate(project.state.token, logger: options.logger),
            audit: journal
        )
        let outputs = LogCatalogue.Daemons(
            folder: project.state.daemonLogs,
            names: { supervisor.statuses.map(\.name.text) }
        )
        var sources = APISources(
            state: RunningState(monitor: monitor, supervisor: supervisor, plan: plan.monitor),
            logs: LogFolderLines(folder: folder),
            now: Clocks.wall,
            version: GhostVersion.text,
            componentPID: "\(getpid())",
            control: control,
            feed: feed,
            process: { ownProcess.figures }
        )
        sources.walls = ServerWalls(options.server, token: control.token)
        sources.library = LogShelf(LogCatalogue(componentFolder: folder, daemons: outputs, rules: nil))
        let listeners = Listeners(
            plan: options.server,
            socket: project.socket,
            sources: sources,
            tls: try options.server.identity(),
            logger: options.logger
        )
        // Nothing is started before the ports are ours: a port that is taken must harm nothing.
        let announcement = Announcement(
            listeners: listeners,
            show: options.show,
            subject: "running \(project.file)",
            announced: gate
        )
        let selfCheck = SelfCheckCore(
            checks: plan.checks,
            prober: prober,
            place: CommandPlace(directory: plan.directory),
            log: logs.log(of: .selfcheck),
            startGate: { await supervisor.waitUntilSettled() }
        )
        // Stopped from the last to the first: tasks, daemons, checks; what shows them goes last.
        let services: [any Service] =
            [
                journal,
                RestartingService(name: "monitor", logger: options.logger) { await feed.following(monitor) },
                sources.publisher,
            ] + listeners.services
            + [
                announcement, KillOnSecondInterrupt(supervisor: supervisor, show: options.show), selfCheck, supervisor,
                sentinel, executor, StopOnRequest(asked: ending, supervisor: supervisor),
            ] + ownLog(options, project)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await GhostGroup.run(services, logger: options.logger))
        } catch {
            outcome = .failure(error)
        }
        await journal.keepRest()
        await logs.drain()
        try await prober.shutdown()
        SocketFile.remove(project.socket)
        withExtendedLifetime(lock) {}
        try outcome.get()
        if case .upgrade(let program) = ending.current, supervisor.hasLeft, let invocation = options.invocation {
            throw goOn(
                in: program,
                ProgramReplacement(
                    executable: program,
                    arguments: ["ghost"] + invocation.arguments,
                    environment: environment,
                    descriptorLimit: descriptorLimit,
                    hangup: hangup
                )
            )
        }
    }

    /// Reads the configuration as it is now, and refuses what `ghost up` would refuse as well.
    private static func load(_ project: Project) throws -> Configuration {
        let configuration = try project.loadConfiguration()
        try Preflight.checkDescriptors(DescriptorLimit.current, for: configuration.plan)
        return configuration
    }

    /// Finds the program that holds the daemons.
    static func findKeeper() throws(GhostFailure) -> KeeperProgram {
        do throws(KeeperMissing) {
            return try KeeperProgram.find()
        } catch {
            throw GhostFailure(.cannotSpawn, "\(error)")
        }
    }

    /// Creates the state folder and becomes its owner.
    private static func own(_ project: Project) throws(GhostFailure) -> InstanceLock {
        do {
            try project.state.create()
        } catch {
            throw GhostFailure(error, inStateFolderOtherwise: .cannotCreate)
        }
        do throws(InstanceLock.Failure) {
            return try InstanceLock.acquire(project.state.lock)
        } catch {
            switch error {
            case .held(let pid):
                let owner = pid.map { "a Ghost with pid \($0)" } ?? "another Ghost"
                let advice = "see it with \"ghost status\", stop it with \"ghost down\""
                throw GhostFailure(
                    .alreadyRunning,
                    "\(owner) already runs this project (\(project.state.path)); \(advice)"
                )
            case .system(let failure):
                throw GhostFailure(failure, inStateFolderOtherwise: .cannotCreate)
            }
        }
    }
}

/// The logs of the five components in one folder.
private struct ComponentLogs: Sendable {
    private let logs: [ComponentKind: LineLog]

    init(folder: String) {
        logs = Dictionary(
            uniqueKeysWithValues: ComponentKind.allCases.map { kind in
                (kind, LineLog(path: "\(folder)/\(kind.fileName)", now: Clocks.wall))
            }
        )
    }

    func log(of kind: ComponentKind) -> any ComponentLogSink { logs[kind] ?? Nowhere() }

    /// Waits until every line is with the kernel.
    func drain() async {
        for log in logs.values { await log.drain() }
    }

    /// How far those are written that are about daemons.
    func marks() -> [ComponentKind: LogMark] {
        Dictionary(
            uniqueKeysWithValues: Self.ofSupervision.compactMap { kind in logs[kind]?.mark.map { (kind, $0) } }
        )
    }

    private static let ofSupervision = [ComponentKind.sentinel, .watchdog, .lifecycle]

    /// Calls `then` once every line so far that is about daemons is with the kernel.
    func afterWriting(_ then: @escaping @Sendable () -> Void) {
        let all = Self.ofSupervision.compactMap { logs[$0] }
        let next = all.reduce(then) { next, log in { log.afterWriting(next) } }
        next()
    }

    private struct Nowhere: ComponentLogSink {
        func write(_ line: ComponentLine) {}
    }
}

extension Timestamp {
    /// The time of day in UTC, to the second, with its `Z`.
    fileprivate var clockText: String { String(description.dropFirst(11).prefix(8)) + "Z" }
}

extension Supervisor {
    /// How long the first health checks wait for the daemons to come up.
    private static let longestSettling: Duration = .seconds(10)

    /// Waits until no daemon is on its way up any more, within reason.
    fileprivate nonisolated func waitUntilSettled() async {
        let deadline = ContinuousClock.now + Self.longestSettling
        while ContinuousClock.now < deadline, !Task.isCancelled {
            if statuses.allSatisfy({ ![.down, .waiting, .starting].contains($0.phase) }) { return }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }
}
