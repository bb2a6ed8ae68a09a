import GhostModel
import GhostSupervision
import GhostSystem

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The last lines that one run of a daemon wrote.
enum OutputTail {
    /// Reads what is between two places of a file; blocking.
    ///
    /// Only the end of a long output is read, and a line that does not begin in it is left out.
    ///
    /// - Parameters:
    ///   - start: where the run's output begins.
    ///   - end: where it ended.
    static func read(path: String, from start: Int64, to end: Int64) -> OutputTrace {
        let position = SourcePosition(file: path.lastPathPart, generation: 1, offset: end)
        let first = max(start, end - Int64(JournalLimits.lineBytes))
        guard end > first, let file = try? OwnedDescriptor(opening: path, flags: O_RDONLY | O_NONBLOCK, action: "read")
        else { return OutputTrace(position: position) }
        var buffer = [UInt8](repeating: 0, count: Int(end - first))
        let count = buffer.withUnsafeMutableBytes { pread(file.number, $0.baseAddress, $0.count, off_t(first)) }
        guard count > 0 else { return OutputTrace(position: position) }
        return OutputTrace(position: position, lines: lines(in: buffer[..<count], beginsWithLine: first == start))
    }

    /// The last lines of some bytes, without blank ones at the end.
    static func lines(in bytes: ArraySlice<UInt8>, beginsWithLine: Bool) -> [String] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // A line that is longer than all that was read is shown from where reading began.
        if !beginsWithLine, lines.count > 1 { lines.removeFirst() }
        while lines.last?.allSatisfy({ $0 == UInt8(ascii: "\r") }) == true { lines.removeLast() }
        return lines.suffix(JournalLimits.lines).map { line in
            let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            return String(decoding: text, as: UTF8.self)
        }
    }
}
