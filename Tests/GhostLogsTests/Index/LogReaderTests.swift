import Foundation
import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

/// Reads a time that is the number before the first blank, in seconds.
private struct NumberTimes: LineTimeReading {
    mutating func time(of line: Span<UInt8>) -> Timestamp? {
        var value: Int64 = 0
        var digits = 0
        while digits < line.count, digits < 15, case let digit = line[digits] &- 0x30, digit <= 9 {
            value = value * 10 + Int64(digit)
            digits += 1
        }
        guard digits > 0, digits < line.count, line[digits] == 0x20 else { return nil }
        return Timestamp(milliseconds: value * 1000)
    }
}

struct LogReaderTests {
    private struct Line: Equatable {
        var start: Int64
        var text: String
        var time: Int64?
    }

    /// Some text, and its lines found in the simplest way.
    private func randomText(
        _ random: inout SeededRandom,
        lines count: Int,
        disorder: Int
    ) -> (text: String, lines: [Line]) {
        var text = ""
        var lines: [Line] = []
        var clock = 1000
        for number in 0..<count {
            clock += Int.random(in: 0...3, using: &random)
            let hasTime = Int.random(in: 0..<4, using: &random) > 0
            let time = clock - (disorder > 0 ? Int.random(in: 0...disorder, using: &random) : 0)
            var body = hasTime ? "\(time) line \(number)" : "  at \(number)"
            switch Int.random(in: 0..<30, using: &random) {
            case 0: body += String(repeating: "x", count: Int.random(in: 0...200_000, using: &random))
            case 1: body = ""
            default: body += String(repeating: "y", count: Int.random(in: 0...3000, using: &random))
            }
            let start = Int64(text.utf8.count)
            lines.append(Line(start: start, text: body, time: body.isEmpty || !hasTime ? nil : Int64(time)))
            let isLast = number == count - 1
            text +=
                body
                + (isLast && Bool.random(using: &random) && !body.isEmpty
                    ? "" : ["\n", "\n", "\r\n", "\r"].randomElement(using: &random) ?? "\n")
        }
        // A CR and an LF that follow each other are one end.
        return (text, lines)
    }

    private func texts(_ page: LogPage) -> [String] { page.lines.map { String(decoding: $0.text, as: UTF8.self) } }
    private func kept(_ text: String) -> String {
        String(decoding: text.utf8.prefix(LineSplitter.longestLineBytes), as: UTF8.self)
    }

