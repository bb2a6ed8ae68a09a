import GhostModel

@testable import GhostLogs

/// Feeds bytes to the splitter and all five folds, in chunks that the bytes themselves decide.
///
/// Beside not crashing: however the same bytes are chunked, the totals must be the same, and lines that are recognised and
/// folded together must add up to what they add up to one by one.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFolds(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 1 else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let chunk = Int(bytes[0]) + 1
    let text = Array(bytes.dropFirst())
    check(SentinelFold.self, text, chunk)
    check(WatchdogFold.self, text, chunk)
    check(ExecutorFold.self, text, chunk)
    check(SelfCheckFold.self, text, chunk)
    check(LifecycleFold.self, text, chunk)
    return 0
}

private func check<Fold: ComponentFold>(_: Fold.Type, _ text: [UInt8], _ chunk: Int) {
    let whole: Fold = fold(text, chunk: text.count)
    let cut: Fold = fold(text, chunk: chunk)
    precondition(whole.ledger.records == cut.ledger.records, "\(Fold.kind): records depend on the chunks")
    precondition(whole.ledger.damagedLines == cut.ledger.damagedLines, "\(Fold.kind): damage depends on the chunks")
    precondition(whole.ledger.lastEvent == cut.ledger.lastEvent, "\(Fold.kind): times depend on the chunks")
    // Twice, so that there is something to recognise.
    let twice = text + [0x0A] + text
    let together: Fold = fold(twice, chunk: twice.count)
    let oneByOne: Fold = fold(twice, chunk: twice.count, together: false)
    precondition(together.saved() == oneByOne.saved(), "\(Fold.kind): what is recognised adds up to something else")
}

private func fold<Fold: ComponentFold>(_ text: [UInt8], chunk: Int, together: Bool = true) -> Fold {
    var fold = Fold()
    var stamps = StampReader()
    var splitter = LineSplitter()
    var context = LineContext(file: 0, generation: 1, readAt: Timestamp(milliseconds: 1_795_363_441_000))
    var start = 0
    while start < text.count {
        let end = min(start + chunk, text.count)
        splitter.split(
            text.span.extracting(start..<end),
            ahead: { chunk, lines in together ? fold.take(lines, of: chunk, &stamps, context) : 0 }
        ) { line, offset, _ in
            context.offset = offset
            fold.fold(line, &stamps, context)
        }
        start = end
    }
    return fold
}

/// The entry that the package manager expects of a program; libFuzzer's own would be `main`.
@_cdecl("FuzzFolds_main")
public func runFuzzer(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    var count = count
    var arguments = arguments
    return runDriver(&count, &arguments, fuzzFolds)
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ callback: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt
