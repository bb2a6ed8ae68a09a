import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

struct OpenTasksTests {
    /// Opens and closes tasks at random beside a dictionary, so that removals behind collisions happen.
    @Test(arguments: 0..<20) func openAndClosedTasks_areThoseOfADictionary(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var fold = ExecutorFold()
        var expected: Set<UInt64> = []
        var stamps = StampReader()
        for step in 0..<2000 {
            let task = random.next() % 300
            let opens = random.next() % 2 == 0
            let text = opens ? "executing task \(task)" : "✅ task \(task) completed"
            if opens { expected.insert(task) } else { expected.remove(task) }
            let line = Array("[2026-11-22T16:00:00.000Z] \(text)".utf8)
            fold.fold(line.span, &stamps, LineContext(file: 0, generation: 1, offset: Int64(step), readAt: .test))
        }
        #expect(fold.activeTasks == expected.count)
    }
}
