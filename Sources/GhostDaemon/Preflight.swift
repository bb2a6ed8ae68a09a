public import GhostModel
import GhostSupervision
import GhostSystem

/// What can be known to go wrong before anything is started.
public enum Preflight {
    /// Looks up the program of every daemon, and whom it runs as.
    ///
    /// A daemon that waits for a oneshot to end is left out: the oneshot may be what builds its program.
    ///
    /// - Throws: ``GhostFailure`` with one line for each program that cannot be run, and each user that is not there; daemons for which the same
    ///   holds share it.
    public static func check(_ plan: Plan) throws(GhostFailure) {
        let problems = missingAccounts(of: plan) + MissingPrograms(of: plan).lines
        guard problems.isEmpty else { throw GhostFailure(.cannotSpawn, problems.joined(separator: "\n")) }
    }

    /// Looks up the program of every daemon, and is content if one of them can be run.
    ///
    /// One missing program is that daemon's trouble: it is told, and tried again, while the others run.
    ///
    /// - Throws: ``GhostFailure`` with one line for each program, if none can be run.
    public static func checkAnything(_ plan: Plan) throws(GhostFailure) {
        let missing = MissingPrograms(of: plan)
        guard missing.daemons.isEmpty || missing.daemons.count < plan.daemons.count else {
            throw GhostFailure(.cannotSpawn, missing.lines.joined(separator: "\n"))
        }
    }

    /// What Ghost and its keeper have open besides what each daemon needs.
    private static let ownDescriptors = 64
    /// What one daemon needs in Ghost or in its keeper, whichever needs more: pipes, a log file, a watch, a descriptor of the
    /// process.
    private static let descriptorsPerDaemon = 4

    /// Whether the files that may be open are enough for so many daemons.
    ///
    /// A Ghost that has none left could neither start nor answer; better say so before anything runs.
    ///
    /// - Parameter limit: how many files this process may have open.
    static func checkDescriptors(_ limit: UInt64?, for plan: Plan) throws(GhostFailure) {
        let needed = UInt64(ownDescriptors + descriptorsPerDaemon * plan.daemons.count)
        guard let limit, limit < needed else { return }
        throw GhostFailure(
            .cannotSpawn,
            "\(plan.daemons.count) daemons need about \(needed) open files, and only \(limit) are allowed; raise the limit "
                + "(ulimit -n, or LimitNOFILE= of a service) or declare fewer"
        )
    }

    /// One line for each daemon that nobody could run as its plan says; whether this user could is another question.
    private static func missingAccounts(of plan: Plan) -> [String] {
        var faults: [(daemon: DaemonName, fault: AccountError)] = []
        for daemon in plan.daemons {
            let process = daemon.process
            guard process.user != nil || process.group != nil else { continue }
            do throws(AccountError) {
                _ = try Account(user: process.user, group: process.group)
            } catch {
                if case .onlyRoot = error { continue }
                faults.append((daemon.name, error))
            }
        }
        return DaemonGroup.groups(faults).map { "\($0.names) cannot start: \($0.reason)" }
    }

    /// What of the plan cannot be carried out on this machine, one sentence each; nothing of it keeps a daemon from running.
    ///
    /// - Parameter project: whose control groups would be made.
    public static func notes(on plan: Plan, of project: Project) -> [String] {
        LimitGroups(project: project.state.identifier).notes(for: plan)
    }

    /// The daemons in the order in which they are started.
    public static func startOrder(of plan: Plan) -> [DaemonPlan] {
        let byName = Dictionary(plan.daemons.map { ($0.name, $0) }) { first, _ in first }
        let order = try? StartOrder(plan.daemons)
        return order?.names.compactMap { byName[$0] } ?? plan.daemons
    }
}
