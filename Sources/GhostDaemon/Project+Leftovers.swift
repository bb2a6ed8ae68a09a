import GhostModel
import GhostSystem

extension Project {
    /// Whether a Ghost runs this project now.
    public func isRunning() throws(GhostFailure) -> Bool {
        do throws(SystemCallFailure) {
            return try InstanceLock.isHeld(state.lock)
        } catch {
            throw GhostFailure(error, inStateFolderOtherwise: .inputOutput)
        }
    }

    /// Lets the keeper, if there is one, not start Ghost again.
    public func stopRelaunching() {
        _ = KeeperVisit.stopRelaunching(folder: state.path)
    }

    /// Stops what a Ghost that was killed left running; returns the names of what was stopped.
    ///
    /// Blocks until each has ended or was killed after its grace. Nothing is touched while a Ghost runs.
    public func stopLeftovers() throws(GhostFailure) -> [String] {
        let lock: InstanceLock
        do throws(InstanceLock.Failure) {
            lock = try InstanceLock.acquire(state.lock)
        } catch {
            switch error {
            case .held(let pid):
                let owner = pid.map { "The Ghost with pid \($0)" } ?? "A Ghost"
                let advice =
                    "it may still be starting; try again, or end it with \"kill \(pid.map(String.init) ?? "PID")\""
                throw GhostFailure(.inputOutput, "\(owner) runs this project and does not answer; \(advice)")
            case .system(let failure) where failure.code == .missing: return []
            case .system(let failure): throw GhostFailure(failure, otherwise: .inputOutput)
            }
        }
        defer { withExtendedLifetime(lock) {} }
        let records = RunRecords(directory: state.runs)
        var stopped: [String] = []
        var remaining: [String] = []
        do throws(RunRecordError) {
            let found = try records.load().records
            for (record, outcome) in zip(found, Leftovers.stop(found)) {
                switch outcome {
                case .wasGone: break
                case .stopped, .killed: stopped.append(record.run.daemon.text)
                case .remains(let reason):
                    remaining.append("\(record.run.daemon) is not stopped: \(reason)")
                    continue
                }
                try records.remove(record.run.daemon)
            }
        } catch {
            throw GhostFailure(error.cause, otherwise: .inputOutput)
        }
        guard remaining.isEmpty else { throw GhostFailure(.inputOutput, remaining.joined(separator: "\n")) }
        return stopped
    }
}
