import Foundation
import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

/// Random lives of several logs in several folders, in which no byte is ever taken away: each line must come once.
struct SourceSetModelTests {
    @Test func randomLives_giveEachLineOnce() throws {
        let environment = ProcessInfo.processInfo.environment
        let runs = environment["GHOST_MODEL_RUNS"].flatMap { Int($0) } ?? 60
        let first = environment["GHOST_MODEL_SEED"].flatMap { UInt64($0) } ?? 1
        for seed in first..<first + UInt64(runs) {
            let (problem, told) = try story(seed: seed)
            #expect(problem == nil, "GHOST_MODEL_SEED=\(seed): \(problem ?? "")\n\(told)")
            if problem != nil { return }
        }
    }

    private func story(seed: UInt64) throws -> (problem: String?, told: String) {
        var random = SeededRandom(seed: seed)
        let folder = try TemporaryFolder()
        var harness = SourceSetHarness(folder, ["logs/*.log", "more/**/*.log"])
        let names = ["logs/a.log", "logs/b.log", "logs/app-server.log", "more/c.log", "more/x/d.log"]
        try FileManager.default.createDirectory(atPath: folder.path("logs"), withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: folder.path("more/x"), withIntermediateDirectories: true)
        var written: [String] = []
        var told: [String] = []
        var rotations = 0
        func append(_ name: String) throws {
            let lines = (0..<Int.random(in: 1...3, using: &random)).map { "\(name) line \(written.count + $0)" }
            try folder.append(lines.map { $0 + "\n" }.joined(), to: name)
            written += lines
            told.append("append to \(name)")
        }
        for _ in 0..<Int.random(in: 10...60, using: &random) {
            harness.now = harness.now.advanced(by: .milliseconds(Int64.random(in: 1...900, using: &random)))
            let name = names[Int.random(in: names.indices, using: &random)]
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<35: try append(name)
            case 35..<45 where exists(folder, name):
                for number in stride(from: 40, through: 1, by: -1) where exists(folder, "\(name).\(number)") {
                    try folder.rename("\(name).\(number)", to: "\(name).\(number + 1)")
                }
                try folder.rename(name, to: "\(name).1")
                told.append("rotate \(name)")
                // The writer may not have noticed yet.
                if Bool.random(using: &random) { try append("\(name).1") }
                if Bool.random(using: &random) { try append(name) }
            case 45..<50 where exists(folder, name):
                rotations += 1
                let other = name.replacing(".log", with: "-moved\(rotations).log")
                try folder.rename(name, to: other)
                told.append("rename \(name) to \(other)")
                if Bool.random(using: &random) { try append(other) }
                if Bool.random(using: &random) { try append(name) }
            case 50..<54 where exists(folder, name):
                rotations += 1
                try folder.link(name, to: name.replacing(".log", with: "-link\(rotations).log"))
                told.append("link \(name)")
            case 54..<62:
                harness.save()
                told.append("save")
            case 62..<67:
                harness.crash()
                told.append("crash")
            case 67..<73:
                harness.rest()
                told.append("rest")
            default:
                harness.look(budget: Bool.random(using: &random) ? .max : Int.random(in: 1...200, using: &random))
                told.append("look")
            }
        }
        // What was put away is found by its log.
        for name in names where !exists(folder, name) { try append(name) }
        harness.lookLater(times: 5)
        told += harness.state
        let found = harness.lines.map(\.text).sorted()
        let lost = Set(written).subtracting(found).sorted()
        let repeated = Dictionary(grouping: found) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
        if !lost.isEmpty { return ("lost \(lost)", told.joined(separator: "\n")) }
        if !repeated.isEmpty { return ("repeated \(repeated)", told.joined(separator: "\n")) }
        if !harness.losses.isEmpty { return ("losses \(harness.losses)", told.joined(separator: "\n")) }
        return (nil, "")
    }

    private func exists(_ folder: TemporaryFolder, _ name: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.path(name))
    }
}
