import GhostDaemon
import GhostLogs
import GhostModel
import GhostSystem

/// Without the disk: zones that change their clocks, and a daemon.
private let surroundings = RuleSurroundings(
    findZone: { text in ZoneTable(rule: text).map { .success($0) } ?? .failure(.missing(text)) },
    daemonLogs: DaemonLogs(names: ["api"], folder: "/logs")
)

/// Feeds text to the rule loader, and lines to the rules that it accepts.
///
/// The text up to the first NUL byte is the file of rules, the rest are lines. Beside not crashing: a state that was saved
/// must be read back and judge the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRules(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let end = bytes.firstIndex(of: 0) ?? bytes.count
    let text = String(decoding: bytes[..<end], as: UTF8.self)
    guard let set = try? RuleLoader.load(text: text, file: "rules.yaml", surroundings: surroundings) else { return 0 }
    let lines = bytes[end...].split(separator: 0x0A).map(Array.init)
    let now = Timestamp(milliseconds: 1_795_363_441_000)
    for component in set.components {
        var fold = RuleFold(component)
        for (offset, line) in lines.enumerated() {
            fold.fold(line: line.span, file: 0, generation: 1, offset: Int64(offset), readAt: now)
        }
        let again = try? RuleFold(saved: fold.saved(), component)
        precondition(again?.snapshot(now: now) == fold.snapshot(now: now), "a saved state is another one")
    }
    return 0
}

/// The entry that the package manager expects of a program; libFuzzer's own would be `main`.
@_cdecl("FuzzRules_main")
public func runFuzzer(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    var count = count
    var arguments = arguments
    return runDriver(&count, &arguments, fuzzRules)
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ callback: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt
