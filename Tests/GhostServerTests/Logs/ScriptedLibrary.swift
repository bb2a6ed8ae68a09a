import GhostModel
import GhostServer
import Synchronization

/// Logs whose lines the test decides, and which remember what they were asked for.
final class ScriptedLibrary: LogLibrary {
    let asked = Mutex<[LogRequest]>([])
    let cursors = Mutex<[String?]>([])
    let lines: [LogLineBody]
    let refusal: LogRefusal?
    let steps: [LogStep]

    init(lines: [LogLineBody] = [], refusal: LogRefusal? = nil, steps: [LogStep] = []) {
        self.lines = lines
        self.refusal = refusal
        self.steps = steps
    }

    static func line(
        _ message: String,
        level: LogLevel? = nil,
        daemon: String? = "api",
        component: String? = nil
    )
        -> LogLineBody
    {
        LogLineBody(
            cursor: "c",
            file: "api.log",
            generation: 1,
            offset: 7,
            timestamp: nil,
            level: level,
            daemon: daemon,
            component: component,
            message: message
        )
    }

    func page(_ request: LogRequest) async throws(LogRefusal) -> LogPageBody {
        asked.withLock { $0.append(request) }
        if let refusal { throw refusal }
        return LogPageBody(lines: lines, before: "older", after: "newer", partial: nil, notices: [])
    }

    func follow(_ request: LogRequest, from cursor: String?) async throws(LogRefusal) -> any LogFollowing {
        asked.withLock { $0.append(request) }
        cursors.withLock { $0.append(cursor) }
        if let refusal { throw refusal }
        return ScriptedFollowing(steps: steps)
    }
}

/// Gives out its steps and then ends.
private final class ScriptedFollowing: LogFollowing {
    private let steps: Mutex<[LogStep]>

    init(steps: [LogStep]) {
        self.steps = Mutex(steps)
    }

    func next(within longest: Duration) async -> LogStep {
        steps.withLock { $0.isEmpty ? .ended : $0.removeFirst() }
    }
}
