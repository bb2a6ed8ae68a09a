import GhostModel
import GhostSystem

/// Making the process of a run.
extension Supervisor {
    /// A start that was begun.
    enum Start: Sendable {
        case asked(any StartingProcess, StopSequence)
        case failed(reason: String)
    }

    /// How many starts are begun before the first of them is looked at.
    ///
    /// Their requests wait in the socket of the keeper, which takes them one after another.
    private static let mostStartsAhead = 16

    /// Begins the starts that come next, up to the first action that they might have to wait for; the last action is the
    /// first to be carried out.
    func beginStarts(in actions: [SupervisionAction]) {
        for action in actions.reversed() {
            guard starting.count < Self.mostStartsAhead else { return }
            switch action {
            case .spawn(let run): if starting[run] == nil { starting[run] = begin(run) }
            case .emit, .arm, .disarm: continue
            case .signal, .probe, .watchLog, .watchOutput, .diagnose: return
            }
        }
    }

    /// Begins to start the program of a run.
    ///
    /// - Parameter group: the control group that it is put into; asked for if it is nil.
    private func begin(_ run: RunID, in group: LimitGroup? = nil) -> Start {
        guard let plan = supervision[run.daemon]?.plan else {
            return .failed(reason: "\(run.daemon) is not in the plan")
        }
        if let obstacle = ports.obstacle(plan) { return .failed(reason: obstacle) }
        ports.willStart(run)
        do {
            let files = outputFiles(of: run.daemon)
            var attributes = try ProcessAttributes(plan.process)
            switch group ?? ports.limitGroup(run, plan.process.limits) {
            case .none: break
            case .folder(let path): attributes.controlGroup = path
            case .refused(let reason): emit(.trouble(run.daemon, reason))
            }
            var environment = DaemonLaunch.environment(of: plan, as: attributes.account, over: environment)
            if let path = openNotifications(for: run, plan) { environment["NOTIFY_SOCKET"] = path }
            var request = try SpawnRequest(
                plan.command,
                environment: environment,
                workingDirectory: plan.workingDirectory,
                output: .captured(.init(path: files.output, errorPath: files.error, plan: plan.output))
            )
            request.attributes = attributes
            request.run = .init(run: run, stop: plan.stop)
            let start = try ports.spawner.begin(request) { [inbox] exit in inbox.post(.exited(run, exit)) }
            return .asked(start, plan.stop)
        } catch {
            return .failed(reason: "\(error)")
        }
    }

    /// Waits until the program of a run is started, which is begun now if it was not yet.
    func finishStart(of run: RunID) -> SupervisionInput {
        finish(starting.removeValue(forKey: run) ?? begin(run), of: run)
    }

    private func finish(_ start: Start, of run: RunID) -> SupervisionInput {
        switch start {
        case .failed(let reason): return .spawnFailed(run, reason: reason)
        case .asked(let start, let stop):
            do throws(SpawnError) {
                let process = try start.wait()
                processes[run] = process
                let record = RunRecord(run: run, process: process.identity, stop: stop)
                records[run] = record
                keeping(run.daemon) { records throws(RunRecordError) in try records.write(record) }
                return .spawned(run, pid: process.identity.pid)
            } catch {
                // Better without its limits, which are watched in any case, than not at all.
                if case .controlGroup(let path, let number) = error.reason {
                    let reason =
                        "it cannot be put into the control group \(path) (\(number)); its limits are only watched"
                    return finish(begin(run, in: .refused(reason)), of: run)
                }
                return .spawnFailed(run, reason: "\(error)")
            }
        }
    }

    /// The files that the output of a daemon goes to: `NAME.log`, and `NAME.err.log` where errors are kept apart.
    func outputFiles(of daemon: DaemonName) -> (output: String, error: String) {
        let path = ports.outputPath(daemon)
        return (path, path.hasSuffix(".log") ? "\(path.dropLast(4)).err.log" : "\(path).err")
    }
}

extension ProcessAttributes {
    /// What a plan says about a process; looks users and groups up.
    init(_ plan: ProcessPlan) throws(AccountError) {
        self.init(umask: plan.umask.map { UInt16($0) }, nice: plan.nice.map { Int32($0) })
        if plan.user != nil || plan.group != nil { account = try Account(user: plan.user, group: plan.group) }
        // A daemon cannot raise what it was given: the soft limit is the hard one.
        if let files = plan.limits.files { limits.append(.init(.openFiles, soft: UInt64(files), hard: UInt64(files))) }
        if let count = plan.limits.processes {
            limits.append(.init(.processes, soft: UInt64(count), hard: UInt64(count)))
        }
    }
}
