import GhostModel

@testable import GhostLogs

/// Feeds lines of any bytes to the parser of foreign logs and to the joiner.
///
/// Beside not crashing: a line reads the same whatever stands behind it in memory, its ranges lie inside it, and its message
/// and fields can be taken out.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFormats(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let latest = Timestamp(milliseconds: 1_795_363_441_000)
    var parser = LineParser(latest: latest)
    var records = RecordAssembler(LineParser(latest: latest))
    var tally = RecordTally(LineParser(latest: latest))
    var splitter = LineSplitter()
    var seen = 0
    func take(_ line: Span<UInt8>, _ offset: Int64) {
        let parsed = parser.parse(line)
        precondition(parsed.message.lowerBound >= 0 && parsed.message.upperBound <= line.count)
        if let origin = parsed.origin { precondition(origin.lowerBound >= 0 && origin.upperBound <= line.count) }
        if parsed.format != .journalExport {
            let copy = line.bytesCopy(0..<line.count)
            var other = LineParser(latest: latest)
            let again = other.parse(copy.span)
            precondition(again.format == .journalExport || again == parsed, "a line depends on what is behind it")
        }
        _ = parser.fields(of: parsed, in: line)
        _ = parsed.time?.text
        records.take(line, at: offset) { seen += $0.lines }
        tally.take(line)
    }
    splitter.split(bytes.span) { line, offset, _ in take(line, offset) }
    splitter.finish { line, offset, _ in take(line, offset) }
    records.finish { seen += $0.lines }
    tally.finish()
    precondition(seen <= tally.lines, "records have more lines than there are")
    return 0
}

/// The entry that the package manager expects of a program; libFuzzer's own would be `main`.
@_cdecl("FuzzFormats_main")
public func runFuzzer(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    var count = count
    var arguments = arguments
    return runDriver(&count, &arguments, fuzzFormats)
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ callback: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt
