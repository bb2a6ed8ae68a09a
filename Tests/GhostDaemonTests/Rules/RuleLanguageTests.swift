import GhostDaemon
import GhostModel
import Testing

@testable import GhostLogs

/// What rules say of lines: each row is a phrase, a line and what is captured.
struct RuleLanguageTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var phrase: String
        var line: String
        /// Nil if it must not fit.
        var captures: [String: String]?
        var testDescription: String { "\(phrase) / \(line)" }

        init(_ phrase: String, _ line: String, _ captures: [String: String]?) {
            (self.phrase, self.line, self.captures) = (phrase, line, captures)
        }
    }

    static let rows = [
        Row("restarting", "now restarting it", [:]),
        Row("restarting", "now restartin", nil),
        Row("^now", "now restarting", [:]),
        Row("^restarting", "now restarting", nil),
        Row("it$", "now restarting it", [:]),
        Row("restarting$", "now restarting it", nil),
        Row("^exact$", "exact", [:]),
        Row("^exact$", "exactly", nil),
        Row("{name} is up", "api is up", ["name": "api"]),
        Row("{name} is up", "is up", nil),
        Row("pid={pid:int}", "started pid=42", ["pid": "42"]),
        Row("pid={pid:int}", "started pid=x pid=43", ["pid": "43"]),
        Row("pid={pid:int}", "started pid=1234567890123456789", nil),
        Row("t={t:duration}", "t=1h30m later", ["t": "1h30m"]),
        Row("t={t:duration}", "t=15", nil),
        Row("t={t:number}s", "t=1.25s", ["t": "1.25"]),
        Row("task {id:word}: {why}", "task a-7: it broke: badly", ["id": "a-7", "why": "it broke: badly"]),
        Row("{a} - {b} - {c}", "x - y - z - w", ["a": "x", "b": "y", "c": "z - w"]),
        Row("{a:word} ends", "the job ends", ["a": "job"]),
        Row("^{n:name} NOT running", "my daemon NOT running", ["n": "my daemon"]),
        Row("^{n:name} NOT running", "api ERROR: see x NOT running", nil),
        Row("is {state:up|down|upwards}", "it is upwards", ["state": "upwards"]),
        Row("is {state:up|down}", "it is gone", nil),
        Row("{{literal}} {x}", "{literal} y", ["x": "y"]),
        Row("\\^caret", "a ^caret", [:]),
        Row("price\\$", "price$ 5", [:]),
        Row("{_} then {b}", "a then b", ["b": "b"]),
        Row("[{l:list}]", "order [a, b]", ["l": "a, b"]),
        Row("❌ {reason}", "❌ ECONNREFUSED", ["reason": "ECONNREFUSED"]),
        Row("❌ {reason}", "see ❌ ECONNREFUSED", nil),
        Row("⚠ {x}", "⚠\u{FE0F} careful", ["x": "careful"]),
        Row("⚠\u{FE0F} {x}", "⚠ careful", ["x": "careful"]),
        Row("✅", "✅ done", [:]),
        Row("^✅ done$", "✅ done", [:]),
        Row("done ✅", "all done ✅", [:]),
        Row("/done/", "all done", [:]),
        Row("{a:word} x {b:name} y", "1 x 2 x 3 y", ["a": "1", "b": "2 x 3"]),
    ]

    @Test(arguments: rows)
    func phrase_fitsOrNot(row: Row) throws {
        let set = try RuleLoader.load(text: Self.oneRule("when: '\(row.phrase)'"), file: "r")
        let fold = RuleFold(try #require(set.components.first))
        let bytes = Array("[2026-11-22T16:04:01.123Z] \(row.line)".utf8)
        let found = fold.explanation(of: bytes.span, readAt: .read)
        #expect((found.fired == nil ? nil : found.captures) == row.captures)
        // What explains and what folds must agree.
        var other = fold
        let outcome = other.fold(line: bytes.span, file: 0, generation: 1, offset: 0, readAt: .read)
        #expect((outcome == .unknown) == (row.captures == nil))
    }

    @Test(arguments: [
        ("indicator: ❌", "❌ x", true), ("indicator: ❌", "🔴 x", false), ("indicator: failed", "🔴 x", true),
        ("indicator: none", "x", true), ("indicator: none", "✅ x", false), ("indicator: any", "✅ x", true),
        ("indicator: unreadable", "‚úÖ x", true), ("level: error", "❌ x", true), ("level: warning", "❌ x", true),
        ("level: error", "🟡 x", false), ("fields: {want: down}", "x want=down", true),
        ("fields: {want: down}", "x want=downwards", false), ("fields: {want: down}", "x why=\"want=down\"", false),
        ("fields: {why: '{_}'}", "x why=\"a b\"", true), ("time: some", "x", true), ("time: none", "x", false),
        ("when: x\n        unless: y", "x", true), ("when: x\n        unless: y", "x y", false),
    ])
    func condition_isMetOrNot(condition: String, line: String, fits: Bool) throws {
        let set = try RuleLoader.load(text: Self.oneRule(condition), file: "r")
        var fold = RuleFold(try #require(set.components.first))
        #expect((fold.take("[2026-11-22T16:04:01Z] \(line)") == .rule(0)) == fits)
    }

    @Test(arguments: ["❌ {reason} over", "^❌ {reason} over", "^gone {reason}", "❌", "/^gone (?<x>.)$/"])
    func explanation_showsThePhraseAsItWasWritten(phrase: String) throws {
        let set = try RuleLoader.load(text: Self.oneRule("when: x\n        unless: '\(phrase)'"), file: "r")
        let rule = try #require(set.components.first?.rules.first)
        #expect(rule.unless.map(\.source) == [phrase])
    }

    @Test func refusal_namesThePhraseAsItWasWritten() throws {
        let set = try RuleLoader.load(text: Self.oneRule("when: '❌ {reason}'"), file: "r")
        let fold = RuleFold(try #require(set.components.first))
        let found = fold.explanation(of: Array("[2026-11-22T16:04:01Z] ✅ x".utf8).span, readAt: .read)
        #expect(found.rules.first?.refusal == "the line does not begin with the sign of \"❌ {reason}\"")
    }

    @Test func phraseThatIsMadeToBeSlow_givesUpAndIsCounted() throws {
        let set = try RuleLoader.load(
            text: Self.oneRule("when: '{a} b{c:name}d{e:name}f'"),
            file: "r"
        )
        var fold = RuleFold(try #require(set.components.first))
        fold.take("[2026-11-22T16:04:01Z] x" + String(repeating: " bd", count: 20_000))
        #expect(fold.totals.abandonedLines == 1)
        #expect(fold.snapshot(now: .read).overflow == 1)
    }

    @Test func literals_areFoundWhereverTheyStand() throws {
        // The prefilter must never hide a phrase: every length and place of a text.
        for length in 1...20 {
            let word = String(repeating: "ab", count: length).prefix(length)
            let set = try RuleLoader.load(text: Self.oneRule("when: 'x\(word)'"), file: "r")
            for before in 0..<20 {
                var fold = RuleFold(try #require(set.components.first))
                let line = "[2026-11-22T16:04:01Z] " + String(repeating: "-", count: before + 1) + "x\(word)"
                #expect(fold.take(line) == .rule(0), "\(line)")
            }
        }
    }

    static func oneRule(_ body: String) -> String {
        """
        components:
          c:
            records: stamped
            rules:
              - name: it
                \(body)
        """
    }
}

extension Timestamp {
    /// Later than all lines in these tests.
    static let read = Timestamp(milliseconds: 1_798_000_000_000)
}

extension RuleFold {
    @discardableResult
    mutating func take(_ line: String, readAt: Timestamp = .read) -> LineOutcome {
        let bytes = Array(line.utf8)
        return fold(line: bytes.span, file: 0, generation: 1, offset: 7, readAt: readAt)
    }
}
