import Dispatch
import GhostModel
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

// Under names that methods of the same name do not hide.
func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }
func sendSignal(_ pid: Int32, _ number: Int32) -> Int32 { kill(pid, number) }

extension KeeperSpawner {
    /// Everything that several threads look at.
    struct State: Sendable {
        var ledger = KeeperLedger()
        var connection: KeeperConnection?
        var condition = Condition.idle
        /// The read ends of the pipes of each run: duplicates that keep them open while there is no keeper.
        var pipes: [String: [Int32]] = [:]
        var answers: [String: Answer] = [:]
        var onExit: [String: @Sendable (ProcessExit) -> Void] = [:]
        /// Descriptors that go with a start.
        var extras: [String: Int32] = [:]
        var onEvent: (@Sendable (SpawnerEvent) -> Void)?
        /// The ends of runs of an earlier Ghost.
        var unseen: [String: KeeperEnd] = [:]
        /// Whether what the first keeper holds is still being looked through.
        var looking = Looking.first
        var work = Work()

        enum Looking: Sendable {
            case first
            case over
        }

        mutating func takeWork() -> Work {
            defer { work = Work() }
            return work
        }
    }

    /// How far it has come.
    enum Condition: Sendable, Hashable {
        case idle
        case connecting
        case up
        /// No keeper can be had; the text says why.
        case unavailable(String)
        case closing
    }

    /// What follows and must not be done while the state is held.
    struct Work: Sendable {
        var ends: [(ProcessExit, @Sendable (ProcessExit) -> Void)] = []
        var events: [SpawnerEvent] = []
        var doubts: [(run: String, mark: String)] = []
    }

    /// The answer to a start, for the thread that waits.
    final class Answer: Sendable {
        enum Outcome: Sendable, Hashable {
            case started(pid: Int32, start: UInt64)
            case refused(step: UInt32, ErrorNumber)
            case given(up: String)
        }

        private let outcome = Mutex<Outcome?>(nil)
        private let semaphore = DispatchSemaphore(value: 0)

        func give(_ outcome: Outcome) {
            self.outcome.withLock { $0 = $0 ?? outcome }
            semaphore.signal()
        }

        func wait(seconds: Double) -> Outcome? {
            _ = semaphore.wait(timeout: .now() + seconds)
            return outcome.withLock { $0 }
        }
    }

    func perform(_ effects: [KeeperLedger.Effect], _ state: inout State) {
        var nothing: [String: [Int32]] = [:]
        perform(effects, &state, &nothing)
    }

    /// Carries out what the ledger says.
    ///
    /// - Parameter brought: descriptors by run; those of the present answer are under the empty name. What is kept is
    ///   taken out.
    func perform(_ effects: [KeeperLedger.Effect], _ state: inout State, _ brought: inout [String: [Int32]]) {
        for effect in effects {
            switch effect {
            case .send(let request, let tag, let pipesOf): send(request, tag, pipesOf: pipesOf, &state)
            case .keepPipes(let run):
                guard let descriptors = brought.removeValue(forKey: run) ?? brought.removeValue(forKey: "") else {
                    continue
                }
                dropPipes(of: run, &state)
                state.pipes[run] = descriptors
            case .dropPipes(let run): dropPipes(of: run, &state)
            case .spawned(let run, let pid, let start): state.answers[run]?.give(.started(pid: pid, start: start))
            case .refused(let run, let step, let error): state.answers[run]?.give(.refused(step: step, error))
            case .ended(let run, let end): tell(run, end, &state)
            case .pressure(let run, let pressure):
                if let run = RunID(run) { state.work.events.append(.output(run, pressure.sentence)) }
            case .resolve(let run, let mark): state.work.doubts.append((run, mark))
            }
        }
    }

    private func send(_ request: KeeperRequest, _ tag: UInt32, pipesOf: String?, _ state: inout State) {
        var descriptors = pipesOf.flatMap { state.pipes[$0] } ?? []
        var request = request
        if case .adopt(let run, let pid, let start, var kept) = request, descriptors.count != kept.streams.count {
            // Better without its output than not at all.
            kept.streams = []
            descriptors = []
            request = .adopt(run: run, pid: pid, start: start, kept)
        }
        if case .spawn(let spawn) = request, let extra = state.extras[spawn.run] { descriptors = [extra] }
        let frame = request.frame(tag: tag, descriptorCount: descriptors.count)
        // What does not go out is asked again on the next connection: the listener notices that this one is over.
        _ = state.connection?.send(frame, descriptors: descriptors)
    }

    private func tell(_ run: String, _ end: KeeperEnd, _ state: inout State) {
        if let callback = state.onExit.removeValue(forKey: run) {
            state.work.ends.append((end.exit, callback))
        } else if case .first = state.looking {
            state.unseen[run] = end
        } else if let name = RunID(run) {
            state.work.events.append(.exited(name, end.exit))
        }
    }

    private func dropPipes(of run: String, _ state: inout State) {
        for descriptor in state.pipes.removeValue(forKey: run) ?? [] { _ = closeDescriptor(descriptor) }
    }

    // MARK: Requests

    func keeperSpawn(
        for request: SpawnRequest,
        _ identity: SpawnRequest.RunIdentity
    ) throws(SpawnError) -> KeeperSpawn {
        var paths = (output: "", error: "")
        var plan = OutputPlan()
        switch request.output {
        case .nowhere: break
        case .file(let path):
            paths.output = path
            plan.rotateBytes = nil
        case .captured(let files):
            paths.output = files.path
            if files.plan.streams == .split { paths.error = files.errorPath }
            plan = files.plan
        case .descriptor:
            throw SpawnError(executable: request.executable, reason: .keeper("a run writes to files only"))
        }
        let mark = "\(project)/\(identity.run)"
        var attributes = request.attributes
        if let descriptorLimit, !attributes.limits.contains(where: { $0.resource == .openFiles }) {
            attributes.limits.append(descriptorLimit)
        }
        return KeeperSpawn(
            run: identity.run.description,
            kept: KeptRun(
                mark: mark,
                cgroup: request.attributes.controlGroup ?? "",
                outputPath: paths.output,
                errorPath: paths.error,
                output: plan,
                started: Clocks.monotonic(),
                stop: identity.stop
            ),
            executable: request.executable,
            arguments: request.arguments,
            environment: request.environment.merging([MarkedProcesses.variable: mark]) { $1 },
            directory: request.workingDirectory,
            attributes: attributes
        )
    }

    /// Says which part of a start failed.
    static func reason(_ step: UInt32, _ error: ErrorNumber, _ spawn: KeeperSpawn) -> SpawnError.Reason {
        switch step {
        case 2: .step("make a pipe for its output", error)
        case 4: .controlGroup(spawn.kept.cgroup, error)
        case 5: .step("set its limits", error)
        case 6: .step("set its niceness to \(spawn.attributes.nice ?? 0)", error)
        case 7: .step("give it its groups", error)
        case 8: .step("run it as user \(spawn.attributes.account?.user ?? 0)", error)
        case 9: .step("enter \(spawn.directory)", error)
        case 10: .step("hand it its descriptors", error)
        case 1 where error == .tooLong: .keeper("the keeper holds as many runs as it can")
        case 1: .step("have the keeper take the request", error)
        default: .system(error)
        }
    }
}

extension KeeperPressure {
    /// What is the matter, for people.
    var sentence: String {
        let loss = lostBytes == 0 ? "nothing is lost" : "\(lostBytes) bytes (\(lostLines) lines) are lost so far"
        guard let trouble else { return "its output is written again; \(loss)" }
        return "its output cannot be written: \(trouble); \(loss)"
    }
}
