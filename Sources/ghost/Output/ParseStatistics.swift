import GhostLogs
import GhostModel

/// What `ghost parse --stats` prints: how many records of which form and level, and how fast.
struct ParseStatistics {
    private let tally: RecordTally
    private let seconds: Double

    init(_ tally: RecordTally, took: Duration) {
        self.tally = tally
        seconds = took / .seconds(1)
    }

    func rendered(color: Bool) -> String {
        var facts = [
            ("records", "\(tally.records)"),
            ("lines", "\(tally.lines)"),
            ("bytes", "\(tally.bytes)"),
            ("seconds", decimal(seconds, 3)),
            ("MB/s", decimal(seconds > 0 ? Double(tally.bytes) / seconds / 1e6 : 0, 1)),
            ("without time", share(tally.recordsWithoutTime)),
            ("without level", share(tally.recordsWithoutLevel)),
        ]
        if tally.omittedLines > 0 { facts.append(("lines left out", "\(tally.omittedLines)")) }
        var parts = [
            facts.map { name, value in
                let padded = name + String(repeating: " ", count: 16 - name.count)
                return (color ? Style.dim.applied(to: padded) : padded) + value
            }.joined(separator: "\n")
        ]
        if tally.records > 0 {
            parts.append(
                table("FORMAT", tally.byFormat.map { ($0.format.rawValue, $0.records) }).rendered(color: color)
            )
        }
        if !tally.byLevel.isEmpty {
            parts.append(table("LEVEL", tally.byLevel.map { ($0.level.rawValue, $0.records) }).rendered(color: color))
        }
        return parts.joined(separator: "\n\n")
    }

    private func table(_ name: String, _ rows: [(name: String, records: Int)]) -> Table {
        var table = Table(name, "RECORDS", "SHARE")
        for row in rows { table.add(.init(row.name, .accent), .init("\(row.records)"), .init(percent(row.records))) }
        return table
    }

    private func share(_ records: Int) -> String { "\(records) (\(percent(records)))" }

    /// A share is never rounded up to all, nor down to nothing.
    private func percent(_ records: Int) -> String {
        guard tally.records > 0 else { return "0.0 %" }
        let percent = Double(records) / Double(tally.records) * 100
        if records > 0, percent < 0.1 { return "< 0.1 %" }
        if records < tally.records, percent > 99.9 { return "> 99.9 %" }
        return "\(decimal(percent, 1)) %"
    }

    private func decimal(_ value: Double, _ digits: Int) -> String {
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let units = Int((min(value, 1e12) * Double(scale)).rounded())
        let rest = String(units % scale)
        return "\(units / scale).\(String(repeating: "0", count: digits - rest.count))\(rest)"
    }
}
