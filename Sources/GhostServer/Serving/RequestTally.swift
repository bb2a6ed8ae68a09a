import Synchronization

/// Counts requests by what they asked for and how they were answered.
///
/// Bounded: routes fall into classes, and so do codes that are not expected.
public final class RequestTally: Sendable {
    /// What requests ask for.
    enum Route: Int, CaseIterable, Sendable {
        case status
        case health
        case component
        case stream
        case statusAPI
        case control
        case page
        case machine

        /// The class of a path.
        init(path: String) {
            switch path {
            case "/api/orchestrator/status": self = .status
            case "/api/orchestrator/health": self = .health
            case "/api/orchestrator/stream": self = .stream
            case "/healthz", "/readyz", "/metrics": self = .machine
            default:
                if path.hasPrefix("/api/orchestrator/") {
                    self = .component
                } else if path.hasPrefix("/api/v1/") {
                    self = .control
                } else if path.hasPrefix("/api/") {
                    self = .statusAPI
                } else {
                    self = .page
                }
            }
        }

        /// As the metrics name it.
        var name: String {
            switch self {
            case .status: "status"
            case .health: "health"
            case .component: "component"
            case .stream: "stream"
            case .statusAPI: "status_api"
            case .control: "v1"
            case .page: "other"
            case .machine: "machine"
            }
        }
    }

    /// The codes that are counted by themselves; all others are counted as 0.
    static let codes = [200, 202, 304, 400, 401, 403, 404, 405, 408, 409, 413, 422, 429, 431, 500, 501, 503]

    private let counts = Mutex([Int](repeating: 0, count: Route.allCases.count * (codes.count + 1)))

    init() {}

    func count(_ route: Route, _ code: Int) {
        let column = Self.codes.firstIndex(of: code).map { $0 + 1 } ?? 0
        counts.withLock { $0[route.rawValue * (Self.codes.count + 1) + column] += 1 }
    }

    /// What was counted, without zeros.
    var entries: [(route: Route, code: Int, count: Int)] {
        let counts = counts.withLock { $0 }
        return Route.allCases.flatMap { route in
            ([0] + Self.codes).enumerated().compactMap { column, code in
                let count = counts[route.rawValue * (Self.codes.count + 1) + column]
                return count > 0 ? (route, code, count) : nil
            }
        }
    }
}
