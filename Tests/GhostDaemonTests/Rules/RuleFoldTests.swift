import GhostDaemon
import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

/// What lines add up to: counters, expectations, alerts, silence and the saved form.
struct RuleFoldTests {
    private func fold(_ rules: String, head: String = "") throws -> RuleFold {
        let text = "components:\n  c:\n    records: stamped\n\(head)    rules:\n\(rules)\n"
        return RuleFold(try #require(try RuleLoader.load(text: text, file: "r").components.first))
    }

    private func at(_ second: Int, _ text: String) -> String {
        "[\(Timestamp(milliseconds: 1_795_363_200_000 + Int64(second) * 1000))] \(text)"
    }

    private func time(_ second: Int) -> Timestamp { Timestamp(milliseconds: 1_795_363_200_000 + Int64(second) * 1000) }

    @Test func growingCounter_countsOnOverAResetAndNeverFalls() throws {
        var fold = try fold("      - { when: 'n={n:counter}', count: { seen: '{n}' } }")
        var totals: [Int] = []
        for value in [5, 8, 8, 2, 3, 0, 1] {
            fold.take(at(0, "n=\(value)"))
            totals.append(fold.snapshot(now: time(0)).counters["seen"] ?? -1)
        }
        #expect(totals == [5, 8, 8, 10, 11, 11, 12])
    }

    @Test func numbersThatAreHuge_doNotOverflow() throws {
        var fold = try fold("      - { when: 'n={n:int}', count: { seen: '{n}' } }")
        for _ in 0..<30 { fold.take(at(0, "n=999999999999999999")) }
        fold.take(at(0, "n=-5"))
        #expect(fold.snapshot(now: time(0)).counters["seen"] == Int.max / 4)
    }

    private static let expecting = """
              - { when: restarting, state: restarting, expect: { state: active, within: 30s, else: failed } }
              - { when: started, state: active }
              - { when: hello }
        """

    @Test func expectation_isMetMissedByTheLogsClockAndMissedByNow() throws {
        var met = try fold(Self.expecting)
        met.take(at(0, "restarting"))
        met.take(at(20, "started"))
        #expect(met.snapshot(now: time(500)).state == "active")

        var missed = try fold(Self.expecting)
        missed.take(at(0, "restarting"))
        #expect(missed.snapshot(now: time(30)).state == "restarting")
        #expect(missed.nextDeadline(after: time(10)) == time(30).advanced(by: .milliseconds(1)))
        let later = missed.snapshot(now: time(31))
        #expect(later.state == "failed")
        #expect(later.error == "the state active did not come within 30s")
        #expect(later.since == time(30))
        #expect(later.reasons.first?.line == at(0, "restarting"))
        // Judging changes nothing: the line that was expected is only read late.
        #expect(missed.snapshot(now: time(29)).state == "restarting")
        missed.take(at(25, "started"))
        #expect(missed.snapshot(now: time(31)).state == "active")

        var byLog = try fold(Self.expecting)
        byLog.take(at(0, "restarting"))
        byLog.take(at(40, "hello"))
        #expect(byLog.snapshot(now: time(0)).state == "failed")
        #expect(byLog.totals.missedExpectations == 1)
    }

    @Test func expectedPhrase_endsTheWait() throws {
        var fold = try fold("      - { when: stop, expect: { phrase: 'bye {x}', within: 5s, else: failed } }")
        fold.take(at(0, "stop"))
        fold.take(at(1, "bye now"))
        #expect(fold.pending.isEmpty)
        #expect(fold.snapshot(now: time(100)).state == "unknown")
    }

    @Test func expectations_areEachEntitysOwn() throws {
        var fold = try fold(
            """
                  - when: '{n:word} begins'
                    each: { name: '{n}', state: starting, expect: { state: active, within: 10s, else: failed } }
                  - { when: '{n:word} works', each: { name: '{n}', state: active } }
            """
        )
        fold.take(at(0, "a begins"))
        fold.take(at(0, "b begins"))
        fold.take(at(5, "b works"))
        let snapshot = fold.snapshot(now: time(11))
        #expect(snapshot.entities["a"]?.state == "failed")
        #expect(snapshot.entities["b"]?.state == "active")
        #expect(snapshot.reasons.map(\.message) == ["a is failed: the state active did not come within 10s"])
    }

    @Test func alert_isRaisedByOneMoreThanAllowedAndKept() throws {
        var fold = try fold(
            "      - { when: die, count: deaths, alert: { name: flapping, count: deaths, over: 2, in: 1m, keep: 5m } }"
        )
        fold.take(at(0, "die"))
        fold.take(at(100, "die"))
        fold.take(at(110, "die"))
        #expect(fold.snapshot(now: time(110)).alerts.isEmpty)
        fold.take(at(120, "die"))
        let raised = fold.snapshot(now: time(120))
        #expect(raised.alerts.map(\.name) == ["flapping"])
        #expect(raised.alerts.first?.since == time(120))
        // The window around the oldest of the three ends at 160, and it is kept for five minutes more.
        #expect(fold.snapshot(now: time(160 + 300)).alerts.count == 1)
        #expect(fold.snapshot(now: time(160 + 301)).alerts.isEmpty)
    }

    @Test func silence_isUnknownWithTheReason() throws {
        var fold = try fold("      - { when: x, state: active }", head: "    every: 10s\n")
        #expect(fold.snapshot(now: time(0)).error == "no line yet")
        fold.take(at(0, "x"))
        #expect(fold.snapshot(now: time(30)).status == .active)
        let silent = fold.snapshot(now: time(31))
        #expect(silent.status == .unknown)
        #expect(silent.state == "active")
        #expect(silent.error == "silent for 31s; a line is due every 10s")
        // Any line breaks the silence, known or not.
        fold.take(at(60, "what is this"))
        #expect(fold.snapshot(now: time(61)).status == .active)
    }

    @Test func firstRuleThatFits_wins() throws {
        var fold = try fold("      - { when: x y, count: first }\n      - { when: x, count: second }")
        fold.take(at(0, "x y"))
        fold.take(at(0, "x z"))
        #expect(fold.snapshot(now: time(0)).counters == ["first": 1, "second": 1])
    }

    @Test func timesThatCannotBeTrue_areCountedAndNotBelieved() throws {
        var fold = try fold("      - { when: x, count: n, last: seen }")
        fold.take("[2999-01-01T00:00:00Z] x")
        #expect(fold.snapshot(now: .read).counters == ["n": 1])
        #expect(fold.snapshot(now: .read).times.isEmpty)
        fold.take(at(9, "x"))
        fold.take(at(5, "x"))
        #expect(fold.snapshot(now: .read).times == ["seen": time(9)])
    }

    @Test func entitiesBeyondTheLimit_areCountedTogether() throws {
        var fold = try fold("      - { when: 'task {id:word}', count: tasks, each: { name: '{id}', state: up } }")
        for id in 0..<RuleLimits.entities + 5 { fold.take(at(0, "task \(id)")) }
        let snapshot = fold.snapshot(now: time(0))
        #expect(snapshot.entities.count == RuleLimits.entities)
        #expect(snapshot.overflow == 5)
        #expect(snapshot.counters["tasks"] == RuleLimits.entities + 5)
    }

    @Test func entityTable_isADictionary() {
        var random = SeededRandom(seed: 3)
        var table = EntityTable()
        var model: Set<String> = []
        for _ in 0..<5000 {
            let name = "n\(Int.random(in: 0..<300, using: &random))"
            let bytes = Array(name.utf8)
            let found = table.find(bytes.span, 0..<bytes.count)
            #expect((found != nil) == model.contains(name))
            if let found {
                table.remove(found)
                model.remove(name)
            } else {
                _ = table.add(bytes.span, 0..<bytes.count, state: 0)
                model.insert(name)
            }
        }
        #expect(table.count == model.count)
        #expect(Set(table.numbers.map { RuleFold.text(table.entities[$0].name) }) == model)
    }

    // MARK: The saved form

    private static let everything = """
              - when: '{n:word} restarting'
                state: restarting
                count: { restarts: 1 }
                last: lastRestart
                list: recent
                error: '{n} again'
                set: { name: '{n}' }
                expect: { state: active, within: 30s, else: failed }
                alert: { name: flapping, count: restarts, over: 2, in: 10m }
                each: { name: '{n}', state: restarting, count: restarts, expect: { state: active, within: 9s, else: down } }
              - { when: 'n={n:counter}', count: { seen: '{n}' } }
        """

    @Test func savedState_goesOnAsIfNothingHadHappened() throws {
        var fold = try fold(Self.everything)
        for second in 0..<20 {
            fold.take(at(second, "w\(second % 3) restarting"))
            fold.take(at(second, "n=\(second)"))
        }
        var again = try RuleFold(saved: fold.saved(), fold.component)
        #expect(again.saved() == fold.saved())
        for now in [19, 26, 40, 700] { #expect(again.snapshot(now: time(now)) == fold.snapshot(now: time(now))) }
        fold.take(at(21, "n=30"))
        again.take(at(21, "n=30"))
        #expect(again.snapshot(now: time(21)) == fold.snapshot(now: time(21)))
        #expect(again.snapshot(now: time(21)).counters["seen"] == 30)
    }

    @Test func savedState_survivesRephrasedRulesAndNotOtherOnes() throws {
        var before = try fold("      - { when: x, count: a }\n      - { when: y, count: b, state: idle }")
        before.take(at(0, "x"))
        let moved = try fold("      - { when: yy, count: b, state: active }\n      - { when: xx, count: a }")
        let kept = try RuleFold(saved: before.saved(), moved.component)
        #expect(kept.snapshot(now: time(0)).counters == ["a": 1, "b": 0])
        let other = try fold("      - { when: x, count: a }")
        #expect(throws: RuleStateRefusal.otherRules) { try RuleFold(saved: before.saved(), other.component) }
        #expect(RuleStateRefusal.otherRules.description.contains("counted anew"))
    }

    @Test func damagedSave_isRefused() throws {
        var fold = try fold(Self.everything)
        for second in 0..<5 { fold.take(at(second, "w restarting")) }
        let saved = fold.saved()
        for index in saved.indices {
            var damaged = saved
            damaged[index] ^= 0x15
            #expect(throws: RuleStateRefusal.self) { try RuleFold(saved: damaged, fold.component) }
        }
        for length in 0..<saved.count {
            #expect(throws: RuleStateRefusal.self) { try RuleFold(saved: Array(saved.prefix(length)), fold.component) }
        }
    }
}
