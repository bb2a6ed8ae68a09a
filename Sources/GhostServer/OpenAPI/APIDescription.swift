import GhostModel

/// All routes in one table; a test holds it against the router, in both directions.
enum APIDescription {
    private typealias Parameter = DescribedRoute.Parameter

    static var routes: [DescribedRoute] { orchestrator + status + logs + supervision + about }

    private static let wait = Parameter(
        name: "wait",
        schema: .wait,
        about: "How long to wait, such as 10s; at most 1m."
    )

    // MARK: The table

    private static var orchestrator: [DescribedRoute] {
        [
            DescribedRoute(
                path: "/api/orchestrator/status",
                summary: "The five components, their sum, and why",
                gives: [200: .json("StatusBody")]
            ),
            DescribedRoute(
                path: "/api/orchestrator/health",
                summary: "How healthy everything is, and why",
                gives: [200: .json("HealthBody")]
            ),
            DescribedRoute(
                path: "/api/orchestrator/component/{name}",
                summary: "One component",
                parameters: [DescribedRoute.name("One of the five, or one that rules describe.")],
                gives: [200: .json("ComponentBody")],
                refuses: [404]
            ),
            DescribedRoute(
                path: "/api/orchestrator/stream",
                summary: "The state, then each change of it: events snapshot, change and gap",
                parameters: [
                    Parameter(name: "lastEventId", schema: .string, about: "Where to go on, EPOCH-SEQUENCE."),
                    Parameter(name: "Last-Event-ID", place: .header, schema: .string, about: "The same."),
                ],
                gives: [200: .events]
            ),
            DescribedRoute(
                path: "/api/v1/errors",
                summary: "What went wrong in all components, grouped, the most recent first",
                parameters: [
                    Parameter(name: "component", schema: .string, about: "Only errors of this component."),
                    Parameter(
                        name: "category",
                        schema: .oneOf(ErrorCategory.allCases.map(\.rawValue)),
                        about: "Only errors of this kind."
                    ),
                ],
                gives: [200: .json("ErrorListing")],
                refuses: [404]
            ),
        ]
    }

    private static var status: [DescribedRoute] {
        let type = Parameter(
            name: "type",
            schema: .oneOf(["all", "errors"] + ComponentKind.allCases.map(\.rawValue)),
            about: "Which logs."
        )
        return [
            DescribedRoute(path: "/api/health", summary: "That Ghost answers", gives: [200: .json("Liveness")]),
            DescribedRoute(
                path: "/api/status",
                summary: "The components and their last lines",
                gives: [200: .json("CombinedBody")]
            ),
            DescribedRoute(
                path: "/api/status/daemons",
                summary: "The components under the original's names",
                gives: [200: .json("ComponentDaemonsBody")]
            ),
            DescribedRoute(
                path: "/api/status/daemon/{name}",
                summary: "One component under the original's name",
                parameters: [DescribedRoute.name("Such as ghostWatchdogLoop.")],
                gives: [200: .json("ComponentDaemonBody")],
                refuses: [404]
            ),
            DescribedRoute(
                path: "/api/daemon-status",
                summary: "The components under the original's names, without an envelope",
                gives: [200: .json("ComponentDaemons")]
            ),
            DescribedRoute(
                path: "/api/logs",
                summary: "The last lines of the component logs",
                parameters: [
                    type,
                    Parameter(name: "lines", schema: .integer(1...10_000, usually: 50), about: "How many of each log."),
                ],
                gives: [200: .json("LogListingBody")]
            ),
            DescribedRoute(
                path: "/api/logs/stream",
                summary: "The last lines of the component logs, then those that are written",
                parameters: [
                    type,
                    Parameter(
                        name: "lines",
                        schema: .integer(1...5000, usually: 10),
                        about: "How many of each log first."
                    ),
                ],
                gives: [200: .events]
            ),
            DescribedRoute(
                path: "/api/recent-logs",
                summary: "The newest lines of all logs",
                parameters: [Parameter(name: "daemon", schema: .string, about: "Only its lines; a component counts.")],
                gives: [200: .json("RecentLogs")],
                refuses: [404]
            ),
        ]
    }

    private static var filters: [Parameter] {
        [
            Parameter(name: "daemon", schema: .string, about: "Names of daemons, with commas between them."),
            Parameter(name: "component", schema: .string, about: "Names of components, with commas between them."),
            Parameter(
                name: "level",
                schema: .oneOf(LogLevel.allCases.map(\.rawValue)),
                about: "Only lines at least this bad; a line that does not say counts as information."
            ),
            Parameter(
                name: "since",
                schema: .instant,
                about: "Only lines from this time on: of RFC 3339, or how long ago, such as 10m."
            ),
            Parameter(name: "text", schema: .string, about: "Only lines that contain this; case does not matter."),
            Parameter(name: "regex", schema: .string, about: "Only lines that match this expression."),
        ]
    }

