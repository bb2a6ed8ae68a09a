public import GhostModel
import GhostSupervision
import GhostSystem

/// A command that somebody runs by hand in the place of a daemon.
public enum ForegroundCommand {
    /// Goes on as `command`, with the environment, folder, user, mask and limits that the daemon would be started with.
    ///
    /// Ghost's environment is that of this process, which need not be the one of a Ghost that runs already.
    ///
    /// - Returns: only if that cannot be done.
    public static func become(_ command: Command, as plan: DaemonPlan) -> GhostFailure {
        do {
            let request = try DaemonLaunch.request(command, as: plan, over: HostEnvironment.all())
            return GhostFailure(.cannotSpawn, "\(ProcessImage.replace(with: request))")
        } catch let error as AccountError {
            return GhostFailure(error.isLackOfPermission ? .noPermission : .cannotSpawn, "\(error)")
        } catch {
            return GhostFailure(.cannotSpawn, "\(error)")
        }
    }
}

extension AccountError {
    fileprivate var isLackOfPermission: Bool {
        switch self {
        case .onlyRoot: true
        case .noSuchUser, .noSuchGroup, .groupNeeded: false
        }
    }
}
