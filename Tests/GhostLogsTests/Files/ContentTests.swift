import Foundation
import GhostTestSupport
import Testing

@testable import GhostLogs

struct ContentTrailTests {
    @Test func windows_doNotDependOnTheBlocks() {
        let bytes = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 7) }
        var random = SeededRandom(seed: 3)
        for _ in 0..<200 {
            var trail = ContentTrail()
            var offset = 0
            while trail.position < 12_000 {
                let start = Int(trail.position)
                let end = start + Int.random(in: 1...Int.random(in: 1...6000, using: &random), using: &random)
                // A line may start anywhere after the last one that did.
                offset = Int.random(in: offset...end, using: &random)
                if offset <= start, offset > Int(trail.offset) { offset = Int(trail.offset) }
                trail.append(bytes.span.extracting(start..<end), pending: Int64(end - offset))
                let settled = Int(trail.offset)
                #expect(settled == offset)
                #expect(trail.head == ContentWindow(bytes.span.extracting(0..<min(settled, 4096))))
                #expect(trail.tail == ContentWindow(bytes.span.extracting(max(0, settled - 4096)..<settled)))
                #expect(trail.recent == Array(bytes[max(0, end - 4096)..<end]))
            }
        }
    }

    @Test func window_tellsContentsApart() {
        let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0) }
        var seen: Set<ContentWindow> = []
        for length in 0...300 { #expect(seen.insert(ContentWindow(bytes.span.extracting(0..<length))).inserted) }
        for index in 0..<300 {
            var other = bytes
            other[index] ^= 1
            #expect(seen.insert(ContentWindow(other.span)).inserted)
        }
    }

    @Test func windowHash_neverChanges() {
        let bytes = Array("[2026-11-22T16:04:01.123Z] heartbeat every=60s\n".utf8)
        // Saved checkpoints hold such values.
        #expect(ContentWindow(bytes.span).hash == 10_260_531_229_715_399_557)
    }
}

struct GzipReaderTests {
    private func read(_ path: String, from start: Int64 = 0) throws -> ([UInt8], GzipReader.Ending?) {
        let text = try PlainText(path: path)
        var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1000))
        while case let count = try text.read(into: &buffer, longest: 100, at: start + Int64(bytes.count)), count > 0 {
            bytes += buffer[..<count]
        }
        return (bytes, text.archiveEnding)
    }

    private let sample = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* $0 &>> 5) }

    @Test(arguments: [0, 1, 999, 49_999])
    func archive_readsAsItsText(start: Int) throws {
        let folder = try TemporaryFolder()
        try folder.write(bytes: gzip(sample), to: "a.gz")
        let (bytes, ending) = try read(folder.path("a.gz"), from: Int64(start))
        #expect(bytes == Array(sample[start...]))
        #expect(ending == .whole)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/gzip")))
    func archiveOfTheRealProgram_readsAsItsText() throws {
        let folder = try TemporaryFolder()
        try folder.write(bytes: sample, to: "a")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/gzip")
        process.arguments = [folder.path("a")]
        try process.run()
        process.waitUntilExit()
        let (bytes, ending) = try read(folder.path("a.gz"))
        #expect(bytes == sample)
        #expect(ending == .whole)
    }

    @Test func members_areOneText() throws {
        let folder = try TemporaryFolder()
        try folder.write(bytes: gzip([1, 2]) + gzip([]) + gzip([3]) + [0, 0, 0], to: "a.gz")
        let (bytes, ending) = try read(folder.path("a.gz"))
        #expect(bytes == [1, 2, 3])
        #expect(ending == .whole)
    }

    @Test func damage_isTold() throws {
        let folder = try TemporaryFolder()
        let whole = gzip(sample)
        var wrong = whole
        wrong[whole.count - 6] ^= 1
        for (bytes, least) in [(Array(whole.dropLast(1)), 50_000), (Array(whole.prefix(9)), 0), (wrong, 50_000)] {
            try folder.write(bytes: bytes, to: "a.gz")
            let (text, ending) = try read(folder.path("a.gz"))
            #expect(text == Array(sample.prefix(text.count)))
            #expect(text.count >= least)
            #expect(ending == .damaged)
        }
    }

    @Test func goingBack_startsAnew() throws {
        let folder = try TemporaryFolder()
        try folder.write(bytes: gzip(sample), to: "a.gz")
        let text = try PlainText(path: folder.path("a.gz"))
        #expect(try text.bytes(40_000..<40_010) == Array(sample[40_000..<40_010]))
        #expect(try text.bytes(10..<20) == Array(sample[10..<20]))
        #expect(try text.bytes(49_990..<60_000) == Array(sample[49_990...]))
    }
}
