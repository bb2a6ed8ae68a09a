import GhostModel
import GhostTestSupport
import Testing

@testable import GhostServer

struct ResumptionTests {
    @Test(arguments: [
        ("e-1", "e", UInt64(1)), ("memory-ab-17", "memory-ab", 17), ("a--0", "a-", 0),
    ])
    func positions_areSplitAtTheLastDash(text: String, epoch: String, sequence: UInt64) {
        #expect(StreamPosition(text) == StreamPosition(epoch: epoch, sequence: sequence))
    }

    @Test(arguments: [
        "", "-", "e", "e-", "-5", "e-x", "e--", "e- 5", "e-+5", "e-99999999999999999999",
        String(repeating: "e", count: 300) + "-1",
    ])
    func whatIsNoPosition_isNone(text: String) {
        #expect(StreamPosition(text) == nil)
    }

    @Test func decisions() throws {
        var line = StateLine(from: 3)
        for sequence in [UInt64(4), 6, 9] {
            _ = try line.publish(SampleStates.state(sequence, restarts: Int(sequence)))
        }
        let state = try line.publish(SampleStates.state(9, restarts: 10))
        func decision(_ id: String?) -> Resumption { Resumption(after: id.flatMap { StreamPosition($0) }, in: state) }
        #expect(decision(nil) == .snapshot)
        #expect(decision("rubbish") == .snapshot)
        #expect(decision("other-4") == .snapshot)
        #expect(decision("e-10") == .snapshot)
        #expect(decision("e-2") == .gap(from: 2))
        #expect(decision("e-5") == .gap(from: 5))
        guard case .change(let revision, 6, let events) = decision("e-6") else {
            Issue.record("no change")
            return
        }
        #expect(revision == 2)
        let text = String(decoding: events, as: UTF8.self)
        #expect(["c7", "c8", "c9"].allSatisfy(text.contains))
        #expect(!text.contains("c6"))
        // Time alone changed something after the first state with this sequence.
        #expect(decision("e-9") == .change(since: 3, from: 9, events: []))
    }

    @Test func history_isBoundedInEntriesAndBytes() {
        var history = ChangeHistory(from: 0, revision: 0)
        for sequence in 1...UInt64(3 * ChangeHistory.mostEntries) {
            history.take(SampleStates.events(after: sequence - 1, to: sequence), sequence: sequence, revision: sequence)
        }
        #expect(history.entries.count == ChangeHistory.mostEntries)
        #expect(history.reach(back: 1) == nil)
        #expect(history.reach(back: UInt64(3 * ChangeHistory.mostEntries)) != nil)
        var wide = ChangeHistory(from: 0, revision: 0)
        let long = String(repeating: "x", count: 100_000)
        for sequence in 1...UInt64(40) {
            let event = StateEvent(
                sequence: sequence,
                at: SampleStates.start,
                component: "c",
                cause: long,
                position: nil
            )
            wide.take([event], sequence: sequence, revision: sequence)
        }
        #expect(wide.entries.reduce(0) { $0 + $1.events.count } <= ChangeHistory.mostBytes)
        #expect(wide.reach(back: 39) != nil)
    }

    @Test func history_goesOnFromAJournal() throws {
        let history = ChangeHistory(from: 4, journal: SampleStates.events(after: 4, to: 7))
        #expect(history.reach(back: 4)?.revision == 0)
        #expect(history.reach(back: 6)?.events == history.entries.last?.events)
        #expect(history.reach(back: 3) == nil)
    }

    /// Whoever is cut off anywhere and comes back with the last id has in the end what a snapshot says, and every event once.
    @Test(arguments: RandomRuns.seeds(usually: 10))
    func anyCutAndResume_givesTheStateOfTheSnapshot(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        var line = StateLine(from: 0)
        var data = SampleStates.state(1)
        var state = try line.publish(data)
        var client = StreamClient()
        try client.take(String(decoding: state.snapshotEvent(state.times), as: UTF8.self))
        var streamed = state
        for _ in 0..<60 {
            if Bool.random(using: &random) {
                data = SampleStates.next(data, &random)
            } else {
                SampleStates.change(&data, &random)
            }
            state = try line.publish(data)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: continue
            case 1:
                // Cut off, and back with the last id.
                guard
                    case .change(let revision, let from, let events) = Resumption(
                        after: client.lastID.flatMap { StreamPosition($0) },
                        in: state
                    )
                else {
                    Issue.record("no change for \(client.lastID ?? "none")")
                    return
                }
                try take(StateDiff(state, since: revision, from: from, events: events, state.times), &client)
            default:
                let events = try #require(state.history.reach(back: streamed.sequence)).events
                let diff = StateDiff(
                    state,
                    since: streamed.revision,
                    from: streamed.sequence,
                    events: events,
                    state.times
                )
                try take(diff, &client)
            }
            streamed = state
            #expect(client.timeless == (try StreamClient.timeless(status: JSONText.encode(StatusBody(data: data)))))
        }
        let first = client.events.first ?? 2
        #expect(client.events == Array(first..<(first + client.events.count)))
        #expect(first == 2)
    }

    private func take(_ diff: StateDiff?, _ client: inout StreamClient) throws {
        if let diff { try client.take(String(decoding: diff.text, as: UTF8.self)) }
    }
}
