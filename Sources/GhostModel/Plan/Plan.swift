/// What a project declares: the validated form of `ghost.yaml`.
///
/// A plan is complete and consistent: names are unique, every dependency exists, there is no cycle, and every path is
/// absolute. It is made by the configuration loader and read by everybody else.
public struct Plan: Sendable, Equatable {
    /// The absolute path of the folder that `ghost.yaml` is in; relative paths in the file start here.
    public var directory: String
    /// The daemons in the order of the file.
    public var daemons: [DaemonPlan]
    /// The health checks in the order of the file.
    public var checks: [CheckPlan]
    /// The task queue.
    public var tasks: TaskPlan
    /// Where the API listens.
    public var server: ServerPlan
    /// How the monitor judges health.
    public var monitor: MonitorPlan
    /// How often processes are compared with what was declared.
    public var sentinel: SentinelPlan

    /// Creates a plan; every part but the folder has the defaults of an empty file.
    public init(
        directory: String,
        daemons: [DaemonPlan] = [],
        checks: [CheckPlan] = [],
        tasks: TaskPlan = TaskPlan(),
        server: ServerPlan = ServerPlan(),
        monitor: MonitorPlan = MonitorPlan(),
        sentinel: SentinelPlan = SentinelPlan()
    ) {
        self.directory = directory
        self.daemons = daemons
        self.checks = checks
        self.tasks = tasks
        self.server = server
        self.monitor = monitor
        self.sentinel = sentinel
    }
}

/// The section `tasks`: what the Executor Unifier runs.
public struct TaskPlan: Sendable, Equatable {
    /// The absolute path of the inbox folder, or nil if there is none.
    public var inbox: String?

    /// Creates the section `tasks`.
    public init(inbox: String? = nil) {
        self.inbox = inbox
    }
}

/// The section `monitor`: the thresholds of the overall health.
public struct MonitorPlan: Sendable, Equatable {
    /// The share of components that must work for a warning; below it the health is critical.
    ///
    /// 0…1.
    public var warningShareWorking: Double
    /// The share of daemons that, once down, makes the health critical.
    ///
    /// 0…1.
    public var criticalShareDown: Double

    /// Creates the section `monitor` with the defaults of the contract: 70 % working, 30 % down.
    public init(warningShareWorking: Double = 0.7, criticalShareDown: Double = 0.3) {
        self.warningShareWorking = warningShareWorking
        self.criticalShareDown = criticalShareDown
    }
}
