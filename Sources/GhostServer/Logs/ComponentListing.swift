import GhostModel
import Synchronization

/// Which component logs a listing of the status API is about, and how lines become its entries.
struct ComponentListing: Sendable {
    let kinds: [ComponentKind]
    /// Whether only errors are listed, under one key.
    let isErrors: Bool

    /// Reads the parameter `type`; nil if there is no such type.
    init?(type: String) {
        isErrors = type == "errors"
        if let kind = ComponentKind(rawValue: type) {
            kinds = [kind]
        } else if type == "all" || isErrors {
            kinds = ComponentKind.allCases
        } else {
            return nil
        }
    }

    /// The object of `/api/logs` with these lines.
    ///
    /// - Parameter most: how many entries of one log there are at most, the newest.
    func body(_ lines: [LogLineBody], most: Int, at now: Timestamp) -> LogListing {
        var logs: [String: [LogEntry]] = [:]
        for kind in kinds {
            let own = lines.filter { $0.component == kind.rawValue }.map(\.message)
            let entries = LogEntries.entries(of: own, from: kind, otherwise: now)
            if isErrors {
                logs["errors", default: []] += entries.filter(LogEntries.tellsOfError).map { entry in
                    var entry = entry
                    entry.error = true
                    return entry
                }
            } else {
                logs[kind.rawValue] = Array(entries.suffix(most))
            }
        }
        if isErrors {
            logs["errors"] = (logs["errors"] ?? []).sorted { $0.timestamp > $1.timestamp }.prefix(most).map(\.self)
        }
        return LogListing(logs: logs, lastUpdate: now)
    }
}

extension LogListing {
    /// Whether it lists nothing.
    var isEmpty: Bool { logs.values.allSatisfy(\.isEmpty) }
}

/// Something that is given out once.
final class FirstStep<Value: Sendable>: Sendable {
    private let value: Mutex<Value?>

    init(_ value: Value) {
        self.value = Mutex(value)
    }

    /// The value the first time, nil from then on.
    func take() -> Value? {
        value.withLock { value in
            defer { value = nil }
            return value
        }
    }
}
