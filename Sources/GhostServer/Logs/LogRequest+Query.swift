import GhostModel
import Hummingbird
import HummingbirdCore

extension LogRequest {
    /// The parameters of `/api/v1/logs`.
    static let parameters = [
        "daemon", "component", "level", "since", "until", "text", "regex", "limit", "context", "before", "after",
    ]
    /// The parameters of `/api/v1/logs/stream`.
    static let streamParameters = [
        "daemon", "component", "level", "since", "text", "regex", "cursor", "lastEventId",
    ]

    /// Reads a query; whatever is not understood is a problem, because a filter that is ignored would be a lie.
    init(_ query: FlatDictionary<Substring, Substring>, known: [String], now: Timestamp) throws {
        self.init()
        for (key, _) in query where !known.contains(String(key)) {
            let shown = JournalLimits.cut(String(key), to: 32)
            throw Problem.badQuery("There is no parameter \"\(shown)\"; there are \(known.joined(separator: ", ")).")
        }
        daemons = Self.names(query[values: "daemon"])
        components = Self.names(query[values: "component"])
        if let text = query["level"] {
            guard let level = LogLevel(rawValue: text.lowercased()) else {
                let levels = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem.badQuery("level is one of \(levels).")
            }
            self.level = level
        }
        since = try query["since"].map { try Self.instant($0, "since", now) }
        until = try query["until"].map { try Self.instant($0, "until", now) }
        text = query["text"].flatMap { $0.isEmpty ? nil : String($0) }
        regex = query["regex"].flatMap { $0.isEmpty ? nil : String($0) }
        limit = try Self.number(query["limit"], "limit", 1...Self.mostLines) ?? limit
        context = try Self.number(query["context"], "context", 0...Self.mostContext) ?? context
        entry = try Self.entry(before: query["before"], after: query["after"])
    }

    private static func names(_ values: [Substring]) -> [String] {
        values.flatMap { $0.split(separator: ",").map(String.init) }
    }

    private static func entry(before: Substring?, after: Substring?) throws -> Entry {
        switch (before, after) {
        case (nil, nil), ("end", nil): .newest
        case (nil, "start"): .oldest
        case (let before?, nil): .before(String(before))
        case (nil, let after?): .after(String(after))
        case (_?, _?): throw Problem.badQuery("Give before or after, not both.")
        }
    }

    /// An instant as people write it: a time of RFC 3339, or how long ago.
    private static func instant(_ text: Substring, _ name: String, _ now: Timestamp) throws -> Timestamp {
        // A plus sign that was not escaped has become a space.
        if let time = Timestamp(rfc3339: String(text.map { $0 == " " ? "+" : $0 })) ?? Timestamp(rfc3339: text) {
            return time
        }
        if let ago = Duration(configurationText: text) { return now.advanced(by: .zero - ago) }
        throw Problem.badQuery("\(name) is a time such as 2026-11-22T16:00:00Z, or how long ago, such as 10m.")
    }

    private static func number(_ text: Substring?, _ name: String, _ range: ClosedRange<Int>) throws -> Int? {
        guard let text else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw Problem.badQuery("\(name) is a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }
}

extension Problem {
    /// The problem that a refusal of lines is.
    init(lines refusal: LogRefusal) {
        switch refusal {
        case .unknownDaemon(let name, let nearest):
            self.init(ControlRefusal.unknownDaemon(name, nearest: nearest))
        case .unknownComponent(let name, let nearest):
            let shown = JournalLimits.cut(name, to: 64)
            let detail = "There is no component \"\(shown)\"" + (nearest.map { "; did you mean \"\($0)\"?" } ?? ".")
            self.init(status: .notFound, title: "Unknown component", detail: detail)
        case .badExpression(let reason):
            self.init(
                status: .badRequest,
                title: "Wrong expression",
                detail: "regex cannot be used: \(JournalLimits.cut(reason, to: 512))"
            )
        case .badCursor:
            self = .badQuery("A cursor is what an answer of this server gave as before, after or cursor of a line.")
        case .busy:
            self.init(
                status: .serviceUnavailable,
                title: "Busy",
                detail: "Too many searches are underway; ask again.",
                headers: [.retryAfter: "1"]
            )
        }
    }
}
