/// Text in columns.
struct Table {
    /// A cell: its text, and how it is coloured where colour is shown.
    struct Cell {
        var text: String
        var style: Style?

        init(_ text: String, _ style: Style? = nil) {
            self.text = text
            self.style = style
        }
    }

    private let header: [String]
    private var rows: [[Cell]] = []

    init(_ header: String...) {
        self.header = header
    }

    init(_ header: [String]) {
        self.header = header
    }

    mutating func add(_ cells: Cell...) { rows.append(cells) }

    mutating func add(_ cells: [Cell]) { rows.append(cells) }

    /// The table, two spaces between columns and none at the ends of lines.
    func rendered(color: Bool) -> String {
        let all = [header.map { Cell($0, .dim) }] + rows
        let widths = header.indices.map { column in all.map { Columns.count(of: $0[column].text) }.max() ?? 0 }
        return all.map { row in
            let last = row.lastIndex { !$0.text.isEmpty } ?? 0
            return row.prefix(last + 1).enumerated().map { column, cell in
                let text = color ? cell.style?.applied(to: cell.text) ?? cell.text : cell.text
                let padding = column == last ? 0 : widths[column] - Columns.count(of: cell.text)
                return text + String(repeating: " ", count: padding)
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}

/// How a word is shown on a terminal.
enum Style: Int {
    case good = 32
    case warning = 33
    case bad = 31
    case accent = 36
    case dim = 2

    func applied(to text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }
}
