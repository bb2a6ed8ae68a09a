import GhostModel
import GhostSystem

/// What daemons say: in their output, and in the way of sd_notify.
extension Supervisor {
    /// Looks out for a line of a run, unless it was seen by an earlier Ghost.
    func watchLog(_ id: ProbeID, _ phrase: LogPhrase) {
        guard !marks.hasSeen(phrase, of: id.run) else {
            inbox.post(.probed(id, .success))
            return
        }
        ports.watcher?.watch(.phrase(phrase), of: id.run, in: places(of: id.run)) { [inbox] _ in
            inbox.post(.phraseSeen(id, phrase))
        }
    }

    /// Looks out for anything that a run writes.
    func watchOutput(_ run: RunID) {
        ports.watcher?.watch(.writing, of: run, in: places(of: run)) { [inbox, monotonicNow = ports.monotonicNow] ago in
            inbox.post(.outputSeen(run, at: monotonicNow() + (.zero - ago)))
        }
    }

    private func places(of run: RunID) -> [OutputPlace] {
        let files = outputFiles(of: run.daemon)
        let isSplit = supervision[run.daemon]?.plan.output.streams == .split
        let now = ([files.output] + (isSplit ? [files.error] : [])).map { path in
            let status = try? FileStatus(path: path)
            return OutputMarks.File(path: path, inode: status?.inode ?? 0, length: status?.length ?? 0)
        }
        return marks.places(of: run, now: now)
    }

    /// Opens the socket of a daemon that is to speak for itself; its path, or nil if it has none.
    func openNotifications(for run: RunID, _ plan: DaemonPlan) -> String? {
        let leaves = ProbeRole.allCases.compactMap { plan.probe($0)?.probe.leaves }.joined()
        let listens = leaves.contains { leaf in
            switch leaf.answer {
            case .awaited: leaf == .notify
            case .silence: true
            case .polled, nil: false
            }
        }
        guard listens, let notifications = ports.notifications else { return nil }
        do throws(SystemCallFailure) {
            let now = ports.monotonicNow
            return try notifications.open(run.daemon) { [inbox, overlay] message in
                // Not by the inbox, which a daemon that says it over and over would fill.
                if let text = message.status { overlay.setText(text, of: run) }
                if message.isReady { inbox.post(.notified(run)) }
                if message.isAlive { inbox.post(.outputSeen(run, at: now())) }
            }
        } catch {
            emit(.trouble(run.daemon, "\(run.daemon) cannot tell that it is ready: \(error)"))
            return nil
        }
    }

    /// Has the output of the processes that go on written as the plan says now.
    ///
    /// - Parameter before: how it was written.
    func retune(_ before: [DaemonName: OutputPlan]) {
        for machine in supervision.machines {
            guard let run = machine.process?.run, let old = before[run.daemon], old != machine.plan.output else {
                continue
            }
            ports.spawner.retune(run, machine.plan.output)
        }
    }

    /// Nobody listens to a run that is over.
    func stopListening(to run: RunID) {
        ports.watcher?.stop(run)
        marks.forget(run)
        let isNewest = !processes.keys.contains { $0.daemon == run.daemon && $0.number > run.number }
        if isNewest { ports.notifications?.close(run.daemon) }
    }
}
