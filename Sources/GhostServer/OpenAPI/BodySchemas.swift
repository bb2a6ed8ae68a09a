import GhostModel

/// The forms of all bodies, by name.
enum BodySchemas {
    static var all: [String: Schema] {
        let common: [String: Schema] = [
            "Error": .object(["status": .exactly("error"), "error": .string, "timestamp": .time]),
            "Problem": .object([
                "type": .string, "title": .string, "status": .integer, "detail": .string, "instance": .string,
            ]),
            "Position": .object(["file": .string, "generation": .integer, "offset": .count]),
            "Alive": .object(["status": .exactly("ok")]),
            "Ready": .object(["status": .exactly("ready")]),
            "NotReady": .object(["status": .exactly("unavailable"), "reason": .string]),
            "ErrorListing": .object([
                "errors": .list(
                    .object([
                        "component": .string, "category": .oneOf(ErrorCategory.allCases.map(\.rawValue)),
                        "message": .string, "count": .count, "firstSeen": .time.orNull, "lastSeen": .time.orNull,
                        "position": .named("Position"),
                    ])
                ),
                "overflow": .count,
            ]),
            "Liveness": .object(["status": .exactly("healthy"), "timestamp": .time, "version": .string]),
        ]
        return [orchestration, components, supervision, status, logs].reduce(common) { all, part in
            all.merging(part) { first, _ in first }
        }
    }

    // MARK: The components

    /// A counter with its windows.
    private static func windowed(_ names: [String], _ schema: Schema = .count) -> [String: Schema] {
        var members: [String: Schema] = [:]
        for name in names {
            members[name] = schema
            for window in ["1m", "1h", "24h"] { members[name + window] = schema }
        }
        return members
    }

    private static func component(_ members: [String: Schema], _ counters: [String]) -> Schema {
        var all: [String: Schema] = [
            "status": .oneOf(["active", "idle", "error", "unknown"]), "error": .string.orNull, "lastCheck": .time,
            "lastEvent": .time.orNull, "records": .count, "damagedLines": .count, "lossBytes": .count,
            "namesOverflow": .count, "sources": .list(.named("Position")), "errors": .list(.named("ErrorGroup")),
            "errorsOverflow": .count,
        ]
        for window in ["1m", "1h", "24h"] { all["errorCount" + window] = .count }
        all.merge(members) { _, own in own }
        all.merge(windowed(counters)) { _, own in own }
        return .object(all)
    }

    private static var components: [String: Schema] {
        let seen = Schema.object(["up": .count, "down": .count, "error": .count])
        var sentinel: [String: Schema] = [
            "monitoring": .bool, "recentErrors": .list(.string), "upNow": .list(.string), "downNow": .list(.string),
            "daemons": .map(.named("SentinelDaemon")),
        ]
        sentinel.merge(windowed(["observations"], seen)) { first, _ in first }
        return [
            "ErrorGroup": .object([
                "category": .oneOf(ErrorCategory.allCases.map(\.rawValue)),
                "message": .string, "count": .count, "firstSeen": .time.orNull, "lastSeen": .time.orNull,
                "position": .named("Position"),
            ]),
            "SentinelDaemon": .object([
                "state": .oneOf(ObservedDaemon.State.allCases.map(\.rawValue)), "pid": .integer.orNull,
                "since": .time.orNull, "transitions": .count,
                "drift": .list(.string),
            ]),
            "Sentinel": component(sentinel, []),
            "Watchdog": component(
                [
                    "lastRestart": .time.orNull, "refusedCount": .count, "successRate": .number.orNull,
                    "meanTimeToRecovery": .number.orNull,
                    "perDaemon": .map(
                        .object([
                            "restartCount": .count, "failedCount": .count, "lastAttempt": .time.orNull,
                            "crashLooping": .bool,
                        ])
                    ),
                ],
                ["restartCount", "failedCount"]
            ),
            "Executor": component(
                [
                    "activeTasks": .count, "phase": .oneOf(ExecutorState.Phase.allCases.map(\.rawValue)).orNull,
                    "durationP50": .number.orNull,
                    "durationP95": .number.orNull, "tasksPerMinute": .number, "phases": .map(.count),
                ],
                ["completedTasks", "failedTasks", "startedTasks"]
            ),
            "SelfCheck": component(
                [
                    "lastHealthCheck": .time.orNull,
                    "last": .object([
                        "status": .oneOf(CheckStatus.allCases.map(\.rawValue)), "healthy": .count.orNull,
                        "warning": .count.orNull, "critical": .count.orNull,
                    ]).orNull,
                ],
                ["healthChecks", "healthyChecks", "warningChecks", "criticalChecks"]
            ),
            "Lifecycle": component(
                [
                    "managedDaemons": .count, "startupOrder": .list(.string), "managedNow": .list(.string),
                    "managedEver": .list(.string),
                ],
                ["startedCount", "failedStarts"]
            ),
        ]
    }

