import GhostModel
import GhostTestSupport
import Testing

@testable import GhostServer

struct StateEncoderTests {
    @Test func bodies_areWhatTheCoderWouldWrite() throws {
        var random = SeededRandom(seed: 3)
        var line = StateLine(from: 0)
        var data = SampleStates.state(1)
        for _ in 0..<50 {
            let state = try line.publish(data)
            let times = state.times
            #expect(state.encoded.status.template.rendered(times) == (try JSONText.encode(StatusBody(data: data))))
            #expect(state.encoded.health.template.rendered(times) == (try JSONText.encode(HealthBody(data))))
            for kind in ComponentKind.allCases {
                let body = try #require(state.encoded.components[kind.rawValue])
                #expect(body.template.rendered(times) == (try JSONText.componentBody(kind, of: data)))
            }
            data = SampleStates.next(data, &random)
            data = looked(data)
        }
    }

    /// The state as a look at its `lastUpdate` gives it.
    private func looked(_ data: OrchestrationData) -> OrchestrationData {
        var data = data
        data.sentinel.lastCheck = data.lastUpdate
        data.watchdog.lastCheck = data.lastUpdate
        data.executor.lastCheck = data.lastUpdate
        data.selfcheck.lastCheck = data.lastUpdate
        data.lifecycle.lastCheck = data.lastUpdate
        return data
    }

    @Test func rules_areWrittenWithTheirTimes() throws {
        var line = StateLine(from: 0)
        var data = SampleStates.state(1)
        data.rules["nginx"] = RuleSnapshot(
            component: "nginx",
            state: "up",
            status: .active,
            meaning: .active,
            judgedAt: data.timestamp,
            counters: [:],
            values: [:],
            times: ["x": data.timestamp],
            lists: [:],
            entities: [:],
            alerts: [],
            reasons: [],
            errors: [],
            records: 1,
            unknownLines: 0,
            damagedLines: 0,
            overflow: 0,
            missedExpectations: 0
        )
        let state = try line.publish(data)
        #expect(state.encoded.status.template.rendered(state.times) == (try JSONText.encode(StatusBody(data: data))))
        let body = try #require(state.encoded.components["nginx"])
        let expected = RuleBody(data: try #require(data.rules["nginx"]), timestamp: data.timestamp)
        #expect(body.template.rendered(state.times) == (try JSONText.encode(expected)))
    }

    @Test func aLogThatQuotesAPlaceholder_keepsItsText() throws {
        var line = StateLine(from: 0)
        var data = SampleStates.state(1)
        let forged = "\"lastCheck\":\"\(TimePlaceholder.lookedAt)\""
        data.sentinel.recentErrors = [forged, "\\" + forged]
        let state = try line.publish(data)
        #expect(state.encoded.status.template.rendered(state.times) == (try JSONText.encode(StatusBody(data: data))))
    }

    @Test func entityTags_changeWithWhatIsSaidAndNotWithTime() throws {
        var line = StateLine(from: 0)
        var data = SampleStates.state(1)
        let first = try line.publish(data)
        data.timestamp = data.timestamp.advanced(by: .seconds(5))
        data.lastUpdate = data.timestamp
        let later = try line.publish(data)
        #expect(first.encoded.status.entityTag == later.encoded.status.entityTag)
        #expect(first.encoded.status.entityTag.hasPrefix("W/\"1-"))
        data.watchdog.restartCount += 1
        let changed = try line.publish(data)
        #expect(changed.encoded.status.entityTag != later.encoded.status.entityTag)
        #expect(changed.encoded.components["watchdog"]?.entityTag != later.encoded.components["watchdog"]?.entityTag)
        #expect(changed.encoded.components["sentinel"]?.entityTag == later.encoded.components["sentinel"]?.entityTag)
    }

    @Test func packedBodies_areUsedForOneStateAndOneSecond() throws {
        var line = StateLine(from: 0)
        let state = try line.publish(SampleStates.state(1))
        let packed = try #require(PackedBody(state, at: SampleStates.start, lookedAt: SampleStates.start))
        #expect(packed.bytes.prefix(2) == [0x1F, 0x8B])
        #expect(packed.isGood(for: state, at: SampleStates.start.advanced(by: .milliseconds(999))))
        #expect(!packed.isGood(for: state, at: SampleStates.start.advanced(by: .seconds(1))))
        let next = try line.publish(SampleStates.state(1))
        #expect(!packed.isGood(for: next, at: SampleStates.start))
    }
}
