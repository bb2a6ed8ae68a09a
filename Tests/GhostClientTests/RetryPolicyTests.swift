import GhostTestSupport
import Testing

@testable import GhostClient

struct RetryPolicyTests {
    private let policy = RetryPolicy(delay: .seconds(2), attempts: 3)

    @Test func ceiling_doublesUpToHalfAMinute() {
        let ceilings = [0, 1, 2, 3, 4, 5, 400].map { policy.ceiling(attempt: $0) }
        #expect(ceilings == [2, 4, 8, 16, 30, 30, 30].map { .seconds($0) })
    }

    @Test func delay_isUniformBelowItsCeiling() {
        var random = SeededRandom(seed: 3)
        let delays = (0..<2000).map { _ in policy.delay(attempt: 1, random: Double.random(in: 0..<1, using: &random)) }
        #expect(delays.allSatisfy { .zero <= $0 && $0 < .seconds(4) })
        let early = delays.count { $0 < .seconds(1) }
        #expect((400...600).contains(early))
    }

    @Test func delay_isNotShorterThanTheServerAsks_withinReason() {
        #expect(policy.delay(attempt: 0, random: 0.5, retryAfter: .seconds(7)) == .seconds(7))
        #expect(policy.delay(attempt: 0, random: 0.5, retryAfter: .zero) == .seconds(1))
        #expect(policy.delay(attempt: 0, random: 0.5, retryAfter: .seconds(86_400)) == .seconds(3600))
    }

    @Test func polls_areTriedAgainAFewTimes_thenAtTheirInterval() {
        let away = ScriptedServer.failure(.notReachable)
        var polls = PollSchedule(every: .seconds(10), policy: policy)
        let pauses = (0..<5).map { _ in polls.afterFailure(away, random: 0.5) }
        #expect(pauses == [1, 2, 4, 10, 10].map { .seconds($0) })
        #expect(polls.afterSuccess() == .seconds(10))
        #expect(polls.afterFailure(away, random: 0.5) == .seconds(1))
    }

    @Test func pollThatIsRefused_isNotTriedAgainBeforeItsInterval() {
        var polls = PollSchedule(every: .seconds(10), policy: policy)
        #expect(polls.afterFailure(ScriptedServer.failure(.refused(status: 403)), random: 0.5) == .seconds(10))
    }
}
