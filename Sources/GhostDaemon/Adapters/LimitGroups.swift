import GhostModel
import GhostSystem

/// Carries out `limits.memory` and `limits.cpu` by control groups, where the kernel offers them to this user.
struct LimitGroups: Sendable {
    private let groups: Result<ControlGroups, ControlGroups.Unavailable>

    /// Looks for a place for groups; reads some small files.
    init(project: String) {
        do throws(ControlGroups.Unavailable) {
            groups = .success(try ControlGroups.find(project: project))
        } catch {
            groups = .failure(error)
        }
    }

    /// The folder of a run's group, made with its limits; nil if it has none, or if none can be made.
    func group(of run: RunID, _ limits: ResourceLimits) -> String? {
        let limits = ControlGroups.Limits(memory: limits.memory, cpu: limits.cpu)
        guard !limits.isEmpty, case .success(let groups) = groups else { return nil }
        // Better without its limits, which are watched in any case, than not at all.
        return try? groups.make(Self.name(of: run), limits)
    }

    /// Changes the limits of a run that has a group.
    func change(_ limits: ResourceLimits, of run: RunID) {
        guard case .success(let groups) = groups else { return }
        try? groups.set(.init(memory: limits.memory, cpu: limits.cpu), of: Self.name(of: run))
    }

    /// What cannot be carried out here, one sentence for each daemon that wants it.
    func notes(for plan: Plan) -> [String] {
        guard case .failure(let reason) = groups else { return [] }
        return plan.daemons.compactMap { daemon in
            let limits = daemon.process.limits
            let keys = [limits.memory.map { _ in "limits.memory" }, limits.cpu.map { _ in "limits.cpu" }]
            let names = keys.compactMap(\.self)
            guard !names.isEmpty else { return nil }
            let kinds = names.map { $0 == "limits.memory" ? DriftKind.memory : .cpu }
            let acts = kinds.contains { daemon.drift[$0] == .restart } ? "acted on as \"drift\" says" : "told as drift"
            return "\(names.joined(separator: " and ")) of \(daemon.name) cannot be enforced here: \(reason); "
                + "what it uses is looked at every \(plan.sentinel.every.configurationText) and \(acts)"
        }
    }

    private static func name(of run: RunID) -> String { "\(run.daemon)-\(run.number)" }
}
