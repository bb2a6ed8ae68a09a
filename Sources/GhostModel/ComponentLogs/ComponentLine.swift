/// One record of a component log before it is stamped: a text, then ` key=value` fields.
///
/// The forms are those of `docs/formats/component-logs.md`. A line never holds a line end: control characters in the text
/// and in values become spaces or escapes, so that what a daemon or a command says cannot forge a record.
public struct ComponentLine: Sendable, Hashable {
    /// Everything before the fields, with the indicator if it has one.
    public var text: String
    /// The fields in the order they are written.
    public var fields: [Field]
    /// Whether the line starts with a time in brackets.
    ///
    /// Only the governor's `Startup order` does not.
    public var stamp: Stamp

    /// Whether a line starts with its time.
    public enum Stamp: Sendable, Hashable {
        case bracketed
        case none
    }

    /// A key and its value.
    ///
    /// Keys are `[a-z_]+`.
    public struct Field: Sendable, Hashable {
        public var key: String
        public var value: String

        public init(_ key: String, _ value: some CustomStringConvertible) {
            self.key = key
            self.value = value.description
        }
    }

    /// Creates a line.
    public init(_ text: String, _ fields: Field..., stamp: Stamp = .bracketed) {
        self.text = text
        self.fields = fields
        self.stamp = stamp
    }

    /// The line as it is written, with its final line feed.
    public func rendered(at time: Timestamp) -> String {
        var line = stamp == .bracketed ? "[\(time)] " : ""
        Self.appendText(text, to: &line)
        for field in fields {
            line += " \(field.key)="
            Self.appendValue(field.value, to: &line)
        }
        line += "\n"
        return line
    }

    /// Replaces control characters, which could end the record, by spaces.
    private static func appendText(_ text: String, to line: inout String) {
        for scalar in text.unicodeScalars {
            line.unicodeScalars.append(scalar.isControl ? " " : scalar)
        }
    }

    /// Writes a value as logfmt does: bare if it is one plain word, otherwise quoted with `\"`, `\\`, `\n`, `\t`, `\r`.
    private static func appendValue(_ value: String, to line: inout String) {
        let isPlain =
            !value.isEmpty
            && value.unicodeScalars.allSatisfy { $0 > " " && $0 != "\"" && $0 != "=" && $0 != "\\" && !$0.isControl }
        guard !isPlain else {
            line += value
            return
        }
        line += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": line += "\\\""
            case "\\": line += "\\\\"
            case "\n": line += "\\n"
            case "\t": line += "\\t"
            case "\r": line += "\\r"
            case _ where scalar.isControl: line += " "
            default: line.unicodeScalars.append(scalar)
            }
        }
        line += "\""
    }
}

extension ComponentLine {
    /// What a component writes when it had nothing else to say for ``heartbeatInterval``.
    ///
    /// It carries no indicator and none of the words that the original's monitor counts.
    public static func heartbeat(_ fields: Field...) -> ComponentLine {
        var line = ComponentLine("heartbeat", Field("every", "\(heartbeatInterval.wholeMilliseconds / 1000)s"))
        line.fields += fields
        return line
    }

    /// The longest silence of a component of Ghost.
    public static let heartbeatInterval: Duration = .seconds(60)
}

extension Unicode.Scalar {
    /// C0, DEL, C1, and the two separators that some readers take for line ends.
    var isControl: Bool {
        value < 0x20 || (0x7F...0x9F).contains(value) || value == 0x2028 || value == 0x2029
    }
}