    /// The lines of a text, by the splitter that everything else uses.
    private func oracle(_ bytes: [UInt8]) -> [Line] {
        var splitter = LineSplitter()
        var times = NumberTimes()
        var lines: [Line] = []
        func take(_ text: Span<UInt8>, _ start: Int64) {
            let time = times.time(of: text).map { $0.milliseconds / 1000 }
            lines.append(
                Line(
                    start: start,
                    text: text.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) },
                    time: time
                )
            )
        }
        splitter.split(bytes.span) { text, start, _ in take(text, start) }
        splitter.finish { text, start, _ in take(text, start) }
        return lines
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func everyQuestion_isAnsweredAsAWholeReadingWould(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let folder = try TemporaryFolder()
        let disorder = seed % 3 == 0 ? 4 : 0
        let made = randomText(&random, lines: Int.random(in: 0...400, using: &random), disorder: disorder)
        try folder.write(made.text, to: "a.log")
        let lines = oracle(Array(made.text.utf8))
        var reader = try LogReader(path: folder.path("a.log"), times: NumberTimes())
        let length = Int64(made.text.utf8.count)
        for round in 0..<30 {
            // First without an index, then with a part of it, then with all.
            if round >= 10 { _ = try reader.extendIndex(budgetBytes: Int64.random(in: 1...200_000, using: &random)) }
            if round >= 20 { while try !reader.extendIndex(budgetBytes: 1_000_000) {} }
            let offset = Int64.random(in: 0...length, using: &random)
            let count = Int.random(in: 1...50, using: &random)
            let place = LogPlace(part: 0, offset: offset)
            let before = try reader.lines(before: place, count: count)
            #expect(texts(before) == lines.filter { $0.start < offset }.suffix(count).map(\.text))
            let after = try reader.lines(after: place, count: count)
            #expect(after.lines.map(\.place.offset) == lines.filter { $0.start >= offset }.prefix(count).map(\.start))
            #expect(texts(after) == lines.filter { $0.start >= offset }.prefix(count).map(\.text))
            #expect(after.next?.place.offset == lines.filter { $0.start >= offset }.dropFirst(count).first?.start)

            let from = Int64.random(in: 990...1700, using: &random)
            let range = seconds(from)..<seconds(from + Int64.random(in: 0...60, using: &random))
            var cursor: LogCursor?
            var found: [String] = []
            repeat {
                let page = try reader.lines(in: range, count: count, from: cursor)
                #expect(page.lines.count <= count)
                found += texts(page)
                cursor = page.next
            } while cursor != nil
            #expect(found == inside(lines, range), "\(range)")

            let number = Int64.random(in: 0...Int64(lines.count + 2), using: &random)
            let expected = lines.indices.contains(Int(number)) ? lines[Int(number)].start : nil
            if round >= 20 || round < 2 { #expect(try reader.place(ofLine: number, in: 0)?.offset == expected) }
            if let expected, reader.index(of: 0).covered >= expected {
                #expect(try reader.number(ofLineAt: LogPlace(part: 0, offset: expected)) == number)
            }
            let time = Int64.random(in: 990...1700, using: &random)
            #expect(try reader.place(near: seconds(time))?.offset == nearest(lines, time)?.start, "\(time)")
        }
    }

    private func seconds(_ value: Int64) -> Timestamp { Timestamp(milliseconds: value * 1000) }

    private func inside(_ lines: [Line], _ range: Range<Timestamp>) -> [String] {
        var isInside = false
        return lines.compactMap { line in
            if let time = line.time { isInside = range.contains(seconds(time)) }
            return isInside ? line.text : nil
        }
    }

    private func nearest(_ lines: [Line], _ time: Int64) -> Line? {
        let timed = lines.filter { $0.time != nil }
        let after = timed.filter { ($0.time ?? 0) >= time }.map { $0.time ?? 0 }.min()
        if let after { return timed.first { $0.time == after } }
        let before = timed.map { $0.time ?? 0 }.max()
        return timed.last { $0.time == before }
    }

    @Test func rotatedFiles_areReadBeforeTheLog_archivesToo() throws {
        let folder = try TemporaryFolder()
        var number = 0
        func lines(_ count: Int) -> String {
            (0..<count).map { _ in
                number += 1
                return "\(1000 + number) line \(number)\n"
            }.joined()
        }
        try folder.write(lines(300), to: "a.log.2")
        try folder.compress("a.log.2")
        try folder.write(lines(200), to: "a.log.1")
        try folder.write(lines(100), to: "a.log")
        try folder.write("x", to: "a.log.3.zst")
        var reader = try LogReader(path: folder.path("a.log"), times: NumberTimes())
        #expect(reader.paths == ["a.log.2.gz", "a.log.1", "a.log"].map(folder.path))
        #expect(reader.omitted == [folder.path("a.log.3.zst")])
        let page = try reader.lines(count: 550)
        #expect(texts(page).first == "1051 line 51")
        #expect(texts(page).count == 550)
        let previous = try #require(page.previous)
        let rest = try reader.lines(before: previous, count: 100)
        #expect(texts(rest).count == 50)
        #expect(rest.previous == nil)
        let range = seconds(1290)..<seconds(1510)
        #expect(
            texts(try reader.lines(in: range, count: 1000)).map { String($0.prefix(4)) }
                == (1290..<1510).map { "\($0)" }
        )
        let around = try reader.lines(around: seconds(1301), before: 3, after: 2)
        #expect(texts(around) == (298...302).map { "\(1000 + $0) line \($0)" })
    }

    @Test(arguments: [TextEncoding.ByteOrder.littleEndian, .bigEndian])
    func wideText_isReadBack(order: TextEncoding.ByteOrder) throws {
        let folder = try TemporaryFolder()
        let text = (0..<20_000).map { "\($0 + 1000) ✅ line \($0)\r\n" }.joined()
        let units = Array(text.utf16).flatMap { unit in
            order == .bigEndian ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
        }
        try folder.write(bytes: units, to: "a.log")
        var reader = try LogReader(path: folder.path("a.log"), times: NumberTimes())
        #expect(texts(try reader.lines(count: 3)) == (19_997..<20_000).map { "\($0 + 1000) ✅ line \($0)" })
        let middle = try #require(try reader.place(near: seconds(11_000)))
        #expect(texts(try reader.lines(after: middle, count: 1)) == ["11000 ✅ line 10000"])
        #expect(texts(try reader.lines(before: middle, count: 1)) == ["10999 ✅ line 9999"])
        #expect(try reader.place(ofLine: 10_000, in: 0) == middle)
        #expect(try reader.number(ofLineAt: middle) == 10_000)
    }

    @Test func aLineOfAnyLength_isReadWithLittleMemory() throws {
        let folder = try TemporaryFolder()
        try folder.write("1 a\n" + String(repeating: "z", count: 3_000_000) + "\n3 c\n", to: "a.log")
        var reader = try LogReader(path: folder.path("a.log"), times: NumberTimes())
        let page = try reader.lines(count: 2)
        #expect(page.lines.map(\.text.count) == [LineSplitter.longestLineBytes, 3])
        #expect(page.lines.map(\.omitted) == [3_000_000 - LineSplitter.longestLineBytes, 0])
        #expect(page.lines.map(\.place.offset) == [4, 3_000_005])
    }

    // MARK: The index

    @Test func aSavedIndex_isTakenForTheSameFileOnly_andGoesOn() throws {
        var random = SeededRandom(seed: 5)
        let folder = try TemporaryFolder()
        let made = randomText(&random, lines: 300, disorder: 3)
        try folder.write(made.text + "\n", to: "a.log")
        var reader = try LogReader(path: folder.path("a.log"), times: NumberTimes())
        while try !reader.extendIndex(budgetBytes: 100_000) {}
        let saved = try #require(try reader.savedIndex())
        try folder.append("5000 more\n", to: "a.log")
        var second = try LogReader(path: folder.path("a.log"), times: NumberTimes())
        #expect(try second.restoreIndex(saved))
        #expect(second.index(of: 0) == reader.index(of: 0))
        while try !second.extendIndex(budgetBytes: 100_000) {}
        var whole = try LogReader(path: folder.path("a.log"), times: NumberTimes())
        while try !whole.extendIndex(budgetBytes: .max / 2) {}
        #expect(second.index(of: 0) == whole.index(of: 0))
        for index in stride(from: 0, to: saved.count, by: 7) {
            var damaged = saved
            damaged[index] ^= 4
            #expect(try !second.restoreIndex(damaged))
        }
        try folder.write(made.text + "\n", to: "b.log")
        var other = try LogReader(path: folder.path("b.log"), times: NumberTimes())
        #expect(try !other.restoreIndex(saved))
    }

    @Test func aFileOfTooManyBlocks_hasLongerBlocks() {
        var index = LogIndex(limit: 1000)
        let count: Int64 = 3000
        for number in 0..<count {
            let start = number * LogIndex.shortestBlock
            let end = start + LogIndex.shortestBlock
            index.add(lineAt: start, endingAt: end, time: Timestamp(milliseconds: number))
        }
        #expect(index.blockBytes == LogIndex.shortestBlock * 4)
        #expect(index.blocks.count == 750)
        #expect(index.lines == count)
        for line in [0, 1, 701, count - 1] {
            let anchor = index.anchor(line: line)
            #expect(
                anchor.map { $0.offset / LogIndex.shortestBlock == $0.line && $0.line <= line && line - $0.line < 4 }
                    == true
            )
        }
        let times = Timestamp(milliseconds: 701)..<Timestamp(milliseconds: 703)
        #expect(index.stretches(holding: times).first?.lowerBound == 700 * LogIndex.shortestBlock)
    }
}
