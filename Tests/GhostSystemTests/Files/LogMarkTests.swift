import GhostModel
import GhostTestSupport
import Testing

@testable import GhostSystem

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reading back what was written to a log behind a mark.
struct LogMarkTests {
    private let folder: TemporaryFolder
    private let time = Timestamp(milliseconds: 0)

    init() throws { folder = try TemporaryFolder() }

    private func append(_ text: String) throws {
        let file = try OwnedDescriptor(opening: folder.path("x.log"), flags: O_WRONLY | O_APPEND, action: "append to")
        let bytes = Array(text.utf8)
        #expect(write(file.number, bytes, bytes.count) == bytes.count)
    }

    private func rest(_ mark: LogMark, keep: Int = 3, limit: Int = 1000) throws(LogMarkLost) -> String {
        let bytes = try mark.rest(of: folder.path("x.log"), rotation: LogRotation(bytes: 1, keep: keep), limit: limit)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func whatWasAppendedIsReadBack() throws {
        try folder.write("old\n", to: "x.log")
        let mark = try #require(LogMark(endOf: folder.path("x.log")))
        #expect(try rest(mark) == "")
        try append("new\nnewer")
        #expect(try rest(mark) == "new\nnewer")
    }

    @Test func aLogThatIsNotThereIsReadFromItsBeginning() throws {
        let mark = try #require(LogMark(endOf: folder.path("x.log")))
        #expect(mark == .beginning)
        #expect(try rest(mark) == "")
        try folder.write("b\n", to: "x.log")
        try folder.write("a\n", to: "x.log.1")
        #expect(try rest(mark) == "a\nb\n")
    }

    /// Also when whoever put files away was killed between two of the renames.
    @Test(arguments: [["x.log.1"], ["x.log.1", "x.log.2"], ["x.log.3"]])
    func whatWasPutAwayIsFollowed(names: [String]) throws {
        try folder.write("old\n", to: "x.log")
        let mark = try #require(LogMark(endOf: folder.path("x.log")))
        try append("last\n")
        for (number, name) in names.enumerated() {
            let from = number == 0 ? "x.log" : names[number - 1]
            #expect(rename(folder.path(from), folder.path(name)) == 0)
        }
        if names.count == 2 { try folder.write("between\n", to: "x.log.1") }
        try folder.write("new\n", to: "x.log")
        #expect(try rest(mark) == "last\n" + (names.count == 2 ? "between\n" : "") + "new\n")
    }

    @Test func whatCannotBeReadIsSaid() throws {
        try folder.write("old\n", to: "x.log")
        let path = folder.path("x.log")
        let mark = try #require(LogMark(endOf: path))
        try append("0123456789\n")
        var texts: [String] = []
        func note(_ body: () throws(LogMarkLost) -> Void) {
            do throws(LogMarkLost) { try body() } catch { texts.append("\(error)") }
        }
        note { () throws(LogMarkLost) in _ = try rest(mark, limit: 5) }
        truncate(path, 2)
        note { () throws(LogMarkLost) in _ = try rest(mark) }
        rename(path, folder.path("elsewhere"))
        try folder.write("another\n", to: "x.log")
        note { () throws(LogMarkLost) in _ = try rest(mark) }
        #expect(
            texts == [
                "more than 8 MiB were written to \(path) since", "\(path) is shorter than it was",
                "the file that was \(path) is gone",
            ]
        )
    }

    @Test func theTailIsAtMostSoLong() throws {
        #expect(LogMark.tail(of: folder.path("x.log")) == [])
        try folder.write("abc\n", to: "x.log")
        #expect(LogMark.tail(of: folder.path("x.log")) == Array("abc\n".utf8))
    }

    @Test func aLogKnowsHowFarItIsWritten() async throws {
        let log = LineLog(path: folder.path("x.log")) { time }
        #expect(log.mark == .beginning)
        log.write(ComponentLine("one"))
        await log.drain()
        let mark = try #require(log.mark)
        #expect(mark == LogMark(endOf: folder.path("x.log")))
        log.write(ComponentLine("two"))
        await log.drain()
        #expect(try rest(mark) == "[1970-01-01T00:00:00.000Z] two\n")
    }

    @Test func aLineThatWasCutOff_doesNotSwallowTheNext() async throws {
        try folder.write("whole\nhal", to: "x.log")
        let log = LineLog(path: folder.path("x.log")) { time }
        for text in ["one", "two"] {
            log.write(ComponentLine(text))
            await log.drain()
        }
        let lines = "[1970-01-01T00:00:00.000Z] one\n[1970-01-01T00:00:00.000Z] two\n"
        #expect(folder.read("x.log") == "whole\nhal\n" + lines)
    }
}
