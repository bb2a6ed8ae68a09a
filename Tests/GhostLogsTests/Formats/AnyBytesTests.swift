import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

/// Whatever the bytes are, the parser stays inside the line and says the same of them wherever they stand.
struct AnyBytesTests {
    private static let samples =
        LineFormTests.syslog + LineFormTests.servers + LineFormTests.languages + LineFormTests.wrappers
        + LineFormTests.structured + LineFormTests.platforms + LineFormTests.clusters + LineFormTests.others

    @Test func everyPrefix_isRead() {
        for sample in Self.samples {
            let bytes = Array(sample.line.utf8)
            for length in 0...bytes.count { Self.check(Array(bytes[..<length])) }
        }
    }

    @Test(arguments: 0..<4)
    func mutations_areRead(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let marks = Array("{}[]()<>\"\\:=-|,./ \tTZ0129IEW\u{1B}\0".utf8) + [0xF0, 0x9F, 0xE2, 0xFF]
        for _ in 0..<4000 {
            let sample = try #require(Self.samples.randomElement(using: &random))
            var bytes = Array(sample.line.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(marks.randomElement(using: &random) ?? 0, at: place)
                case 2: bytes[place] = UInt8.random(in: 0...255, using: &random)
                default: bytes[place] = marks.randomElement(using: &random) ?? 0
                }
            }
            Self.check(bytes)
        }
    }

    /// A line at the end of a larger buffer and in one of its own must read the same: what stands behind it is not looked at.
    private static func check(_ bytes: [UInt8]) {
        var parser = LineParser(latest: readingInstant)
        let alone = parser.parse(bytes.span)
        var other = LineParser(latest: readingInstant)
        let surrounded = Array("2026-11-22 ".utf8) + bytes + Array("16:04:01 ERROR: x\"}]".utf8)
        let inside = other.parse(surrounded.span.extracting(11..<11 + bytes.count))
        #expect(alone == inside, "\(String(decoding: bytes, as: UTF8.self))")
        #expect(alone.message.lowerBound >= 0 && alone.message.upperBound <= bytes.count)
        if let origin = alone.origin { #expect(origin.upperBound <= bytes.count) }
        var text: [UInt8] = []
        parser.appendMessage(of: alone, in: bytes.span, to: &text)
        #expect(text.count <= max(bytes.count, 1) * 3)
        _ = parser.fields(of: alone, in: bytes.span)
        _ = alone.time?.text
    }
}
