import Dispatch
public import GhostModel
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Makes daemons through the keeper of a state folder, which holds them and their output when Ghost is gone.
///
/// ``KeeperLedger`` decides; here are the socket, the thread that listens to it, and those who wait. A keeper that goes away
/// is replaced, and the new one takes over the runs with duplicates of their pipes, so that no daemon notices.
public final class KeeperSpawner: Spawner {
    let folder: String
    let project: String
    let program: KeeperProgram
    let descriptorLimit: ProcessAttributes.ResourceLimit?
    let relaunch: KeeperRelaunch?
    let launcher = SystemSpawner()
    let exits: ExitRecords
    let state = Mutex(State())
    /// Signalled when the first look at what a keeper holds is over, and when listening has ended.
    let linkedOnce = DispatchSemaphore(value: 0)
    let listeningEnded = DispatchSemaphore(value: 0)
    private let listener = DispatchQueue(label: "ghost.keeper", target: .global(qos: .userInitiated))
    private let boot: String?

    /// How long a start may take, in seconds, from the request to the answer; the keeper itself allows five.
    private static let longestStart = 10.0
    /// How long the first keeper may take to say what it holds, in seconds.
    private static let longestFirstLink = 10.0
    /// How long a keeper may take to end when it has nothing to do, in seconds.
    private static let longestEnding = 1.0

    /// Prepares a spawner; nothing is started or connected before ``takeOver(_:)``.
    ///
    /// - Parameters:
    ///   - folder: the absolute path of the state folder.
    ///   - project: names the project on this machine; part of what every process carries as `GHOST_RUN`.
    ///   - descriptorLimit: the limit of open files that daemons get unless they have one of their own; nil for the
    ///     keeper's.
    ///   - relaunch: how the keeper starts Ghost again after a crash; nil not to.
    public init(
        folder: String,
        project: String,
        program: KeeperProgram,
        descriptorLimit: ProcessAttributes.ResourceLimit? = nil,
        relaunch: KeeperRelaunch? = nil
    ) {
        self.folder = folder
        self.project = project
        self.program = program
        self.descriptorLimit = descriptorLimit
        self.relaunch = relaunch
        exits = ExitRecords(directory: "\(folder)/exits")
        boot = ProcessFacts.boot()
    }

    deinit {
        state.withLock { state in
            for descriptors in state.pipes.values { for descriptor in descriptors { _ = closeDescriptor(descriptor) } }
        }
    }

    // MARK: What the supervisor asks

    public func takeOver(_ onEvent: @escaping @Sendable (SpawnerEvent) -> Void) -> [InheritedRun] {
        let isFirst = state.withLock { state in
            guard case .idle = state.condition else { return false }
            state.condition = .connecting
            state.onEvent = onEvent
            return true
        }
        guard isFirst else { return [] }
        listener.async { self.keepLinked() }
        _ = linkedOnce.wait(timeout: .now() + Self.longestFirstLink)
        return state.withLock { state in
            let living = state.ledger.living.sorted { $0.run < $1.run }
            defer {
                state.unseen = [:]
                state.looking = .over
            }
            let alive = living.compactMap { facts -> InheritedRun? in
                guard let run = RunID(facts.run) else { return nil }
                let process = process(of: facts.run, pid: facts.pid, start: facts.start)
                return .alive(run, process, startedAt: facts.kept.started, stop: facts.kept.stop)
            }
            let ended = state.unseen.sorted { $0.key < $1.key }.compactMap { name, end -> InheritedRun? in
                RunID(name).map { .ended($0, end.exit, at: end.at) }
            }
            return alive + ended
        }
    }

    public func spawn(
        _ request: SpawnRequest,
        onExit: @escaping @Sendable (ProcessExit) -> Void
    ) throws(SpawnError) -> any RunningProcess {
        try begin(request, onExit: onExit).wait()
    }

    public func begin(
        _ request: SpawnRequest,
        onExit: @escaping @Sendable (ProcessExit) -> Void
    ) throws(SpawnError) -> any StartingProcess {
        if let fault = request.unusableText {
            throw SpawnError(executable: request.executable, reason: .unusableText(fault))
        }
        guard let identity = request.run else {
            throw SpawnError(executable: request.executable, reason: .keeper("it is no run of a daemon"))
        }
        let spawn = try keeperSpawn(for: request, identity)
        let answer = Answer()
        let refusal: String? = state.withLock { state in
            switch state.condition {
            case .unavailable(let text): return text
            case .idle, .closing: return "Ghost is not connected to a keeper"
            case .connecting, .up: break
            }
            state.answers[spawn.run] = answer
            state.onExit[spawn.run] = onExit
            state.extras[spawn.run] = request.attributes.extraDescriptor?.source
            perform(state.ledger.spawn(spawn), &state)
            return nil
        }
        if let refusal { throw SpawnError(executable: request.executable, reason: .keeper(refusal)) }
        return KeptStart(spawn: spawn, answer: answer, spawner: self)
    }

