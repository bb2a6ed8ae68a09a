import GhostModel
import Testing

@testable import GhostServer

struct SubscriberBufferTests {
    private let start = MonotonicTime(nanoseconds: 0)

    @Test func aNewSubscriber_waitsAndThenFollows() throws {
        var line = StateLine(from: 0)
        let state = try line.publish(SampleStates.state(1))
        var buffer = SubscriberBuffer(after: nil, now: start)
        #expect(buffer.isWaiting)
        #expect(buffer.offer(from: 1, .takesMore, now: start) == .passOver)
        #expect(buffer.begin(state, now: start) == .snapshot)
        #expect(!buffer.isWaiting)
        #expect(buffer.begin(state, now: start) == nil)
        #expect(buffer.offer(from: 1, .takesMore, now: start) == .send)
    }

    @Test func whoIsFull_getsNothingUntilAllIsTaken_andThenTheGap() throws {
        var line = StateLine(from: 0)
        let state = try line.publish(SampleStates.state(1))
        var buffer = SubscriberBuffer(after: nil, now: start)
        _ = buffer.begin(state, now: start)
        #expect(buffer.offer(from: 4, .isFull, now: start) == .passOver)
        #expect(buffer.offer(from: 5, .takesMore, now: start) == .passOver)
        #expect(buffer.drained() == true)
        #expect(buffer.drained() == false)
        #expect(buffer.isWaiting)
        #expect(buffer.begin(state, now: start) == .gap(from: 4))
        #expect(buffer.offer(from: 6, .takesMore, now: start) == .send)
    }

    @Test func silence_isBrokenInTime_andAStallEnds() throws {
        var line = StateLine(from: 0)
        var buffer = SubscriberBuffer(after: nil, now: start)
        _ = buffer.begin(try line.publish(SampleStates.state(1)), now: start)
        #expect(buffer.tick(.takesMore, now: start + .seconds(9)) == .nothing)
        #expect(buffer.tick(.isFull, now: start + .seconds(10)) == .nothing)
        #expect(buffer.tick(.takesMore, now: start + .seconds(10)) == .ping)
        #expect(buffer.tick(.takesMore, now: start + .seconds(11)) == .nothing)
        _ = buffer.offer(from: 1, .isFull, now: start + .seconds(12))
        #expect(buffer.tick(.isFull, now: start + .seconds(41)) == .nothing)
        #expect(buffer.tick(.isFull, now: start + .seconds(42)) == .close)
    }
}

struct PublishingPaceTests {
    private func at(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }

    @Test func nothingIsEncodedWhileNobodyAsks() {
        var pace = PublishingPace()
        let outdated = PublishingPace.Situation(state: .outdated, demand: .none, validFor: .zero)
        #expect(pace.decide(outdated, now: at(0)) == .rest)
        #expect(pace.decide(outdated, now: at(60_000)) == .rest)
    }

    @Test func whoeverAsks_getsTheNewestAtOnce_andForASecondItIsKeptUpToDate() {
        var pace = PublishingPace()
        let waiting = PublishingPace.Situation(state: .outdated, demand: .waiting, validFor: nil)
        #expect(pace.decide(waiting, now: at(5)) == .encode)
        pace.encoded(from: at(5), to: at(6))
        let outdated = PublishingPace.Situation(state: .outdated, demand: .none, validFor: nil)
        #expect(pace.decide(outdated, now: at(7)) == .wait(.milliseconds(3)))
        #expect(pace.decide(outdated, now: at(10)) == .encode)
        let current = PublishingPace.Situation(state: .current, demand: .none, validFor: .milliseconds(50))
        #expect(pace.decide(current, now: at(11)) == .wait(.milliseconds(50)))
        #expect(pace.decide(outdated, now: at(1005)) == .rest)
    }

    @Test func timeAlone_makesAStateDue() {
        var pace = PublishingPace()
        let passed = PublishingPace.Situation(state: .current, demand: .asked, validFor: .zero)
        #expect(pace.decide(passed, now: at(0)) == .encode)
    }

    @Test func longEncodings_restInProportion_andNeverLongerThanASecond() {
        var pace = PublishingPace()
        let waiting = PublishingPace.Situation(state: .outdated, demand: .waiting, validFor: nil)
        pace.encoded(from: at(0), to: at(10))
        #expect(pace.decide(waiting, now: at(10)) == .wait(.milliseconds(40)))
        pace.encoded(from: at(0), to: at(5000))
        #expect(pace.decide(waiting, now: at(5000)) == .wait(.seconds(1)))
    }
}
