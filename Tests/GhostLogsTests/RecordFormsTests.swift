import Foundation
import GhostModel
import Testing

@testable import GhostLogs

/// Every line form of both vocabularies and of Ghost itself: the samples are the tables in `Fixtures`.
struct RecordFormsTests {
    @Test(arguments: Sample.all)
    func line_isReadAsTheTableSays(sample: Sample) {
        #expect(describe(sample.line, as: sample.component) == sample.expected, "\(sample.line)")
    }

    @Test func tables_coverEveryLifecycleKind() {
        let seen = Set(
            Sample.all.filter { $0.component == .lifecycle }.compactMap { $0.expected.split(separator: " ").first }
        )
        for kind in LifecycleRecord.Kind.allCases { #expect(seen.contains("\(kind)"), "\(kind)") }
    }

    private func describe(_ line: String, as component: ComponentKind) -> String {
        var stamps = StampReader()
        let bytes = Array(line.utf8)
        switch stamps.read(bytes.span) {
        case .blank: return "none"
        case .torn: return "damaged"
        case .continuation(let body):
            guard component == .lifecycle, let record = LifecycleRecord(unstamped: bytes.span, body: body) else {
                return "none"
            }
            return describe(record, bytes)
        case .stamped(let time, let body):
            #expect(time == .at("2026-11-22T16:04:01.123Z"))
            let text = String(decoding: bytes[body], as: UTF8.self)
            if text.hasPrefix("heartbeat ") { return "heartbeat" }
            return describe(bytes, body, component)
        }
    }

    private func describe(_ bytes: [UInt8], _ body: Range<Int>, _ component: ComponentKind) -> String {
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        switch component {
        case .sentinel:
            switch SentinelRecord(bytes.span, body: body) {
            case .up(let name, let pid, let drift):
                let list = drift.map { " drift=\(text($0))" } ?? ""
                return "up \(text(name)) pid=\(pid.map { "\($0)" } ?? "none")\(list)"
            case .down(let name, .up): return "down \(text(name))"
            case .down(let name, .down): return "stopped \(text(name))"
            case .error(let name, let reason): return "error \(text(name)) text=\(text(reason))"
            case nil: return "damaged"
            }
        case .watchdog:
            guard let record = WatchdogRecord(bytes.span, body: body) else { return "damaged" }
            switch record.outcome {
            case .succeeded: return "ok \(text(record.name))"
            case .refused: return "refused \(text(record.name))"
            case .failed(let reason, .no): return "failed \(text(record.name)) reason=\(text(reason))"
            case .failed(let reason, .yes): return "failed \(text(record.name)) looping reason=\(text(reason))"
            }
        case .executor:
            switch ExecutorRecord(bytes.span, body: body) {
            case .idle: return "idle"
            case .coordinating(let reason): return "coordinating reason=\(text(reason))"
            case .processed: return "processed"
            case .processingFailed(let reason): return "processingFailed reason=\(text(reason))"
            case .failedWithoutTask(let reason): return "failedWithoutTask reason=\(text(reason))"
            case .executing(let task): return "executing \(text(task))"
            case .completed(let task): return "completed \(text(task))"
            case .failed(let task, let reason): return "failed \(text(task)) reason=\(text(reason))"
            case nil: return "damaged"
            }
        case .selfcheck:
            guard let record = SelfCheckRecord(bytes.span, body: body) else { return "damaged" }
            let counts = [record.healthy, record.warning, record.critical].map { $0.map { "\($0)" } ?? "-" }
            let failing = record.failing.isEmpty ? "" : " failing=\(text(record.failing))"
            return "\(record.status) \(counts.joined(separator: "/"))\(failing)"
        case .lifecycle:
            guard let record = LifecycleRecord(bytes.span, body: body) else { return "damaged" }
            return describe(record, bytes)
        }
    }

    private func describe(_ record: LifecycleRecord, _ bytes: [UInt8]) -> String {
        var text = "\(record.kind)"
        if !record.name.isEmpty { text += " " + String(decoding: bytes[record.name], as: UTF8.self) }
        let detail = String(decoding: bytes[record.detail], as: UTF8.self).trimmingCharacters(in: .whitespaces)
        if !detail.isEmpty { text += (record.kind == .boot ? " list=" : " detail=") + detail }
        return text
    }
}

/// A line and what it is to be read as.
struct Sample: Sendable, CustomTestStringConvertible {
    let component: ComponentKind
    let expected: String
    let line: String

    var testDescription: String { "\(component): \(expected)" }

    static let all: [Sample] = ComponentKind.allCases.flatMap { component -> [Sample] in
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/\(component.rawValue).tsv")
        guard let table = try? String(contentsOf: path, encoding: .utf8) else {
            preconditionFailure("no table of samples at \(path.path)")
        }
        return table.split(separator: "\n").map { row in
            let cells = row.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
            return Sample(component: component, expected: String(cells[0]), line: String(cells.last ?? ""))
        }
    }
}
