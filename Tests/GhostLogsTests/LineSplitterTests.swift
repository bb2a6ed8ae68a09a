import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

struct LineSplitterTests {
    /// A line as it was given out.
    private struct Line: Equatable {
        var text: String
        var start: Int64
        var omitted: Int
    }

    @Test(arguments: [
        ("a\nb\n", ["a@0", "b@2"]),
        ("a\r\nb\r\n", ["a@0", "b@3"]),
        ("a\rb\r", ["a@0", "b@2"]),
        ("a\n\nb\n", ["a@0", "@2", "b@3"]),
        ("a\r\r\nb\n", ["a@0", "@2", "b@4"]),
        ("a\n\rb\n", ["a@0", "@2", "b@3"]),
        ("\u{FEFF}a\nb\n", ["a@3", "b@5"]),
        ("␀␀a␀\nb\n", ["a@2", "b@5"]),
        ("a\nb", ["a@0"]),
        ("", []),
        ("a\u{85}b\u{2028}c\u{0C}d\n", ["a\u{85}b\u{2028}c\u{0C}d@0"]),
    ])
    func text_isCutAtLineEnds(text: String, expected: [String]) {
        // The picture of NUL stands for NUL, which would spoil the names of the tests.
        let bytes = Array(text.replacing("␀", with: "\0").utf8)
        #expect(split([bytes]).map { "\($0.text)@\($0.start)" } == expected)
    }

    @Test(arguments: 0..<60)
    func chunking_changesNothing(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let pieces = ["a", "\n", "\r", "\r\n", "\0", "\u{FEFF}", "🟢", "[2026-11-22T16:04:01.123Z] ", "xyz", "\n\n"]
        var text: [UInt8] = []
        for _ in 0..<Int.random(in: 0...200, using: &random) {
            text += Array(pieces[Int.random(in: 0..<pieces.count, using: &random)].utf8)
        }
        let whole = split([text])
        var chunks: [[UInt8]] = []
        var rest = text[...]
        while !rest.isEmpty {
            let length = Int.random(in: 1...Int.random(in: 1...17, using: &random), using: &random)
            chunks.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        #expect(split(chunks) == whole)
        #expect(split(text.map { [$0] }) == whole)
        for line in whole where !line.text.isEmpty {
            let bytes = Array(line.text.utf8)
            #expect(Array(text[Int(line.start)..<Int(line.start) + bytes.count]) == bytes)
        }
    }

    @Test(arguments: [1, 1000, 1 << 20])
    func longLine_keepsItsFirstBytesAndCountsTheRest(chunk: Int) {
        let limit = LineSplitter.longestLineBytes
        let text = [UInt8](repeating: 0x78, count: limit + 500) + Array("\nshort\n".utf8)
        let lines = split(
            stride(from: 0, to: text.count, by: chunk).map { Array(text[$0..<min($0 + chunk, text.count)]) }
        )
        #expect(lines.map { $0.text.utf8.count } == [limit, 5])
        #expect(lines.map(\.omitted) == [500, 0])
        #expect(lines.last?.start == Int64(limit + 501))
    }

    @Test func holeOfZeros_doesNotUseUpTheRoomOfALine() {
        let hole = [UInt8](repeating: 0, count: 3 * LineSplitter.longestLineBytes)
        let lines = split([hole, Array("abc\n".utf8)])
        #expect(lines == [Line(text: "abc", start: Int64(hole.count), omitted: 0)])
    }

    @Test func finish_givesOutALineWithoutEnd() {
        var splitter = LineSplitter()
        var lines: [String] = []
        let bytes = Array("a\nb".utf8)
        splitter.split(bytes.span) { text, _, _ in lines.append(text.text(0..<text.count, longest: 100)) }
        #expect(lines == ["a"])
        #expect(splitter.pendingBytes == 1)
        splitter.finish { text, start, _ in lines.append("\(text.text(0..<text.count, longest: 100))@\(start)") }
        #expect(lines == ["a", "b@2"])
    }

    @Test func utf16_isRecognised() {
        var splitter = LineSplitter()
        let bytes: [UInt8] = [0xFF, 0xFE, 0x5B, 0, 0x0A, 0]
        splitter.split(bytes.span) { _, _, _ in }
        #expect(splitter.encoding == .utf16)
        var other = LineSplitter()
        let garbage: [UInt8] = [0xFF, 0xFE, 0x5B, 0x5C, 0x0A]
        other.split(garbage.span) { _, _, _ in }
        #expect(other.encoding == .utf8)
    }

    private func split(_ chunks: [[UInt8]]) -> [Line] {
        var splitter = LineSplitter()
        var lines: [Line] = []
        for chunk in chunks {
            splitter.split(chunk.span) { text, start, omitted in
                var bytes: [UInt8] = []
                for index in 0..<text.count { bytes.append(text[index]) }
                lines.append(Line(text: String(decoding: bytes, as: UTF8.self), start: start, omitted: omitted))
            }
        }
        return lines
    }
}
