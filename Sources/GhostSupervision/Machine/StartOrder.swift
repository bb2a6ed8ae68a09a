public import GhostModel

/// The order in which daemons are started: what is needed comes first; among those that may start, the larger priority,
/// then the earlier place in the file.
///
/// It is an order of preference, not a queue: whatever may start does so at once, without waiting for its predecessors.
public struct StartOrder: Sendable, Hashable {
    /// Every daemon, the first to start first.
    public let names: [DaemonName]

    /// Orders `daemons`.
    public init(_ daemons: [DaemonPlan]) throws(StartOrderError) {
        var places: [DaemonName: Int] = [:]
        for (place, daemon) in daemons.enumerated() {
            guard places.updateValue(place, forKey: daemon.name) == nil else { throw .duplicate(daemon.name) }
        }
        var dependents = [[Int]](repeating: [], count: daemons.count)
        var open = [Int](repeating: 0, count: daemons.count)
        for (place, daemon) in daemons.enumerated() {
            for need in daemon.needs {
                guard let needed = places[need.daemon] else {
                    throw .unknownDependency(daemon: daemon.name, needs: need.daemon)
                }
                dependents[needed].append(place)
                open[place] += 1
            }
        }

        var startable = Set(daemons.indices.filter { open[$0] == 0 })
        var order: [Int] = []
        while let next = startable.min(by: { Self.precedes($0, $1, in: daemons) }) {
            startable.remove(next)
            order.append(next)
            for dependent in dependents[next] {
                open[dependent] -= 1
                if open[dependent] == 0 { startable.insert(dependent) }
            }
        }
        guard order.count == daemons.count else {
            throw .cycle(Self.cycle(among: daemons, left: Set(daemons.indices).subtracting(order), places: places))
        }
        names = order.map { daemons[$0].name }
    }

    /// Every daemon, the first to stop first.
    public var stopping: [DaemonName] { names.reversed() }

    private static func precedes(_ left: Int, _ right: Int, in daemons: [DaemonPlan]) -> Bool {
        daemons[left].priority != daemons[right].priority
            ? daemons[left].priority > daemons[right].priority : left < right
    }

    /// One cycle among the daemons that could not be ordered, in the direction of need, starting at its earliest member.
    ///
    /// Each of them needs another of them, so following the needs must come back to where it has been.
    private static func cycle(
        among daemons: [DaemonPlan],
        left: Set<Int>,
        places: [DaemonName: Int]
    ) -> [DaemonName] {
        var path: [Int] = []
        var current = left.min()
        while let place = current, !path.contains(place) {
            path.append(place)
            current = daemons[place].needs.lazy.compactMap { places[$0.daemon] }.first(where: left.contains)
        }
        guard let repeated = current, let start = path.firstIndex(of: repeated) else { return [] }
        let members = Array(path[start...])
        let first = members.firstIndex(of: members.min() ?? repeated) ?? 0
        return (members[first...] + members[..<first]).map { daemons[$0].name }
    }
}

/// Why daemons cannot be brought into an order.
public enum StartOrderError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Two daemons have the same name.
    case duplicate(DaemonName)
    /// A daemon needs one that is not declared.
    case unknownDependency(daemon: DaemonName, needs: DaemonName)
    /// These daemons need each other, each the next and the last the first.
    case cycle([DaemonName])

    public var description: String {
        switch self {
        case .duplicate(let name):
            "the daemon \(name) is declared twice; rename one of them"
        case .unknownDependency(let daemon, let needed):
            "\(daemon) needs \(needed), which is not declared; declare it or remove it from needs"
        case .cycle(let members):
            "daemons need each other in a circle: "
                + (members + members.prefix(1)).map(\.text).joined(separator: " → ")
                + "; remove one of these needs"
        }
    }
}
