import GhostModel

extension Plan {
    /// What each daemon cannot start without.
    var hardNeeds: [DaemonName: [DaemonName]] {
        var needs: [DaemonName: [DaemonName]] = [:]
        for daemon in daemons {
            needs[daemon.name] = daemon.needs.filter { $0.strength == .hard }.map(\.daemon)
        }
        return needs
    }
}
