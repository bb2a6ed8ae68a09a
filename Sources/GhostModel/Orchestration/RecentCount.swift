/// How often something happened in recent time, beside the total that a component object carries.
///
/// A window ends with the present second, minute or hour and holds the 59, 59 or 23 before it: it is exact to one of
/// them. In JSON it is three fields, named as the total with `1m`, `1h` and `24h` behind it.
public struct RecentCount: Equatable, Sendable {
    /// The last 60 seconds.
    public var minute: Int
    /// The last 60 minutes.
    public var hour: Int
    /// The last 24 hours.
    public var day: Int

    public init(minute: Int = 0, hour: Int = 0, day: Int = 0) {
        self.minute = minute
        self.hour = hour
        self.day = day
    }

    public static func + (left: RecentCount, right: RecentCount) -> RecentCount {
        RecentCount(minute: left.minute + right.minute, hour: left.hour + right.hour, day: left.day + right.day)
    }
}

/// The name of a total with that of a window behind it.
private struct RecentKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ total: String, _ window: String) { stringValue = total + window }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Encoder {
    /// Writes the windows of the total that is called `name`.
    func encode(_ recent: RecentCount, of name: some CodingKey) throws {
        var container = container(keyedBy: RecentKey.self)
        try container.encode(recent.minute, forKey: RecentKey(name.stringValue, "1m"))
        try container.encode(recent.hour, forKey: RecentKey(name.stringValue, "1h"))
        try container.encode(recent.day, forKey: RecentKey(name.stringValue, "24h"))
    }
}

extension Decoder {
    /// Reads the windows of the total that is called `name`; absent ones are zero.
    func recent(of name: some CodingKey) throws -> RecentCount {
        let container = try container(keyedBy: RecentKey.self)
        func count(_ window: String) throws -> Int {
            try container.decodeIfPresent(Int.self, forKey: RecentKey(name.stringValue, window)) ?? 0
        }
        return RecentCount(minute: try count("1m"), hour: try count("1h"), day: try count("24h"))
    }
}
