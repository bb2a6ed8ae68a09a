#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The text of a log that is read once from its beginning to its end: a file, compressed or not, or a stream.
///
/// Blocking.
public struct LogText {
    /// How much is read at a time, in bytes.
    public static let blockBytes = 256 * 1024

    /// How a text ended.
    public enum Ending: Sendable, Equatable {
        case whole
        /// The archive is damaged or was cut off: what could be read of it was read.
        case damagedArchive
        /// The stream is compressed with gzip, which only files may be.
        case compressedStream
        /// The text is UTF-16: its lines are not readable.
        case utf16
    }

    private enum Source {
        case file(PlainText)
        case stream(OpenStream)
    }

    private let source: Source

    /// Opens the file, the pipe or the device at `path`; a folder is refused.
    public init(path: String) throws(SourceTrouble) {
        do {
            source = .file(try PlainText(path: path))
        } catch {
            switch error {
            case .notAFile(.pipe), .notAFile(.device), .notAFile(.other):
                source = .stream(try OpenStream(path: path))
            default: throw error
            }
        }
    }

    private init(_ stream: OpenStream) {
        source = .stream(stream)
    }

    /// What the process reads from its standard input.
    public static var standardInput: LogText { LogText(OpenStream()) }

    /// Gives out the records of the whole text, in their order.
    ///
    /// - Parameter body: is called for each; what it throws ends the reading.
    /// - Returns: how the text ended, and how many lines found no room in their records.
    public func readRecords(
        _ parser: LineParser,
        _ body: (LogRecord) -> Void
    ) throws(SourceTrouble) -> (ending: Ending, omittedLines: Int) {
        var records = RecordAssembler(parser)
        let (ending, _) = try readLines { line, start in records.take(line, at: start, body) }
        records.finish(body)
        return (ending, records.joiner.omittedLines)
    }

    /// Counts the records of the whole text.
    public func count(into tally: inout RecordTally) throws(SourceTrouble) -> Ending {
        let (ending, bytes) = try readLines { line, _ in tally.take(line) }
        tally.finish()
        tally.bytes += bytes
        return ending
    }

    /// Gives out the bytes of the whole text, a block at a time.
    public func readBlocks(_ body: (Span<UInt8>) -> Void) throws(SourceTrouble) -> Ending {
        var buffer = [UInt8](repeating: 0, count: Self.blockBytes)
        var position: Int64 = 0
        while true {
            let count = try read(into: &buffer, at: position)
            guard count > 0 else { break }
            if isCompressedStream(buffer, count, position) { return .compressedStream }
            body(buffer.span.extracting(0..<count))
            position += Int64(count)
        }
        guard case .file(let text) = source, text.archiveEnding == .damaged else { return .whole }
        return .damagedArchive
    }

    private func isCompressedStream(_ buffer: [UInt8], _ count: Int, _ position: Int64) -> Bool {
        guard position == 0, count >= 2, case .stream = source else { return false }
        return buffer[0] == 0x1F && buffer[1] == 0x8B
    }

    @inline(__always)
    private func readLines(
        _ body: (_ line: Span<UInt8>, _ start: Int64) -> Void
    ) throws(SourceTrouble) -> (ending: Ending, bytes: Int64) {
        var splitter = LineSplitter()
        var buffer = [UInt8](repeating: 0, count: Self.blockBytes)
        var position: Int64 = 0
        while true {
            let count = try read(into: &buffer, at: position)
            guard count > 0 else { break }
            if isCompressedStream(buffer, count, position) { return (.compressedStream, 0) }
            splitter.split(buffer.span.extracting(0..<count)) { line, start, _ in body(line, start) }
            position += Int64(count)
            if splitter.encoding == .utf16 { return (.utf16, position) }
        }
        splitter.finish { line, start, _ in body(line, start) }
        guard case .file(let text) = source, text.archiveEnding == .damaged else { return (.whole, position) }
        return (.damagedArchive, position)
    }

    private func read(into buffer: inout [UInt8], at position: Int64) throws(SourceTrouble) -> Int {
        switch source {
        case .file(let text): try text.read(into: &buffer, longest: buffer.count, at: position)
        case .stream(let stream): try stream.read(into: &buffer)
        }
    }
}

/// A descriptor that is read in order; closed when the last reference goes, unless it is the standard input.
private final class OpenStream {
    private let descriptor: Int32

    /// The standard input.
    init() {
        descriptor = STDIN_FILENO
    }

    init(path: String) throws(SourceTrouble) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw SourceTrouble(code: errno, while: .open) }
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    func read(into buffer: inout [UInt8]) throws(SourceTrouble) -> Int {
        while true {
            let count = buffer.withUnsafeMutableBytes { readOnce(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 { return count }
            guard errno == EINTR else { throw SourceTrouble(code: errno, while: .read) }
        }
    }
}

/// `read(2)`, which the method of the same name hides.
private func readOnce(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
