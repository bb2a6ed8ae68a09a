import GhostModel
import GhostTestSupport

@testable import GhostServer

/// States that the test decides.
enum SampleStates {
    static let start = Timestamp(milliseconds: 1_795_363_441_123)

    /// A state of the epoch `e`.
    static func state(
        _ sequence: UInt64,
        epoch: String = "e",
        restarts: Int = 0,
        error: String? = nil
    ) -> OrchestrationData {
        var data = ScriptedState().orchestration(at: start.advanced(by: .milliseconds(Int64(sequence) * 10)))
        data.epoch = epoch
        data.sequence = sequence
        data.watchdog.restartCount = restarts
        data.sentinel.error = error
        return data.at(data.timestamp)
    }

    /// The state with random parts changed, as the next one of its epoch.
    static func next(_ data: OrchestrationData, _ random: inout SeededRandom) -> OrchestrationData {
        var data = data
        data.sequence += UInt64.random(in: 1...3, using: &random)
        data.lastUpdate = data.lastUpdate.advanced(by: .milliseconds(7))
        data.timestamp = data.lastUpdate
        for _ in 0..<Int.random(in: 1...3, using: &random) { change(&data, &random) }
        return data
    }

    /// Changes a part without a sequence, as time does.
    static func change(_ data: inout OrchestrationData, _ random: inout SeededRandom) {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: data.watchdog.restartCount += 1
        case 1: data.executor.activeTasks = Int.random(in: 0..<4, using: &random)
        case 2: data.sentinel.recentErrors = ["a \"quoted\" 🔴 line \(data.sequence)"]
        case 3: data.overallHealth = OverallHealth.allCases.randomElement(using: &random) ?? .healthy
        case 4: data.reasons = [HealthReason(component: "sentinel", message: "reason \(data.sequence)\n2")]
        default: data.countedSince = data.timestamp
        }
    }

    static func events(after: UInt64, to: UInt64) -> [StateEvent] {
        guard after < to else { return [] }
        return ((after + 1)...to).map {
            StateEvent(sequence: $0, at: start, component: "watchdog", cause: "c\($0)", position: nil)
        }
    }
}

/// Publishes states one after the other, without tasks.
struct StateLine {
    private var encoder = StateEncoder()
    private(set) var history: ChangeHistory
    private var revision: UInt64 = 0
    private var told: UInt64

    init(from sequence: UInt64) {
        history = ChangeHistory(from: sequence, revision: 0)
        told = sequence
    }

    mutating func publish(_ data: OrchestrationData) throws -> PublishedState {
        revision += 1
        let encoded = try encoder.encode(data, revision: revision)
        let events = SampleStates.events(after: told, to: data.sequence)
        history.take(events, sequence: data.sequence, revision: revision)
        told = max(told, data.sequence)
        return PublishedState(
            revision: revision,
            data: data,
            validUntil: nil,
            commit: revision,
            encoded: encoded,
            history: history
        )
    }
}

extension PublishedState {
    var times: AnswerTimes { AnswerTimes(lookedAt: lookedAt, answeredAt: judgedAt) }
}
