import GhostLogs
import GhostModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Measures how long it takes to read a large log back, without and with an index.
///
/// Usage: `readback FILE MEGABYTES`. Makes the file, one line a millisecond; prints names and milliseconds, one a line.
@main
enum Readback {
    private static let first: Int64 = 1_764_000_000_000
    private static let lineBytes: Int64 = 100

    static func main() throws {
        guard CommandLine.arguments.count == 3, let megabytes = Int64(CommandLine.arguments[2]) else {
            print("usage: readback FILE MEGABYTES")
            return
        }
        let path = CommandLine.arguments[1]
        let lines = megabytes * 1_000_000 / lineBytes
        makeFile(path, lines: lines)
        var reader = try LogReader(path: path, times: ComponentLineTimes())
        try ask(&reader, "without index", lines)
        var isDone = false
        try measure("building the index") {
            while !isDone { isDone = try reader.extendIndex(budgetBytes: 1 << 30) }
            return reader.index(of: 0).lines == lines
        }
        try ask(&reader, "with index", lines)
        var saved: [UInt8] = []
        try measure("saving the index") {
            saved = try reader.savedIndex() ?? []
            return !saved.isEmpty
        }
        print("index_bytes \(saved.count)")
        var second = try LogReader(path: path, times: ComponentLineTimes())
        try measure("restoring the index") { try second.restoreIndex(saved) }
    }

    private static func ask(_ reader: inout LogReader<ComponentLineTimes>, _ how: String, _ lines: Int64) throws {
        let middle = lines / 2
        let time = Timestamp(milliseconds: first + middle)
        try measure("the last 1,000 lines, \(how)") { try reader.lines(count: 1000).lines.count == 1000 }
        try measure("1,000 lines before the middle, \(how)") {
            let page = try reader.lines(before: LogPlace(part: 0, offset: middle * lineBytes), count: 1000)
            return page.lines.count == 1000 && page.lines[0].place.offset == (middle - 1000) * lineBytes
        }
        try measure("100 lines around a time, \(how)") {
            let page = try reader.lines(around: time, before: 50, after: 50)
            return page.lines.count == 100 && page.lines[50].place.offset == middle * lineBytes
        }
        try measure("1,000 lines of a second, \(how)") {
            let page = try reader.lines(in: time..<time.advanced(by: .seconds(1)), count: 10_000)
            return page.lines.count == 1000 && page.lines[0].place.offset == middle * lineBytes
        }
        guard how == "with index" else { return }
        try measure("a line by its number, \(how)") {
            try reader.place(ofLine: middle, in: 0)?.offset == middle * lineBytes
        }
        try measure("the number of a line, \(how)") {
            try reader.number(ofLineAt: LogPlace(part: 0, offset: middle * lineBytes)) == middle
        }
    }

    private static func measure(_ name: String, _ work: () throws -> Bool) throws {
        let start = ContinuousClock.now
        let isRight = try work()
        print("\(name): \((ContinuousClock.now - start) / .milliseconds(1)) ms")
        guard isRight else {
            print("wrong: \(name)")
            exit(1)
        }
    }

    private static func makeFile(_ path: String, lines: Int64) {
        let log = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard log >= 0 else { exit(1) }
        defer { close(log) }
        let tail = Array(" 🟢 api is running and has served a request in 12 ms, which is as usual xx".utf8)
        var buffer: [UInt8] = []
        for number in 0..<lines {
            buffer.append(0x5B)
            buffer.append(contentsOf: Timestamp(milliseconds: first + number).description.utf8)
            buffer.append(0x5D)
            buffer.append(contentsOf: tail.prefix(Int(lineBytes) - 27))
            buffer.append(0x0A)
            if buffer.count > 4 << 20 || number == lines - 1 {
                guard write(log, buffer, buffer.count) == buffer.count else { exit(1) }
                buffer.removeAll(keepingCapacity: true)
            }
        }
    }
}
