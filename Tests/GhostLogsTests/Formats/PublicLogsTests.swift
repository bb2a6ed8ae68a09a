import Foundation
import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

/// Compares what is read with the structured truth of public logs, where they are at hand.
@Suite(.enabled(if: PublicLog.isAvailable))
struct PublicLogsTests {
    @Test(arguments: PublicLog.all)
    func timesAndLevels_agreeWithTheTruth(log: PublicLog) throws {
        var parser = LineParser(latest: readingInstant)
        let lines = try log.lines()
        let rows = try log.truth()
        #expect(lines.count == rows.count)
        var agreeing = 0
        var firstDifference: String?
        for (line, row) in zip(lines, rows) {
            let bytes = Array(line.utf8)
            let parsed = parser.parse(bytes.span)
            let time = parsed.time?.text ?? "none"
            let isTime = time.hasSuffix(log.time(row))
            let isLevel = log.level(row).map { $0 == parsed.level?.rawValue } ?? true
            if isTime && isLevel {
                agreeing += 1
            } else {
                firstDifference = firstDifference ?? "\(line) → \(time) \(String(describing: parsed.level))"
            }
        }
        let share = Double(agreeing) / Double(rows.count) * 100
        print("\(log.name): \(share) % of \(rows.count) lines agree")
        #expect(share >= 99.5, "\(firstDifference ?? "")")
    }
}

/// A public log with its structured truth beside it.
struct PublicLog: Sendable, CustomTestStringConvertible {
    var name: String
    /// The time of a row as RFC 3339 without a zone; without its year where the log has none.
    var time: @Sendable ([String: String]) -> String
    /// The level of a row in the words of Ghost; nil if the log has none.
    var level: @Sendable ([String: String]) -> String? = { _ in nil }

    var testDescription: String { name }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../../shared/testdata/loghub").standardizedFileURL

    static var isAvailable: Bool { FileManager.default.fileExists(atPath: folder.path) }

    func lines() throws -> [String] {
        let text = String(decoding: try Data(contentsOf: Self.folder.appending(path: "\(name)_2k.log")), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).map(String.init)
    }

    func truth() throws -> [[String: String]] {
        let file = Self.folder.appending(path: "\(name)_2k.log_structured.csv")
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        let rows = text.split(whereSeparator: \.isNewline).map { Self.cells(String($0)) }
        guard let header = rows.first else { return [] }
        return rows.dropFirst().map { Dictionary(zip(header, $0), uniquingKeysWith: { first, _ in first }) }
    }

    /// The cells of a row; quotes may be around some, and doubled inside.
    private static func cells(_ row: String) -> [String] {
        var cells = [""]
        var isQuoted = false
        for character in row {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: cells.append("")
            default: cells[cells.count - 1].append(character)
            }
        }
        return cells
    }

    private static let words = [
        "INFO": "info", "WARN": "warning", "ERROR": "error", "notice": "info", "error": "error",
    ]

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func two(_ text: some StringProtocol) -> String { (text.count < 2 ? "0" : "") + String(text) }

    private static func month(_ name: some StringProtocol) -> String {
        two("\((months.firstIndex(of: String(name)) ?? -1) + 1)")
    }

    private static func slice(_ text: String, _ range: Range<Int>) -> String {
        String(decoding: Array(text.utf8)[range], as: UTF8.self)
    }

    static let all: [PublicLog] = [
        PublicLog(
            name: "Apache",
            time: { row in
                let parts = (row["Time"] ?? "").split(separator: " ")
                return "\(parts[4])-\(month(parts[1]))-\(two(parts[2]))T\(parts[3])"
            },
            level: { words[$0["Level"] ?? ""] }
        ),
        PublicLog(
            name: "HDFS",
            time: { row in
                let (date, time) = (row["Date"] ?? "", row["Time"] ?? "")
                let day = "20\(slice(date, 0..<2))-\(slice(date, 2..<4))-\(slice(date, 4..<6))"
                return "\(day)T\(slice(time, 0..<2)):\(slice(time, 2..<4)):\(slice(time, 4..<6))"
            },
            level: { words[$0["Level"] ?? ""] }
        ),
        PublicLog(name: "HealthApp", time: { row in healthAppTime(row["Time"] ?? "") }),
        PublicLog(
            name: "Linux",
            time: { "-\(month($0["Month"] ?? ""))-\(two($0["Date"] ?? ""))T\($0["Time"] ?? "?")" }
        ),
        PublicLog(
            name: "Mac",
            time: { "-\(month($0["Month"] ?? ""))-\(two($0["Date"] ?? ""))T\($0["Time"] ?? "?")" }
        ),
        PublicLog(
            name: "OpenSSH",
            time: { "-\(month($0["Date"] ?? ""))-\(two($0["Day"] ?? ""))T\($0["Time"] ?? "?")" }
        ),
        PublicLog(
            name: "Spark",
            time: { "20\(($0["Date"] ?? "").replacing("/", with: "-"))T\($0["Time"] ?? "?")" },
            level: { words[$0["Level"] ?? ""] }
        ),
        PublicLog(
            name: "Zookeeper",
            time: { row in
                let time = "\(row["Date"] ?? "")T\((row["Time"] ?? "?").replacing(",", with: "."))"
                return time.hasSuffix(".000") ? String(time.dropLast(4)) : time
            },
            level: { words[$0["Level"] ?? ""] }
        ),
    ]

    /// `20171223-22:53:7:6`.
    private static func healthAppTime(_ text: String) -> String {
        let parts = text.dropFirst(9).split(separator: ":")
        let day = "\(slice(text, 0..<4))-\(slice(text, 4..<6))-\(slice(text, 6..<8))"
        let milliseconds = Int(parts[3]) ?? -1
        let fraction = milliseconds == 0 ? "" : ".\(String("\(1000 + milliseconds)".dropFirst()))"
        return "\(day)T\(two(parts[0])):\(two(parts[1])):\(two(parts[2]))\(fraction)"
    }
}
