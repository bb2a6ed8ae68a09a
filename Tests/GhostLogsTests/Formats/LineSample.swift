import GhostModel
import Testing

@testable import GhostLogs

/// A line and what is true of it.
struct LineSample: Sendable, CustomTestStringConvertible {
    var line: String
    var format: LineFormat
    var time: String?
    var level: LogLevel?
    var message: String

    init(_ line: String, _ format: LineFormat, _ time: String?, _ level: LogLevel?, _ message: String) {
        self.line = line
        self.format = format
        self.time = time
        self.level = level
        self.message = message
    }

    var testDescription: String { line }

    /// What the parser says of the line, in the same terms.
    func read(by parser: LineParser = LineParser(latest: readingInstant)) -> LineSample {
        var parser = parser
        let bytes = Array(line.utf8)
        let parsed = parser.parse(bytes.span)
        var text: [UInt8] = []
        parser.appendMessage(of: parsed, in: bytes.span, to: &text)
        return LineSample(line, parsed.format, parsed.time?.text, parsed.level, String(decoding: text, as: UTF8.self))
    }
}

extension LineSample: Equatable {
    static func == (left: LineSample, right: LineSample) -> Bool {
        left.format == right.format && left.time == right.time && left.level == right.level
            && left.message == right.message
    }
}

/// 2026-11-22T21:00:00Z.
let readingInstant = Timestamp(milliseconds: 1_795_381_200_000)
