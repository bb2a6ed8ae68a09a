/// The five components whose logs the monitor folds.
public enum ComponentKind: String, Sendable, Hashable, Codable, CaseIterable {
    case sentinel
    case watchdog
    case executor
    case selfcheck
    case lifecycle

    /// The file that Ghost writes.
    public var fileName: String { fileNames[0] }

    /// Every file name under which this component's log is read; Ghost's own first.
    public var fileNames: [String] {
        switch self {
        case .sentinel: ["sentinel-status.log"]
        case .watchdog: ["watchdog-restarts.log"]
        case .executor: ["executor-status.log", "executor-coordination.log"]
        case .selfcheck: ["selfcheck-status.log", "selfcheck-health.log"]
        case .lifecycle: ["lifecycle-status.log", "lifecycle-governor.log"]
        }
    }

    /// How often this component writes a line if nothing says otherwise; nil if it writes on events only.
    ///
    /// These are the rhythms of the original daemons. A heartbeat line replaces them by its `every=`.
    public var defaultBeat: Duration? {
        switch self {
        case .sentinel: .seconds(15)
        case .executor: .seconds(10)
        case .selfcheck: .seconds(60)
        case .watchdog, .lifecycle: nil
        }
    }

    /// The name that the status API gives this component.
    public var legacyDaemonName: String {
        switch self {
        case .sentinel: "ghostSentinelGuard"
        case .watchdog: "ghostWatchdogLoop"
        case .executor: "ghostExecutorUnifier"
        case .selfcheck: "ghostSelfCheckCore"
        case .lifecycle: "ghostLifecycleGovernor"
        }
    }
}
