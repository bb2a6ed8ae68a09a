public import GhostModel
import GhostSystem

/// Says before a start that somebody else holds a port of the daemon, and who.
///
/// A daemon that would be started all the same could only die of it, or stand beside a stranger who answers its probes.
public enum PortObstacle {
    /// Why a daemon cannot have one of its ports now, in one sentence; nil if nothing is known to be in its way.
    ///
    /// Takes some microseconds for each port that is free; only for one that is taken are processes looked through.
    public static func find(for plan: DaemonPlan, project: String) -> String? {
        for port in plan.declaredPorts where PortState(of: port.number) == .taken {
            let sockets = ListeningSockets.look()
            // Held by what is not listening any more: the daemon itself knows how to deal with that.
            guard sockets.isOpen(port.number) else { continue }
            var table = ProcessTable(project: project)
            let machine = Machine(table.look(), project: project)
            let pid = sockets.holder(of: port.number, among: machine.entries.keys.sorted())
            let holder = pid.flatMap { machine.entries[$0] }.map {
                machine.holder($0, for: plan.name, startedBefore: true)
            }
            if let sentence = sentence(port, holder ?? .unseen, plan.name) { return sentence }
        }
        return nil
    }

    /// What it means to a daemon that `holder` holds its port; nil if nothing.
    static func sentence(
        _ port: DeclaredPort,
        _ holder: RunLook.PortLook.Holder,
        _ daemon: DaemonName
    ) -> String? {
        let held = "port \(port.number) is held by"
        let advice = "or write \"ports: []\" if \(daemon) does not listen there itself"
        switch (holder, port.source) {
        case (.nobody, _), (.own, _): return nil
        case (.daemon(daemon, let pid), _): return "\(held) a process of an earlier run of it (PID \(pid))"
        // Its probe may well ask another daemon.
        case (.daemon, .probe): return nil
        case (.daemon(let name, let pid), .key):
            return "\(held) \(name) (PID \(pid)), a daemon of the same project; give one of them another port"
        case (.stranger(let name, let pid, _), let source):
            let rest = source == .key ? "stop that one, or change the port" : "stop that one, \(advice)"
            return "\(held) \(name) (PID \(pid)), which is no daemon of this project; \(rest)"
        case (.unseen, let source):
            let rest = source == .key ? "" : "; stop that one, \(advice)"
            return "\(held) a process that this user may not look into\(rest)"
        }
    }
}