    private static var logs: [DescribedRoute] {
        [
            DescribedRoute(
                path: "/api/v1/logs",
                summary: "Lines of all logs, merged by time, in pages",
                parameters: filters + [
                    Parameter(name: "until", schema: .instant, about: "Only lines before this time, written as since."),
                    Parameter(
                        name: "limit",
                        schema: .integer(1...LogRequest.mostLines, usually: 200),
                        about: "How many lines at most."
                    ),
                    Parameter(
                        name: "context",
                        schema: .integer(0...LogRequest.mostContext, usually: 0),
                        about: "How many lines around each are shown with it."
                    ),
                    Parameter(name: "before", schema: .string, about: "A cursor: lines before it. \"end\" is the end."),
                    Parameter(
                        name: "after",
                        schema: .string,
                        about: "A cursor: lines behind it. \"start\" is the start."
                    ),
                ],
                gives: [200: .json("LogPage")],
                refuses: [404]
            ),
            DescribedRoute(
                path: "/api/v1/logs/stream",
                summary: "Lines as they are written: events lines and gap",
                parameters: filters + [
                    Parameter(name: "cursor", schema: .string, about: "Where to go on; the present end by default."),
                    Parameter(
                        name: "lastEventId",
                        schema: .string,
                        about: "The same, for clients that cannot set headers."
                    ),
                    Parameter(name: "Last-Event-ID", place: .header, schema: .string, about: "Where to go on."),
                ],
                gives: [200: .events],
                refuses: [404]
            ),
            DescribedRoute(
                path: "/api/v1/daemons",
                summary: "The supervised daemons",
                parameters: [wait],
                gives: [200: .json("Daemons")]
            ),
            DescribedRoute(
                path: "/api/v1/daemons/{name}",
                summary: "One daemon",
                parameters: [DescribedRoute.name("Of the daemon.")],
                gives: [200: .json("Daemon")],
                refuses: [404]
            ),
        ]
    }

    private static var supervision: [DescribedRoute] {
        let name = DescribedRoute.name("Of the daemon.")
        let orders = [
            ("start", "Wants a daemon up"), ("stop", "Wants a daemon down"),
            ("restart", "Ends a daemon and starts it again"),
        ].map { verb, summary in
            DescribedRoute(
                method: .post,
                path: "/api/v1/daemons/{name}/\(verb)",
                server: .supervision,
                summary: summary,
                parameters: [name, wait],
                gives: [200: .json("OrderAnswer"), 202: .json("OrderAnswer")],
                refuses: [404, 409, 413, 415, 501]
            )
        }
        return orders + [
            DescribedRoute(
                method: .post,
                path: "/api/v1/daemons/{name}/signal",
                server: .supervision,
                summary: "Sends a signal to a daemon",
                parameters: [name, wait],
                accepts: "SignalBody",
                gives: [200: .json("OrderAnswer"), 202: .json("OrderAnswer")],
                refuses: [404, 409, 413, 415, 501]
            ),
            DescribedRoute(
                path: "/api/v1/plan",
                server: .supervision,
                summary: "What taking over the configuration as it is now would lead to",
                gives: [200: .json("Plan")],
                refuses: [422, 501]
            ),
            DescribedRoute(
                method: .post,
                path: "/api/v1/upgrade",
                server: .supervision,
                way: .socket,
                summary: "Goes on in another program while every daemon stays as it is; over the control socket only",
                accepts: "UpgradeBody",
                gives: [202: .json("Acknowledgement")],
                refuses: [400, 403, 409, 413, 415, 422, 501]
            ),
            DescribedRoute(
                method: .post,
                path: "/api/v1/reload",
                server: .supervision,
                summary: "Takes over the configuration as it is now",
                gives: [200: .json("Acknowledgement")],
                refuses: [409, 415, 422, 501]
            ),
            DescribedRoute(
                method: .post,
                path: "/api/v1/shutdown",
                server: .supervision,
                summary: "Stops everything",
                gives: [202: .json("Acknowledgement")],
                refuses: [415]
            ),
            DescribedRoute(
                path: "/api/v1/daemons/{name}/why",
                server: .supervision,
                summary: "What led to a daemon's state",
                parameters: [name],
                gives: [200: .json("Why")],
                refuses: [404]
            ),
            DescribedRoute(
                path: "/api/v1/events",
                server: .supervision,
                summary: "What happened, oldest first",
                parameters: [
                    Parameter(name: "after", schema: .sequence, about: "Only events behind this sequence."),
                    Parameter(name: "daemon", schema: .string, about: "Only events of this daemon."),
                    Parameter(
                        name: "limit",
                        schema: .integer(1...JournalLimits.eventsPerAnswer, usually: 100),
                        about: "How many at most."
                    ),
                    wait,
                ],
                gives: [200: .json("Events")],
                refuses: [404]
            ),
            DescribedRoute(
                path: "/api/v1/usage",
                server: .supervision,
                summary: "What the daemons use",
                gives: [200: .json("Usage")]
            ),
        ]
    }

    private static var about: [DescribedRoute] {
        [
            DescribedRoute(path: "/openapi.json", summary: "This description", gives: [200: .document]),
            DescribedRoute(path: "/healthz", summary: "That this process answers", gives: [200: .json("Alive")]),
            DescribedRoute(
                path: "/readyz",
                summary: "Whether the state is there and followed",
                gives: [200: .json("Ready"), 503: .json("NotReady")]
            ),
            DescribedRoute(path: "/metrics", summary: "Figures for Prometheus", gives: [200: .text]),
        ]
    }

    // MARK: The document

    /// The description as OpenAPI 3.1.
    static func document(version: String, isSupervising: Bool) -> JSONValue {
        var paths: [String: JSONValue] = [:]
        for route in routes where isSupervising || route.server != .supervision {
            var methods: [String: JSONValue] = [:]
            if case .object(let known)? = paths[route.path] { methods = known }
            methods[route.method.rawValue] = route.operation
            paths[route.path] = .object(methods)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Ghost",
                "version": .text(version),
                "summary": "Supervises daemons and shows what their logs say.",
                "license": ["name": "Apache 2.0", "identifier": "Apache-2.0"],
            ],
            "paths": .object(paths),
            "components": [
                "schemas": .object(BodySchemas.all.mapValues(\.json)),
                "securitySchemes": [
                    "token": [
                        "type": "http", "scheme": "bearer",
                        "description": "The text of .ghost/token; the control socket needs none.",
                    ]
                ],
            ],
        ]
    }
}
