import GhostModel

/// Several daemons from one declaration: `worker` with `replicas: 2` is `worker@1` and `worker@2`.
///
/// Whoever needs `worker` needs all of them.
struct Replicas {
    /// The replicas of each declaration that has some.
    private(set) var names: [DaemonName: [DaemonName]] = [:]

    /// The variable that tells a replica its number, counted from 1.
    static let variable = "GHOST_REPLICA"
    /// The most replicas of one daemon.
    static let most = 1000

    mutating func add(_ name: DaemonName, _ replicas: [DaemonName]) {
        names[name] = replicas
    }

    /// The same daemons, each needing the replicas of what it needs.
    func resolvingNeeds(of daemons: [DaemonPlan]) -> [DaemonPlan] {
        guard !names.isEmpty else { return daemons }
        return daemons.map { daemon in
            var daemon = daemon
            daemon.needs = daemon.needs.flatMap { need in
                (names[need.daemon] ?? [need.daemon]).map {
                    Dependency(daemon: $0, condition: need.condition, strength: need.strength)
                }
            }
            return daemon
        }
    }
}
