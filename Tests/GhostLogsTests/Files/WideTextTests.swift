import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

struct WideTextTests {
    private struct Line: Equatable {
        var text: String
        var start: Int64
        var omitted: Int
    }

    private func bytes(_ text: String, _ order: TextEncoding.ByteOrder) -> [UInt8] { bytes(Array(text.utf16), order) }

    private func bytes(_ units: [UInt16], _ order: TextEncoding.ByteOrder) -> [UInt8] {
        units.flatMap { unit in
            let pair = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
            return order == .bigEndian ? pair : pair.reversed()
        }
    }

    private func lines(_ bytes: [UInt8], _ order: TextEncoding.ByteOrder, chunk: Int) -> [Line] {
        var splitter = WideLineSplitter(order: order)
        var lines: [Line] = []
        func take(_ text: Span<UInt8>, _ start: Int64, _ omitted: Int) {
            let text = text.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
            lines.append(Line(text: text, start: start, omitted: omitted))
        }
        var index = 0
        while index < bytes.count {
            let end = min(bytes.count, index + chunk)
            splitter.split(bytes.span.extracting(index..<end)) { take($0, $1, $2) }
            index = end
        }
        splitter.finish { take($0, $1, $2) }
        return lines
    }

    @Test(arguments: [TextEncoding.ByteOrder.littleEndian, .bigEndian], [1, 2, 3, 7, 1000])
    func lines_areTheSameHoweverTheyAreChunked(order: TextEncoding.ByteOrder, chunk: Int) {
        let text = "\u{FEFF}first ✅\r\nsecond 🟢 x\n\nlone\rlast"
        #expect(
            lines(bytes(text, order), order, chunk: chunk) == [
                Line(text: "first ✅", start: 2, omitted: 0), Line(text: "second 🟢 x", start: 20, omitted: 0),
                Line(text: "", start: 44, omitted: 0), Line(text: "lone", start: 46, omitted: 0),
                Line(text: "last", start: 56, omitted: 0),
            ]
        )
    }

    @Test func whatIsNoText_becomesAReplacementCharacter() {
        let units: [UInt16] = [0x41, 0xD83D, 0x42, 0xDC00, 0x43, 0xD83D, 0x0A, 0, 0x44, 0, 0x0A]
        #expect(
            lines(bytes(units, .littleEndian) + [0x45], .littleEndian, chunk: 3) == [
                Line(text: "A\u{FFFD}B\u{FFFD}C\u{FFFD}", start: 0, omitted: 0), Line(text: "D", start: 16, omitted: 0),
                Line(text: "\u{FFFD}", start: 22, omitted: 0),
            ]
        )
    }

    @Test func aLineOverTheLimit_keepsItsBeginning_andTheRestIsCounted() {
        let text = String(repeating: "x", count: LineSplitter.longestLineBytes + 10) + "\nnext\n"
        let found = lines(bytes(text, .bigEndian), .bigEndian, chunk: 999)
        #expect(found.map(\.text.utf8.count) == [LineSplitter.longestLineBytes, 4])
        #expect(found.map(\.omitted) == [20, 0])
    }

    @Test(
        arguments: [
            ([0xFF, 0xFE, 0x5B, 0x00], TextEncoding.utf16(.littleEndian)), ([0xFE, 0xFF, 0, 0x5B], .utf16(.bigEndian)),
            ([0x5B, 0, 0x32, 0], .utf16(.littleEndian)), ([0, 0x5B, 0, 0x32], .utf16(.bigEndian)),
            ([0xFF, 0xFE, 0x2D, 0x4E, 0x87, 0x65], .utf16(.littleEndian)),
            ([0xFF, 0xFE, 0x41, 0x42, 0x43, 0x44], .utf8),
            ([0x41, 0x42, 0, 0, 0, 0, 0, 0], .utf8), ([0, 0, 0, 0], .utf8), ([0xEF, 0xBB, 0xBF, 0x41], .utf8),
            ([], .utf8),
            ([0x41], .utf8), ([0xE4, 0xB8, 0xAD, 0xE6], .utf8),
        ] as [([UInt8], TextEncoding)]
    )
    func theFirstBytes_tellTheEncoding(first: [UInt8], expected: TextEncoding) {
        #expect(TextEncoding(first: first) == expected)
    }

    /// Grows byte by byte, is read in every possible way and survives restarts.
    @Test(arguments: [TextEncoding.ByteOrder.littleEndian, .bigEndian], 1...6 as ClosedRange<UInt64>)
    func aWideLog_isFollowed(order: TextEncoding.ByteOrder, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let folder = try TemporaryFolder()
        let expected = (0..<40).map { "line \($0) " + ["✅", "🟢 y", "", "中文", "Ā"][$0 % 5] }
        let mark = seed % 2 == 0 ? "\u{FEFF}" : ""
        let content = bytes(mark + expected.map { $0 + "\n" }.joined(), order)
        var harness = TailHarness(folder, blockBytes: Int.random(in: 1...50, using: &random))
        var written = 0
        while written < content.count {
            written = min(content.count, written + Int.random(in: 1...60, using: &random))
            try folder.write(bytes: Array(content[..<written]), appendingTo: "a.log")
            harness.look(budget: Bool.random(using: &random) ? .max : Int.random(in: 1...9, using: &random))
            if Int.random(in: 0..<4, using: &random) == 0 {
                try harness.save()
                harness.crash()
            }
        }
        harness.look()
        #expect(harness.texts == expected)
        #expect(harness.losses == [])
        if let last = harness.lines.last {
            #expect(last.offset == Int64(content.count - bytes("line 39 Ā\n", order).count))
        }
    }
}
