import Testing

@testable import GhostModel

struct ComponentLineTests {
    private let time = Timestamp(milliseconds: 1_795_363_441_123)

    @Test func line_hasItsTimeItsTextAndItsFields() {
        let line = ComponentLine("managing api (attempt 1)", .init("pid", 4243), .init("run", "api#3"))
        #expect(line.rendered(at: time) == "[2026-11-22T16:04:01.123Z] managing api (attempt 1) pid=4243 run=api#3\n")
        let boot = ComponentLine("Startup order: [db, api]", .init("at", time), stamp: .none)
        #expect(boot.rendered(at: time) == "Startup order: [db, api] at=2026-11-22T16:04:01.123Z\n")
    }

    @Test(arguments: [
        ("plain", "plain"), ("signal:9", "signal:9"), ("", "\"\""), ("two words", "\"two words\""),
        ("a=b", "\"a=b\""), ("say \"x\"", #""say \"x\"""#), (#"back\slash"#, #""back\\slash""#),
        ("a\nb\tc\rd", #""a\nb\tc\rd""#), ("bell\u{07}", "\"bell \""), ("é", "é"),
    ])
    func value_isQuotedWhereItMustBe(value: String, expected: String) {
        #expect(
            ComponentLine("x", .init("k", value)).rendered(at: time) == "[2026-11-22T16:04:01.123Z] x k=\(expected)\n"
        )
    }

    @Test(arguments: ["a\nb", "a\rb", "a\u{85}b", "a\u{2028}b", "a\u{7F}b", "a\u{1B}b"])
    func text_cannotForgeARecord(text: String) {
        let rendered = ComponentLine(text, .init("k", text)).rendered(at: time)
        #expect(rendered.unicodeScalars.filter { $0.value < 0x20 || $0.value == 0x85 || $0.value == 0x2028 } == ["\n"])
    }

    @Test func heartbeat_carriesNoneOfTheWordsThatTheOriginalCounts() {
        let line = ComponentLine.heartbeat(.init("watching", "api,db")).rendered(at: time)
        #expect(line == "[2026-11-22T16:04:01.123Z] heartbeat every=60s watching=api,db\n")
        for word in ["health", "completed", "executing", "managing", "✅", "❌", "🟢"] { #expect(!line.contains(word)) }
    }

    @Test func everyComponent_hasItsNames() {
        for kind in ComponentKind.allCases {
            #expect(kind.fileNames.first == kind.fileName)
            #expect(kind.fileName.hasSuffix(".log"))
        }
    }
}
