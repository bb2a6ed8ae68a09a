import GhostLogs
public import GhostModel
import GhostSystem
public import Logging

/// Reads everything that is in a folder of component logs, once, and judges it.
///
/// Opens no database, takes no lock and writes nothing unless a state folder is named. Blocking.
public enum MonitorOnce {
    /// The state of the logs, judged at `time`.
    ///
    /// - Parameters:
    ///   - folder: the absolute path of the folder.
    ///   - name: the folder as the user named it, for messages.
    ///   - stateFolder: the absolute path of the folder where an earlier reading was saved, and this one will be.
    ///   - rules: a file of rules that describe further components.
    public static func judge(
        folder: String,
        name: String,
        at time: Timestamp,
        stateFolder: String? = nil,
        rules: RulesFile? = nil,
        logger: Logger = LineLogHandler.logger(level: .notice),
        plan: MonitorPlan = MonitorPlan()
    ) throws(GhostFailure) -> OrchestrationData {
        try LogFolder.check(folder, name: name)
        let state = try stateFolder.map { path throws(GhostFailure) in
            try MonitorState.own(logFolder: folder, stateFolder: path)
        }
        let described = try rules?.load()
        let snapshot = ComponentLogReader.readOnce(
            folder: folder,
            rules: described,
            openStore: state?.openStore,
            logger: logger,
            now: time
        )
        withExtendedLifetime(state) {}
        return snapshot.status(at: time, plan: plan)
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
