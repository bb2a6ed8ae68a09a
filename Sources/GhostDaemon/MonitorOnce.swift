import GhostLogs
public import GhostModel
import GhostSystem

/// Reads everything that is in a folder of component logs, once, and judges it.
///
/// Opens no database, takes no lock, writes nothing. Blocking.
public enum MonitorOnce {
    /// The state of the logs, judged at `time`.
    ///
    /// - Parameters:
    ///   - folder: the absolute path of the folder.
    ///   - name: the folder as the user named it, for messages.
    public static func judge(
        folder: String,
        name: String,
        at time: Timestamp,
        plan: MonitorPlan = MonitorPlan()
    ) throws(GhostFailure) -> OrchestrationData {
        try LogFolder.check(folder, name: name)
        var reader = ComponentLogReader(folder: folder)
        while reader.read(now: time) == .unfinished {}
        return reader.snapshot.status(at: time, plan: plan)
    }
}

/// The folder that `ghost monitor` reads.
enum LogFolder {
    /// Makes sure that there is one.
    static func check(_ folder: String, name: String) throws(GhostFailure) {
        do {
            _ = try Folder.entries(of: folder, limit: 1)
        } catch  where error.code == .missing {
            throw GhostFailure(
                .noInput,
                "there is no log folder \(name); name the folder that the logs are in with --log-dir"
            )
        } catch {
            throw GhostFailure(error, otherwise: .noInput)
        }
    }
}