    // MARK: Their sum

    private static var orchestration: [String: Schema] {
        let five: [String: Schema] = [
            "sentinel": .named("Sentinel"), "watchdog": .named("Watchdog"), "executor": .named("Executor"),
            "selfcheck": .named("SelfCheck"), "lifecycle": .named("Lifecycle"), "lastUpdate": .time,
        ]
        let sums: [String: Schema] = [
            "overallHealth": .oneOf(["healthy", "warning", "critical"]), "activeComponents": .count,
            "errorComponents": .count, "totalComponents": .count, "healthPercentage": .number,
            "daemons": .named("DaemonTally"), "reasons": .list(.named("HealthReason")),
        ]
        let whole = five.merging(sums) { first, _ in first }
            .merging([
                "orchestration": .object(five), "countedSince": .time.orNull, "epoch": .string.orNull,
                "sequence": .count, "persistence": .named("Persistence"), "losses": .list(.named("Loss")),
                "lossesTotal": .count, "timestamp": .time, "rules": .map(.named("Ruled")),
                "rulesRefused": .string.orNull,
            ]) { first, _ in first }
        return [
            "DaemonTally": .object(["total": .count, "up": .count, "down": .count, "names": .list(.string)]),
            "HealthReason": .object([
                "component": .string, "message": .string, "file": .string.orNull, "offset": .count.orNull,
                "line": .string.orNull,
            ]),
            "Persistence": .object([
                "state": .oneOf(Persistence.State.allCases.map(\.rawValue)), "message": .string.orNull,
                "countedAnew": .list(.string),
            ]),
            "Loss": .object(
                [
                    "component": .string, "file": .string, "generation": .integer,
                    "reason": .oneOf(LossEntry.Reason.allCases.map(\.rawValue)), "noticed": .time,
                ],
                optional: ["from": .count, "to": .count, "lastSeen": .time]
            ),
            "Orchestration": .object(whole),
            "Ruled": .map(.anything).about("A component that rules describe."),
            "StatusBody": .object(["status": .exactly("success"), "data": .named("Orchestration")]),
            "HealthBody": .object([
                "status": .exactly("success"),
                "data": .object(sums.merging(["lastUpdate": .time]) { first, _ in first }),
            ]),
            "ComponentBody": .object([
                "status": .exactly("success"), "timestamp": .time,
                "data": .either(
                    .named("Sentinel"),
                    .named("Watchdog"),
                    .named("Executor"),
                    .named("SelfCheck"),
                    .named("Lifecycle"),
                    .named("Ruled")
                ),
            ]),
        ]
    }

    // MARK: Supervision

