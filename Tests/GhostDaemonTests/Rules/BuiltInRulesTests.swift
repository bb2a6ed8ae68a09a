import Foundation
import GhostDaemon
import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

/// The five components in the rule language give the same totals as their hand-written folds.
struct BuiltInRulesTests {
    private let set: RuleSet

    init() throws {
        set = try RuleLoader.builtIn()
    }

    @Test func builtInRules_loadAndTheirSamplesHold() {
        #expect(set.components.map(\.name) == ComponentKind.allCases.map(\.rawValue))
        #expect(set.sampleCount >= 10)
        for kind in ComponentKind.allCases { #expect(set.component(kind.rawValue)?.files == kind.fileNames) }
    }

    @Test(arguments: ComponentKind.allCases)
    func eachSampleLine_countsAlike(kind: ComponentKind) throws {
        for line in Self.sampleLines(kind) {
            #expect(try differences(kind, Array((line + "\n").utf8)) == [], "\(line)")
        }
    }

    @Test(arguments: ComponentKind.allCases, 1...5)
    func randomLogs_countAlike(kind: ComponentKind, seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let lines = Self.sampleLines(kind)
        let names = ["api", "db", "worker.7", "démon-β", "patch-executor"]
        var text = ""
        for second in 0..<2000 {
            let base = Timestamp(milliseconds: 1_795_363_441_000 + Int64(second) * 997)
            let time = base.advanced(by: .milliseconds(Int64.random(in: -5000...5000, using: &random)))
            let line = lines[Int.random(in: lines.indices, using: &random)]
                .replacing("2026-11-22T16:04:01.123Z", with: time.description)
                .replacing(" api", with: " \(names[Int.random(in: names.indices, using: &random)])")
                .replacing("task 17", with: "task \(Int.random(in: 1...40, using: &random))")
            text += line + (second % 7 == 0 ? "\r\n" : "\n")
        }
        #expect(try differences(kind, Array(text.utf8)) == [])
    }

    @Test(.enabled(if: Self.script != nil), arguments: Self.variants)
    func generatedLogs_countAlike(variant: String) throws {
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [
            Self.script ?? "", "variant", variant, "--seed", "7", "--hours", "1", "--out", folder.path,
        ]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        for vocabulary in ["daemon", "monitor"] {
            for kind in ComponentKind.allCases {
                for name in kind.fileNames {
                    let path = folder.path("\(vocabulary)/\(name)")
                    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else { continue }
                    let found = try differences(kind, Array(data))
                    #expect(found == [], "\(variant), \(vocabulary)/\(name)")
                }
            }
        }
    }

    private func differences(_ kind: ComponentKind, _ text: [UInt8]) throws -> [String] {
        let component = try #require(set.component(kind.rawValue))
        let expected = BothWays.byHand(kind, text)
        let got = BothWays.byRules(kind, BothWays.rules(component, text))
        return Set(expected.keys).union(got.keys).sorted().compactMap { key in
            let (one, other) = (expected[key] ?? "absent", got[key] ?? "absent")
            return one == other ? nil : "\(key): by hand \(one), by rules \(other)"
        }
    }

    private static let variants = [
        "clean", "invalid_utf8_in_emoji", "other_zones", "mojibake_partial", "injection", "interleaved",
        "unknown_names", "truncated_emoji",
    ]

    private static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static let script: String? = {
        let path = root.appendingPathComponent("../shared/testdata/genlogs.py").standardizedFileURL.path
        let files = FileManager.default
        return files.fileExists(atPath: path) && files.fileExists(atPath: "/usr/bin/python3") ? path : nil
    }()

    /// The lines of the tables that the records are tested with.
    private static func sampleLines(_ kind: ComponentKind) -> [String] {
        let path = root.appendingPathComponent("Tests/GhostLogsTests/Fixtures/\(kind.rawValue).tsv")
        guard let table = try? String(contentsOf: path, encoding: .utf8) else {
            preconditionFailure("no table of samples at \(path.path)")
        }
        return table.split(separator: "\n").compactMap { row in
            row.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false).last.map(String.init)
        }
    }
}
