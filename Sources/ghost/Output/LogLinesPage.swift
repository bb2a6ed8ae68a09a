import GhostModel

/// Shows lines of logs: with the daemon's name before each when there are several.
struct LogLinesPage {
    private let numbers: [String: Int]
    private let width: Int
    private let json: Bool

    /// Prepares a page for the logs of these daemons and components.
    init(names: [String], json: Bool) {
        var numbers: [String: Int] = [:]
        for name in names where numbers[name] == nil { numbers[name] = numbers.count }
        self.numbers = numbers
        self.json = json
        width = numbers.keys.map(\.count).max() ?? 0
    }

    func show(_ line: LogLineBody) {
        if json {
            if let bytes = try? JSONText.encode(line) { bytes.withUnsafeBytes(Terminal.write) }
            return
        }
        let name = line.daemon ?? line.component ?? ""
        Terminal.write(prefix(of: name) + line.message + "\n")
    }

    private func prefix(of name: String) -> String {
        guard numbers.count > 1 else { return "" }
        let padded = name + String(repeating: " ", count: max(0, width - name.count)) + " | "
        let colors: [Style] = [.accent, .good, .warning, .bad]
        return Terminal.hasColor ? colors[(numbers[name] ?? 0) % colors.count].applied(to: padded) : padded
    }
}
