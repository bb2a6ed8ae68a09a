public import GhostModel
public import GhostSystem

/// What the process of a daemon is started with.
public enum DaemonLaunch {
    /// Ghost's own environment with the daemon's over it.
    ///
    /// - Parameters:
    ///   - account: who the daemon is if it runs as somebody else.
    ///   - own: Ghost's environment.
    public static func environment(
        of plan: DaemonPlan,
        as account: Account?,
        over own: [String: String]
    ) -> [String: String] {
        var all = own
        // These are between Ghost and whoever started Ghost; a daemon that used them would speak in Ghost's name.
        for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] { all[name] = nil }
        if let account {
            if let home = account.home { all["HOME"] = home }
            if let name = account.name { (all["USER"], all["LOGNAME"]) = (name, name) }
        }
        return all.merging(plan.environment) { _, own in own }
    }

    /// Another command with everything that the daemon is started with: environment, folder, user, masks and limits.
    public static func request(
        _ command: Command,
        as plan: DaemonPlan,
        over own: [String: String]
    ) throws -> SpawnRequest {
        let attributes = try ProcessAttributes(plan.process)
        var request = try SpawnRequest(
            command,
            environment: environment(of: plan, as: attributes.account, over: own),
            workingDirectory: plan.workingDirectory,
            output: .nowhere
        )
        request.attributes = attributes
        return request
    }
}
