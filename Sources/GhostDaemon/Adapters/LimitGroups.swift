import GhostModel
import GhostSupervision
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

    init(_ groups: Result<ControlGroups, ControlGroups.Unavailable>) { self.groups = groups }

    /// Lets groups be made if the plan wants some; best before the keeper is started, which stays where this Ghost is.
    ///
    /// Why it cannot be done is said by each start that wants a group.
    func prepare(for plan: Plan) {
        guard case .success(let groups) = groups, plan.daemons.contains(where: { !Self.limits($0).isEmpty }) else {
            return
        }
        try? groups.prepare()
    }

    /// The folder of a run's group, made with its limits.
    func group(of run: RunID, _ limits: ResourceLimits) -> LimitGroup {
        guard case .success(let groups) = groups else { return .none }
        let wanted = Self.limits(limits, in: groups)
        guard !wanted.isEmpty else { return .none }
        do throws(SystemCallFailure) {
            return .folder(try groups.make(Self.name(of: run), wanted))
        } catch {
            // Better without its limits, which are watched in any case, than not at all.
            return .refused("its limits are only watched: \(error)")
        }
    }

    /// Removes the groups of all runs but these, and kills what runs in them.
    func clear(except runs: Set<RunID>) -> [String] {
        guard case .success(let groups) = groups else { return [] }
        return groups.clear(except: Set(runs.map(Self.name)))
    }

    /// Why other limits would not hold for a run that goes on.
    func obstacle(to limits: ResourceLimits, of run: RunID) -> String? {
        guard case .success(let groups) = groups, !Self.limits(limits, in: groups).isEmpty,
            !groups.has(Self.name(of: run))
        else { return nil }
        return "the limits of \(run.daemon) hold from its next start on: \(run) was started without a control group"
    }

    /// Changes the limits of a run that goes on; says why they do not hold yet, if so.
    func change(_ limits: ResourceLimits, of run: RunID) -> String? {
        if let obstacle = obstacle(to: limits, of: run) { return obstacle }
        guard case .success(let groups) = groups, groups.has(Self.name(of: run)) else { return nil }
        do throws(SystemCallFailure) {
            try groups.set(Self.limits(limits, in: groups), of: Self.name(of: run))
            return nil
        } catch {
            return "the limits of \(run.daemon) hold from its next start on: \(error)"
        }
    }

    /// What cannot be carried out here, one sentence for each daemon that wants it.
    func notes(for plan: Plan) -> [String] {
        plan.daemons.flatMap { daemon -> [String] in
            let wanted = Self.limits(daemon)
            let memory = wanted.memory == nil ? nil : obstacle(to: .memory)
            let cpu = wanted.cpu == nil ? nil : obstacle(to: .cpu)
            switch (memory, cpu) {
            case (nil, nil): return []
            case (let reason?, let other?) where reason == other:
                return [Self.note(daemon, plan, ["limits.memory", "limits.cpu"], [.memory, .cpu], reason)]
            case (let memory, let cpu):
                let notes = [
                    memory.map { Self.note(daemon, plan, ["limits.memory"], [.memory], $0) },
                    cpu.map { Self.note(daemon, plan, ["limits.cpu"], [.cpu], $0) },
                ]
                return notes.compactMap(\.self)
            }
        }
    }

    private func obstacle(to controller: ControlGroups.Controller) -> ControlGroups.Unavailable? {
        switch groups {
        case .success(let groups): groups.obstacle(to: controller)
        case .failure(let reason): reason
        }
    }

    private static func note(
        _ daemon: DaemonPlan,
        _ plan: Plan,
        _ names: [String],
        _ kinds: [DriftKind],
        _ reason: ControlGroups.Unavailable
    ) -> String {
        let acts = kinds.contains { daemon.drift[$0] == .restart } ? "acted on as \"drift\" says" : "told as drift"
        return "\(names.joined(separator: " and ")) of \(daemon.name) cannot be enforced here: \(reason); "
            + "what it uses is looked at every \(plan.sentinel.every.configurationText) and \(acts)"
    }

    private static func limits(_ daemon: DaemonPlan) -> ControlGroups.Limits {
        .init(memory: daemon.process.limits.memory, cpu: daemon.process.limits.cpu)
    }

    /// What of the limits can be enforced.
    private static func limits(_ limits: ResourceLimits, in groups: ControlGroups) -> ControlGroups.Limits {
        .init(
            memory: groups.controllers.contains(.memory) ? limits.memory : nil,
            cpu: groups.controllers.contains(.cpu) ? limits.cpu : nil
        )
    }

    private static func name(of run: RunID) -> String { "\(run.daemon)-\(run.number)" }
}
