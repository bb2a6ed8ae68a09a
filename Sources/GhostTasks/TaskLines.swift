import GhostModel

/// The records of `executor-status.log`.
enum TaskLines {
    static let idle = ComponentLine("idle")

    static func executing(_ id: Int, command: String) -> ComponentLine {
        ComponentLine("executing task \(id)", .init("attempt", 1), .init("command", command))
    }

    static func ended(_ id: Int, _ result: TaskResult, duration: Duration) -> ComponentLine {
        let time = ComponentLine.Field("duration", duration.configurationText)
        return switch result {
        case .exited(.exited(0)):
            ComponentLine("\(Indicator.success) task \(id) completed", .init("exit", 0), time)
        case .exited(let status):
            ComponentLine("\(Indicator.failure) task \(id) failed: \(words(for: status))", time)
        case .notStarted(let reason):
            ComponentLine("\(Indicator.failure) task \(id) failed: \(reason)", time)
        }
    }

    static func interrupted(_ id: Int) -> ComponentLine {
        ComponentLine("\(Indicator.failure) task \(id) failed: interrupted, Ghost ended while it ran")
    }

    private static func words(for status: ExitStatus) -> String {
        switch status {
        case .exited(let code): "exit \(code)"
        case .signaled(let signal): "signal \(signal)"
        case .unknown: "exit unknown"
        }
    }
}