    /// Waits for the answer to a start.
    fileprivate func process(
        of spawn: KeeperSpawn,
        answeredBy answer: Answer
    ) throws(SpawnError) -> any RunningProcess {
        let outcome = answer.wait(seconds: Self.longestStart)
        state.withLock { state in
            state.answers[spawn.run] = nil
            state.extras[spawn.run] = nil
            if case .started = outcome { return }
            state.onExit[spawn.run] = nil
            if outcome == nil { perform(state.ledger.abandon(spawn.run), &state) }
        }
        switch outcome {
        case .started(let pid, let start): return process(of: spawn.run, pid: pid, start: start)
        case .refused(let step, let error):
            throw SpawnError(executable: spawn.executable, reason: Self.reason(step, error, spawn))
        case .given(let up): throw SpawnError(executable: spawn.executable, reason: .keeper(up))
        case nil:
            let text = "the keeper did not answer within \(Int(Self.longestStart)) seconds"
            throw SpawnError(executable: spawn.executable, reason: .keeper(text))
        }
    }

    public func retune(_ run: RunID, _ plan: OutputPlan) {
        state.withLock { state in perform(state.ledger.retune(run.description, plan), &state) }
    }

    public func acknowledge(_ run: RunID) {
        state.withLock { state in
            state.onExit[run.description] = nil
            perform(state.ledger.acknowledge(run.description), &state)
        }
        exits.remove(run.description)
    }

    public func killStrays(except runs: Set<RunID>) -> Int {
        let living = state.withLock { Set($0.ledger.entries.keys) }
        let kept = living.union(runs.map(\.description))
        let strays = MarkedProcesses.find(prefix: project + "/").filter { stray in
            !kept.contains(String(stray.mark.dropFirst(project.utf8.count + 1)))
        }
        Self.kill(strays.map(\.pid))
        return strays.count
    }

    public func close(_ ending: SpawnerEnding) {
        let connection = state.withLock { state -> KeeperConnection? in
            let wasListening = if case .idle = state.condition { false } else { true }
            state.condition = .closing
            guard wasListening else { return nil }
            if ending == .finished { perform([.send(.quit, tag: 0, pipesOf: nil)], &state) }
            return state.connection
        }
        guard let connection else { return }
        if ending == .leaving { connection.hangUp() }
        // A keeper that has nothing left to do ends, which ends the connection; one that has goes on without Ghost.
        if listeningEnded.wait(timeout: .now() + Self.longestEnding) == .timedOut { connection.hangUp() }
    }

    // MARK: Processes

    /// Sends a signal to a run; nothing happens once it has ended.
    func signal(_ run: String, _ signal: Signal) {
        state.withLock { state in perform(state.ledger.signal(run, number: signal.number), &state) }
    }

    private func process(of run: String, pid: Int32, start: UInt64) -> KeptProcess {
        KeptProcess(run: run, identity: ProcessIdentity(pid: pid, start: start, boot: boot), spawner: self)
    }

    /// Kills processes and waits until they are gone, for a second at most.
    ///
    /// They are nobody's children here, so their ends can only be looked for; the caller's thread is no task's.
    static func kill(_ pids: [Int32]) {
        let identities = pids.map { ProcessIdentity(of: $0) }
        for pid in pids { _ = sendSignal(pid, SIGKILL) }
        for _ in 0..<500 where identities.contains(where: \.isAlive) { usleep(2000) }
    }
}

/// A start that a keeper was asked for.
private struct KeptStart: StartingProcess {
    let spawn: KeeperSpawn
    let answer: KeeperSpawner.Answer
    let spawner: KeeperSpawner

    func wait() throws(SpawnError) -> any RunningProcess { try spawner.process(of: spawn, answeredBy: answer) }
}

/// A run in the care of a keeper.
private struct KeptProcess: RunningProcess {
    let run: String
    let identity: ProcessIdentity
    let spawner: KeeperSpawner

    func signalGroup(_ signal: Signal) { spawner.signal(run, signal) }
}

extension RunID {
    /// Reads `api#3`, or returns nil if `text` is anything else.
    public init?(_ text: some StringProtocol) {
        guard let mark = text.lastIndex(of: "#"), let daemon = DaemonName(text[..<mark]),
            let number = Int(text[text.index(after: mark)...]), number > 0
        else { return nil }
        self.init(daemon: daemon, number: number)
    }
}
