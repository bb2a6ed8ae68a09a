import GhostModel
import Testing

@testable import GhostLogs

struct StampReaderTests {
    @Test(arguments: [
        ("[2026-11-22T16:04:01.123Z] x", "2026-11-22T16:04:01.123Z|x"),
        ("[2026-11-22T16:04:01.123Z]   x  ", "2026-11-22T16:04:01.123Z|x"),
        ("2026-11-22T16:04:01.123Z x", "2026-11-22T16:04:01.123Z|x"),
        ("[2026-11-22T16:04:01.123Z x", "2026-11-22T16:04:01.123Z|x"),
        ("2026-11-22T16:04:01.123Z] x", "2026-11-22T16:04:01.123Z|x"),
        ("(2026-11-22T16:04:01.123Z) x", "2026-11-22T16:04:01.123Z|x"),
        ("[2026-11-22 16:04:01Z] x", "2026-11-22T16:04:01.000Z|x"),
        ("[2026-11-22T21:34:01.123+05:30] x", "2026-11-22T16:04:01.123Z|x"),
        ("[2026-11-22T08:04:01.123-08:00] x", "2026-11-22T16:04:01.123Z|x"),
        ("\u{1B}[32m[2026-11-22T16:04:01.123Z] x\u{1B}[0m", "2026-11-22T16:04:01.123Z|x"),
        ("[2026-13-45T99:99:99.999Z] x", "null|x"),
        ("[2026-02-30T00:00:00.000Z] x", "null|x"),
        ("[2026-11-22T24:00:00.000Z] x", "null|x"),
        ("[NaN-NaN-NaNTNaN] x", "null|x"),
        ("[2026-3-1T1:2:3Zjunk] x", "null|x"),
        ("[Invalid Date] x", "null|x"),
        ("[] x", "null|x"),
        ("[ ] x", "null|x"),
        ("[-] x", "null|x"),
        ("[undefined] x", "null|x"),
        ("[2025-03-0[2025-03-01T1:00.400Z] x", "torn"),
        ("(node) warning", "continuation|(node) warning"),
        ("at load (node:internal/300)", "continuation|at load (node:internal/300)"),
        ("2026-", "continuation|2026-"),
        ("[" + String(repeating: "x", count: 60) + "] y", "continuation|[" + String(repeating: "x", count: 60) + "] y"),
        ("  \t ", "blank"),
        ("", "blank"),
    ])
    func line_isJudgedByItsStart(line: String, expected: String) {
        var reader = StampReader()
        #expect(describe(line, &reader) == expected)
    }

    @Test func rememberedDay_changesNothing() {
        var reader = StampReader()
        let days = ["2026-11-22", "2026-11-23", "2026-02-30", "2026-11-22", "1969-12-31", "2026-11-22"]
        for day in days {
            for time in [
                "00:00:00.000", "23:59:59.999", "24:00:00.000", "12:60:00.000", "12:00:0x.000", "09:08:07.654",
            ] {
                let line = "[\(day)T\(time)Z] x"
                var fresh = StampReader()
                #expect(describe(line, &reader) == describe(line, &fresh))
                let known = Timestamp(rfc3339: "\(day)T\(time)Z")
                #expect(describe(line, &fresh) == "\(known?.description ?? "null")|x")
            }
        }
    }

    private func describe(_ line: String, _ reader: inout StampReader) -> String {
        let bytes = Array(line.utf8)
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        switch reader.read(bytes.span) {
        case .blank: return "blank"
        case .torn: return "torn"
        case .continuation(let body): return "continuation|\(text(body))"
        case .stamped(let time, let body): return "\(time?.description ?? "null")|\(text(body))"
        }
    }
}
