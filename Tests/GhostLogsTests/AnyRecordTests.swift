import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

/// Whatever wear and tear makes of a record, the folds stay inside its line.
///
/// A line that was written half is among the most common damages: it must cost its record, and never the monitor.
struct AnyRecordTests {
    /// What Ghost itself writes with every field.
    private static let longest = [
        "🟢 api is running (PID: 7) ready=true run=api#1 drift=port,memory found=port evidence=\"it \\\"is\\\" 80\"",
        "❌ api NOT running want=down exit=0 run=api#1", "❌ api ERROR: cannot look - why",
        "❌ api restart attempt 3 - exit=1 crash_loop=true next_in=\"1m 30s\" reason=\"x\"",
        "🔴 task 7 failed: it broke duration=1.5s attempt=2", "🟢 task 7 completed duration=\"1m 2s\"",
        "🟡 executing task 7 attempt=1 command=\"a b\"", "🟡 coordinating (3 tasks)",
        "🔴 Error processing | Patch: none | Error: broken", "🔴 Error | Patch: p-1 | Error: broken",
        "🟢 health check: warning (12 healthy) warning=2 critical=1 failing=a,b every=1m",
        "SYSTEM STATUS: WARNING | Healthy: 4 | Warning: 1 | Critical: 0", "Startup order: [a, b]",
        "Cannot start api: dependency db is not there", "Daemon failed to start: api - no such file",
        "api failed at=boot reason=\"x y\"", "heartbeat every=1m pid=7",
    ]

    private static func samples() -> [[UInt8]] {
        (longest.map { "\(stamp()) \($0)" } + Sample.all.map(\.line)).map { Array($0.utf8) }
    }

    @Test(arguments: ComponentKind.allCases)
    func everyPrefix_isRead(kind: ComponentKind) {
        for sample in Self.samples() {
            let prefixes = sample.indices.map { Array(sample[...$0]) }
            Self.fold(kind, prefixes)
            // And with something behind the cut.
            Self.fold(kind, prefixes.map { $0 + Array(" x".utf8) })
        }
    }

    @Test(arguments: ComponentKind.allCases)
    func mutations_areRead(kind: ComponentKind) throws {
        let samples = Self.samples()
        var random = SeededRandom(seed: 7)
        let marks = Array("()[]\"\\:=-|, \tZ0129EiN".utf8) + [0xF0, 0x9F, 0xE2, 0xFF, 0xEF, 0x1B]
        var lines: [[UInt8]] = []
        for _ in RandomRuns.seeds(usually: 2000) {
            var bytes = try #require(samples.randomElement(using: &random))
            for _ in 0..<Int.random(in: 1...5, using: &random) where bytes.count > 1 {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(marks.randomElement(using: &random) ?? 0, at: place)
                case 2: bytes.removeSubrange(place...)
                default: bytes[place] = marks.randomElement(using: &random) ?? 0
                }
            }
            lines.append(bytes)
        }
        Self.fold(kind, lines)
    }

    private static func fold(_ kind: ComponentKind, _ lines: [[UInt8]]) {
        func fold<Fold: ComponentFold>(_: Fold.Type) {
            var fold = Fold()
            var stamps = StampReader()
            for line in lines {
                fold.fold(line.span, &stamps, LineContext(file: 0, generation: 1, readAt: .test))
            }
            #expect(fold.ledger.records <= lines.count)
        }
        switch kind {
        case .sentinel: fold(SentinelFold.self)
        case .watchdog: fold(WatchdogFold.self)
        case .executor: fold(ExecutorFold.self)
        case .selfcheck: fold(SelfCheckFold.self)
        case .lifecycle: fold(LifecycleFold.self)
        }
    }
}
