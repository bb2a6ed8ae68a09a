import GhostModel
import GhostSystem

/// Making the process of a run.
extension Supervisor {
    /// Starts the program of a run.
    func spawn(_ run: RunID) -> SupervisionInput {
        guard let plan = supervision[run.daemon]?.plan else {
            return .spawnFailed(run, reason: "\(run.daemon) is not in the plan")
        }
        if let obstacle = ports.obstacle(plan) { return .spawnFailed(run, reason: obstacle) }
        let process: any RunningProcess
        do {
            let files = outputFiles(of: run.daemon)
            var attributes = try ProcessAttributes(plan.process)
            attributes.controlGroup = ports.controlGroup(run, plan.process.limits)
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
            process = try ports.spawner.spawn(request) { [inbox] exit in inbox.post(.exited(run, exit)) }
        } catch {
            return .spawnFailed(run, reason: "\(error)")
        }
        processes[run] = process
        let record = RunRecord(run: run, process: process.identity, stop: plan.stop)
        records[run] = record
        keeping(run.daemon) { records throws(RunRecordError) in try records.write(record) }
        return .spawned(run, pid: process.identity.pid)
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
