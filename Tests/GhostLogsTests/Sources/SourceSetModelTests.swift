import Foundation
import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

/// Random lives of several logs in several folders, in which no byte is ever taken away: each line must come once.
///
/// `GHOST_MODEL_RUNS` says how many lives, `GHOST_MODEL_SEED` which is the first.
struct SourceSetModelTests {
    @Test(
        arguments: [
            [.rotate, .moveAside, .hardLink],
            [.rotate, .compress, .symbolicLink],
            [.rotate, .takeFreeName, .exchangeNames, .moveToOtherFolder],
            [.rotate, .hardLink, .hardLinkElsewhere, .removeOneOfTwoNames],
            [.rotate, .swapLinkedFile, .symbolicLink],
            ManyLogs.Deed.allCases,
        ] as [[ManyLogs.Deed]]
    )
    func randomLives_giveEachLineOnce(_ deeds: [ManyLogs.Deed]) throws {
        let environment = ProcessInfo.processInfo.environment
        let runs = environment["GHOST_MODEL_RUNS"].flatMap { Int($0) } ?? 20
        let first = environment["GHOST_MODEL_SEED"].flatMap { UInt64($0) } ?? 1
        var failures = 0
        for seed in first..<first + UInt64(runs) {
            guard let problem = try problem(inLife: seed, deeds) else { continue }
            failures += 1
            #expect(Bool(false), "GHOST_MODEL_SEED=\(seed): \(problem)")
            // Some are enough to tell what they have in common.
            if failures == 3 { return }
        }
    }

    /// What went wrong, and the whole story; nil if all is well.
    private func problem(inLife seed: UInt64, _ deeds: [ManyLogs.Deed]) throws -> String? {
        // Far apart: the numbers of one seed would be those of the next one, one place further on.
        var random = SeededRandom(seed: seed &* 0xD134_2543_DE82_EF95)
        var logs = try ManyLogs()
        var harness = SourceSetHarness(logs.folder, ManyLogs.patterns)
        for _ in 0..<Int.random(in: 10...60, using: &random) {
            harness.now = harness.now.advanced(by: .milliseconds(Int64.random(in: 1...900, using: &random)))
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<52:
                try logs.happen(deeds, using: &random) {
                    harness.look()
                    harness.save()
                }
            case 52..<60:
                harness.save()
                logs.tell("save")
            case 60..<66:
                harness.crash()
                logs.tell("crash")
            case 66..<72:
                harness.rest()
                logs.tell("rest")
            default:
                harness.look(budget: Bool.random(using: &random) ? .max : Int.random(in: 1...200, using: &random))
                logs.tell("look")
            }
        }
        try logs.bringBack(using: &random)
        harness.lookLater(times: 5)
        let found = harness.lines.map(\.text).sorted()
        let lost = Set(logs.written).subtracting(found).sorted()
        let repeated = Dictionary(grouping: found) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
        guard !lost.isEmpty || !repeated.isEmpty || !harness.losses.isEmpty else { return nil }
        let story = (logs.told + harness.state).joined(separator: "\n")
        return "lost \(lost), repeated \(repeated), losses \(harness.losses)\n\(story)"
    }
}
