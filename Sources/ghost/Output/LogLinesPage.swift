import GhostModel

/// Shows lines of logs: with the daemon's name before each when there are several.
struct LogLinesPage {
    private let numbers: [String: Int]
    private let width: Int
    private let form: Form

    /// What is shown of a line.
    enum Form {
        /// The line as it was written.
        case plain
        /// The same behind its time.
        case timed
        /// Everything, as the API gives it.
        case json
    }

    /// Prepares a page for the logs of these daemons and components.
    init(names: [String], form: Form) {
        var numbers: [String: Int] = [:]
        for name in names where numbers[name] == nil { numbers[name] = numbers.count }
        self.numbers = numbers
        self.form = form
        width = numbers.keys.map(Columns.count(of:)).max() ?? 0
    }

    func show(_ line: LogLineBody) {
        if form == .json {
            if let bytes = try? JSONText.encode(line) { bytes.withUnsafeBytes(Terminal.write) }
            return
        }
        let name = line.daemon ?? line.component ?? ""
        Terminal.write(prefix(of: name) + (form == .timed ? Self.time(of: line) : "") + line.message + "\n")
    }

    /// In one width, so that lines stand below each other.
    private static func time(of line: LogLineBody) -> String {
        if let time = line.timestamp { return " \(time)  " }
        return line.capturedAt.map { "~\($0)  " } ?? String(repeating: " ", count: 27)
    }

    private func prefix(of name: String) -> String {
        guard numbers.count > 1 else { return "" }
        let padded = name + String(repeating: " ", count: max(0, width - Columns.count(of: name))) + " | "
        let colors: [Style] = [.accent, .good, .warning, .bad]
        return Terminal.hasColor ? colors[(numbers[name] ?? 0) % colors.count].applied(to: padded) : padded
    }
}