    private static var supervision: [String: Schema] {
        [
            "Daemon": .object(
                [
                    "name": .string, "want": .oneOf(["up", "down"]),
                    "phase": .oneOf(DaemonPhase.allCases.map(\.rawValue)),
                    "readiness": .oneOf(["unknown", "ready", "unready"]), "since": .time, "restarts": .count,
                    "probes": .list(.anything), "drift": .list(.named("DriftFinding")),
                ],
                optional: [
                    "run": .string, "pid": .integer, "startedAt": .time, "lastExit": .string, "lastExitAt": .time,
                    "nextAttemptAt": .time, "nextDueAt": .time, "reason": .string, "statistics": .map(.anything),
                    "statusText": .string,
                ]
            ),
            "DriftFinding": .object([
                "kind": .oneOf(DriftKind.allCases.map(\.rawValue)), "evidence": .string, "since": .time,
            ]),
            "Plan": .object([
                "against": .oneOf(["running", "nothing"]),
                "daemons": .list(
                    .object([
                        "name": .string, "fate": .oneOf(PlanChange.Fate.allCases.map(\.rawValue)),
                        "changes": .list(
                            .object([
                                "key": .string, "effect": .oneOf(PlanChange.Effect.allCases.map(\.rawValue)),
                                "detail": .string,
                            ])
                        ),
                        "needs": .list(.string),
                    ])
                ),
                "otherSections": .list(.string), "notes": .list(.string),
            ]),
            "UpgradeBody": .object(["program": .string]),
            "Daemons": .object(["daemons": .list(.named("Daemon"))]),
            "Event": .object([
                "sequence": .count, "epoch": .string, "at": .time, "monotonic": .integer, "daemon": .string.orNull,
                "run": .string.orNull, "kind": .oneOf(JournalKind.allCases.map(\.rawValue)),
                "cause": .count.orNull, "text": .string, "detail": .map(.string),
                "position": .named("Position").orNull, "lines": .list(.string),
            ]),
            "Events": .object([
                "events": .list(.named("Event")), "next": .count, "epoch": .string, "pruned": .count,
                "trouble": .string.orNull,
            ]),
            "Why": .object([
                "daemon": .named("Daemon"), "chain": .list(.named("Event")), "deaths": .list(.named("Event")),
                "at": .time, "trouble": .string.orNull,
            ]),
            "Usage": .object([
                "daemons": .list(
                    .object([
                        "name": .string, "processes": .count, "cpuPercent": .number.orNull, "memoryBytes": .count,
                    ])
                )
            ]),
            "OrderAnswer": .object([
                "daemon": .named("Daemon"), "outcome": .oneOf(["done", "unchanged", "failed", "underway"]),
            ]),
            "Acknowledgement": .object(["message": .string]),
            "SignalBody": .object(["signal": .oneOf(Signal.allCases.map(\.rawValue))]),
        ]
    }

    // MARK: The status API

    private static var status: [String: Schema] {
        let listing = Schema.object(["logs": .map(.list(.named("LogEntry"))), "lastUpdate": .time])
        func success(_ data: Schema) -> Schema {
            .object(["status": .exactly("success"), "data": data, "timestamp": .time])
        }
        return [
            "ComponentDaemon": .object([
                "name": .string, "running": .bool, "pid": .string.orNull, "error": .string.orNull, "lastCheck": .time,
            ]),
            "ComponentDaemons": .object([
                "daemons": .list(.named("ComponentDaemon")),
                "overallHealth": .oneOf(["healthy", "warning", "critical"]),
                "runningCount": .count, "totalCount": .count, "lastUpdate": .time,
            ]),
            "LogEntry": .object(
                ["timestamp": .time, "message": .string, "type": .oneOf(ComponentKind.allCases.map(\.rawValue))],
                optional: ["error": .bool]
            ),
            "LogListing": listing,
            "ComponentDaemonBody": success(.named("ComponentDaemon")),
            "ComponentDaemonsBody": success(.named("ComponentDaemons")),
            "LogListingBody": success(.named("LogListing")),
            "CombinedBody": .object([
                "status": .exactly("success"),
                "data": .object([
                    "daemons": .named("ComponentDaemons"), "logs": .named("LogListing"), "timestamp": .time,
                ]),
            ]),
        ]
    }

    // MARK: Lines

    private static var logs: [String: Schema] {
        [
            "LogLine": .object(
                [
                    "cursor": .string, "file": .string, "generation": .integer, "offset": .count,
                    "timestamp": .time.orNull, "level": .oneOf(LogLevel.allCases.map(\.rawValue)).orNull,
                    "daemon": .string.orNull, "component": .string.orNull, "message": .string,
                ],
                optional: ["omittedBytes": .count, "isContext": .bool, "capturedAt": .time]
            ),
            "LogPage": .object(
                [
                    "lines": .list(.named("LogLine")), "before": .string.orNull, "after": .string,
                    "partial": .object(["reason": .oneOf(["bytes", "time", "text"]), "scannedBytes": .count]).orNull,
                    "notices": .list(.string),
                ],
                optional: ["gap": .object(["lines": .count.orNull, "reason": .string])]
            ),
            "RecentLogs": .list(
                .object(
                    [
                        "timestamp": .time, "level": .oneOf(["info", "warning", "error", "debug"]), "message": .string,
                        "metadata": .object(
                            ["file": .string, "generation": .integer, "offset": .count],
                            optional: ["component": .string]
                        ),
                    ],
                    optional: ["daemon": .string]
                )
            ),
        ]
    }
}
