public import Foundation

/// What a client of the stream makes of its text: the reducer of the protocol.
public struct StreamClient {
    /// The `data` of the status, as far as it is known.
    public private(set) var data: [String: Any] = [:]
    /// The id of the newest event that has one.
    public private(set) var lastID: String?
    /// The sequences of what was told to have happened.
    public private(set) var events: [Int] = []
    /// The names of the events that came, in their order.
    public private(set) var names: [String] = []
    private var rest = ""

    private static let components = ["sentinel", "watchdog", "executor", "selfcheck", "lifecycle"]

    /// Creates a client that knows nothing.
    public init() {}

    /// Takes text in; it may be cut anywhere between two characters.
    public mutating func take(_ text: String) throws {
        rest += text
        while let end = rest.range(of: "\n\n") {
            try takeBlock(String(rest[..<end.lowerBound]))
            rest = String(rest[end.upperBound...])
        }
    }

    private mutating func takeBlock(_ block: String) throws {
        var fields: [String: String] = [:]
        for line in block.split(separator: "\n", omittingEmptySubsequences: true) {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { continue }
            fields[String(line[..<colon])] = line[line.index(after: colon)...].drop { $0 == " " }.description
        }
        if let id = fields["id"] { lastID = id }
        guard let name = fields["event"], let text = fields["data"] else { return }
        names.append(name)
        let body = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
        switch name {
        case "snapshot": data = body["data"] as? [String: Any] ?? [:]
        case "change": try takeChange(body)
        default: break
        }
    }

    private mutating func takeChange(_ change: [String: Any]) throws {
        guard let from = change["from"] as? Int, let known = data["sequence"] as? Int, from <= known else {
            throw TestFailure(
                "a change follows \(change["from"] ?? "nothing"), known is \(data["sequence"] ?? "nothing")"
            )
        }
        for (key, value) in change["data"] as? [String: Any] ?? [:] { data[key] = value }
        var nested = data["orchestration"] as? [String: Any] ?? [:]
        for (key, value) in change["components"] as? [String: Any] ?? [:] {
            data[key] = value
            nested[key] = value
        }
        nested["lastUpdate"] = data["lastUpdate"]
        data["orchestration"] = nested
        let new = (change["events"] as? [[String: Any]] ?? []).compactMap { $0["sequence"] as? Int }
        guard new.allSatisfy({ $0 > events.last ?? 0 }) else { throw TestFailure("events repeat: \(events) \(new)") }
        events += new
    }

    /// The state without the times that are those of looking and answering.
    public var timeless: NSDictionary { Self.timeless(data) }

    /// The `data` of a status body, likewise.
    public static func timeless(status body: [UInt8]) throws -> NSDictionary {
        let object = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
        return timeless(object?["data"] as? [String: Any] ?? [:])
    }

    private static func timeless(_ data: [String: Any]) -> NSDictionary {
        var data = data
        data["timestamp"] = nil
        data["lastUpdate"] = nil
        var nested = data["orchestration"] as? [String: Any] ?? [:]
        nested["lastUpdate"] = nil
        for name in components {
            var component = data[name] as? [String: Any] ?? [:]
            component["lastCheck"] = nil
            data[name] = component
            var inner = nested[name] as? [String: Any] ?? [:]
            inner["lastCheck"] = nil
            nested[name] = inner
        }
        data["orchestration"] = nested
        return data as NSDictionary
    }
}
