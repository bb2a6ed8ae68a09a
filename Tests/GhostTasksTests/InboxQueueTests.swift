import Testing

@testable import GhostTasks

struct InboxQueueTests {
    private func entry(_ name: String, bytes: Int64 = 10, changed: Int64 = 1) -> InboxQueue.Entry {
        InboxQueue.Entry(name: name, bytes: bytes, changed: changed)
    }

    @Test func aFileSeenOnce_isNotTakenYet() {
        var queue = InboxQueue()
        #expect(queue.settled(in: [entry("a")]).isEmpty)
        #expect(queue.settled(in: [entry("a")]) == ["a"])
    }

    @Test func aGrowingFile_waitsUntilItStopsGrowing() {
        var queue = InboxQueue()
        #expect(queue.settled(in: [entry("a", bytes: 1)]).isEmpty)
        #expect(queue.settled(in: [entry("a", bytes: 2)]).isEmpty)
        #expect(queue.settled(in: [entry("a", bytes: 2, changed: 2)]).isEmpty)
        #expect(queue.settled(in: [entry("a", bytes: 2, changed: 2)]) == ["a"])
    }

    @Test func anEmptyFile_isBeingWritten() {
        var queue = InboxQueue()
        for _ in 0..<3 { #expect(queue.settled(in: [entry("a", bytes: 0)]).isEmpty) }
    }

    @Test func theOldestRunsFirst_thenByName() {
        var queue = InboxQueue()
        let entries = [entry("c", changed: 2), entry("b", changed: 2), entry("z", changed: 1)]
        _ = queue.settled(in: entries)
        #expect(queue.settled(in: entries) == ["z", "b", "c"])
    }

    @Test(arguments: [".hidden", "a.tmp", "a.part", "a.swp", "a~"])
    func unfinishedNames_areNoTasks(name: String) {
        var queue = InboxQueue()
        _ = queue.settled(in: [entry(name)])
        #expect(queue.settled(in: [entry(name)]).isEmpty)
    }

    @Test func aRefusedFile_liesUntilItChanges_andHoldsNobodyBack() {
        var queue = InboxQueue()
        _ = queue.settled(in: [entry("bad"), entry("good")])
        queue.refuse("bad")
        #expect(queue.settled(in: [entry("bad"), entry("good")]) == ["good"])
        _ = queue.settled(in: [entry("bad", changed: 2)])
        #expect(queue.settled(in: [entry("bad", changed: 2)]) == ["bad"])
    }

    @Test func aClaimedFileName_isReadBack() {
        let task = ClaimedTask(id: 17, name: "a-b.sh")
        #expect(ClaimedTask(fileName: task.fileName) == task)
        for other in ["", "x", "0-a", "-1-a", "a-1"] { #expect(ClaimedTask(fileName: other) == nil) }
    }
}
