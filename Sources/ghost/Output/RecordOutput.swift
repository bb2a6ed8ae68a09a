import GhostLogs
import GhostModel

/// Writes records as lines: as JSON for programs, or for people.
struct RecordOutput {
    /// What is written for a record.
    enum Form {
        case json
        case text(color: Bool)
    }

    private let form: Form
    private let parser: LineParser
    /// The file's name, written in a column of its own before each record; nil if there is only one.
    private let prefix: String?
    private let file: String
    private var output = JSONBytes()
    /// Says the zone of times that name none; nil to leave them as they are.
    var clock: ZoneClock?

    /// - Parameter prefixWidth: how many columns the longest name of a file takes; nil if there is only one file.
    init(_ form: Form, parser: LineParser, file: String, prefixWidth: Int?) {
        self.form = form
        self.parser = parser
        self.file = file
        prefix = prefixWidth.map { width in
            let shown = Printable.line(file)
            return shown + String(repeating: " ", count: max(0, width - Columns.count(of: shown)) + 2)
        }
    }

    mutating func write(_ record: LogRecord) {
        let time = record.parsed.time.map { clock?.zoned($0) ?? $0 }
        switch form {
        case .json: writeJSON(record, time)
        case .text(let color): writeText(record, time, color: color)
        }
        output.flushIfFull()
    }

    mutating func finish() { output.flush() }

    private mutating func writeJSON(_ record: LogRecord, _ time: LineTime?) {
        output.add("{\"file\":" as StaticString)
        output.add(quoted: file)
        output.add(",\"offset\":\(record.offset),\"timestamp\":")
        if let time { output.add(quoted: time.text) } else { output.add("null" as StaticString) }
        output.add(",\"zone\":" as StaticString)
        if let zone = time?.zoneText {
            output.add(quoted: zone)
        } else {
            output.add("null" as StaticString)
        }
        output.add(",\"level\":" as StaticString)
        if let level = record.parsed.level {
            output.add(quoted: level.rawValue)
        } else {
            output.add("null" as StaticString)
        }
        output.add(",\"format\":" as StaticString)
        output.add(quoted: record.parsed.format.rawValue)
        if let inner = record.parsed.inner {
            output.add(",\"inner\":" as StaticString)
            output.add(quoted: inner.rawValue)
        }
        output.add(",\"message\":" as StaticString)
        output.add(quoted: record.message)
        output.add(",\"fields\":{" as StaticString)
        writeFields(record.fields(parser))
        output.add("}}\n" as StaticString)
    }

    /// A name that occurs again gets its number behind it: names in an object must differ.
    private mutating func writeFields(_ fields: [LineField]) {
        var occurrences: [String: Int] = [:]
        for (index, field) in fields.enumerated() {
            if index > 0 { output.add("," as StaticString) }
            let number = fields.count > 1 ? occurrences[field.name, default: 0] + 1 : 1
            if fields.count > 1 { occurrences[field.name] = number }
            output.add(quoted: number == 1 ? field.name : "\(field.name)#\(number)")
            output.add(":" as StaticString)
            output.add(quoted: field.value)
        }
    }

    /// The width of a time with milliseconds and an offset, and of the longest level.
    private static let timeWidth = 29
    private static let levelWidth = 7

    private mutating func writeText(_ record: LogRecord, _ time: LineTime?, color: Bool) {
        if let prefix { output.add(prefix) }
        let shown = time?.text ?? "-"
        output.add(shown)
        pad(shown.utf8.count, to: Self.timeWidth)
        let level = record.parsed.level?.rawValue ?? "-"
        output.add(color ? record.parsed.level?.style.applied(to: level) ?? level : level)
        pad(level.utf8.count, to: Self.levelWidth)
        output.add(Printable.text(record.message, indentation: "    "))
        output.add("\n" as StaticString)
    }

    private mutating func pad(_ count: Int, to width: Int) {
        output.add(String(repeating: " ", count: max(0, width - count) + 2))
    }
}

extension LogLevel {
    fileprivate var style: Style {
        switch self {
        case .trace, .debug: .dim
        case .info: .good
        case .warning: .warning
        case .error, .fatal: .bad
        }
    }
}
