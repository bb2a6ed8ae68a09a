import GhostModel
import GhostSystem

/// The daemons of a plan whose program cannot be run, and why.
///
/// A daemon that waits for a oneshot to end is left out: the oneshot may be what builds its program.
struct MissingPrograms {
    private(set) var daemons: [(daemon: DaemonName, fault: ExecutableLookupError)] = []

    /// Looks up the program of every daemon.
    init(of plan: Plan) {
        let path = HostEnvironment.all()["PATH"]
        for daemon in plan.daemons {
            if daemon.needs.contains(where: { $0.condition == .completed || $0.condition == .succeeded }) { continue }
            do throws(ExecutableLookupError) {
                _ = try ExecutableLookup.resolve(
                    daemon.command.program,
                    path: daemon.environment["PATH"] ?? path,
                    workingDirectory: daemon.workingDirectory
                )
            } catch {
                daemons.append((daemon.name, error))
            }
        }
    }

    /// One line for each program, with all daemons that want it; folders that several were looked for in are told once.
    var lines: [String] {
        let groups = DaemonGroup.groups(daemons)
        var counts: [[String]: Int] = [:]
        for group in groups { if let folders = group.reason.searchedPath { counts[folders, default: 0] += 1 } }
        var told: Set<[String]> = []
        return groups.map { group in
            guard let folders = group.reason.searchedPath, counts[folders, default: 0] > 1,
                !told.insert(folders).inserted
            else { return "\(group.names) cannot start: \(group.reason)" }
            return "\(group.names) cannot start: \(group.reason.program) not found in the same folders"
        }
    }
}

/// Daemons about which the same is to be said.
struct DaemonGroup<Reason: Hashable> {
    private var daemons: [DaemonName]
    let reason: Reason

    /// What is known of daemons, by reason and in the order in which each reason first came.
    static func groups(_ faults: [(daemon: DaemonName, fault: Reason)]) -> [DaemonGroup] {
        var places: [Reason: Int] = [:]
        var groups: [DaemonGroup] = []
        for (daemon, fault) in faults {
            if let place = places[fault] {
                groups[place].daemons.append(daemon)
            } else {
                places[fault] = groups.count
                groups.append(DaemonGroup(daemons: [daemon], reason: fault))
            }
        }
        return groups
    }

    /// `daemon "a"`, `daemons "a" and "b"`; replicas are told as one: `daemons "worker" (3 replicas) and "a"`.
    var names: String {
        var order: [Substring] = []
        var replicas: [Substring: [DaemonName]] = [:]
        for daemon in daemons {
            // Only replicas have an @ in their names.
            let name = daemon.text.prefix { $0 != "@" }
            if replicas[name] == nil { order.append(name) }
            replicas[name, default: []].append(daemon)
        }
        let words = order.map { name in
            let those = replicas[name] ?? []
            return those.count > 1
                ? "\"\(name)\" (\(those.count) replicas)" : "\"\(those.first?.text ?? String(name))\""
        }
        guard words.count > 1, let last = words.last else { return "daemon \(words.first ?? "")" }
        return "daemons \(words.dropLast().joined(separator: ", ")) and \(last)"
    }
}

extension ExecutableLookupError {
    /// The folders that the program was looked for in; nil if it was not looked for in folders.
    fileprivate var searchedPath: [String]? {
        guard case .notFound(let searched) = reason, !program.utf8.contains(UInt8(ascii: "/")) else { return nil }
        return searched
    }
}
