@testable import GhostPatterns

/// Takes the bytes as a pattern and a text, and matches one against the other in every way there is.
///
/// Beside not crashing: all ways find the same, and none looks at more instructions than the bound that is promised.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPatterns(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 1 else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let length = min(Int(bytes[0]), count - 1)
    let pattern = String(decoding: bytes[1..<(length + 1)], as: UTF8.self)
    let text = Array(bytes[(length + 1)...])
    checkRegex(pattern, text)
    checkGlob(pattern, text)
    checkSearch(pattern, text)
    return 0
}

private func checkRegex(_ pattern: String, _ text: [UInt8]) {
    let regex: LinearRegex
    do throws(RegexFailure) {
        regex = try LinearRegex(pattern)
    } catch {
        precondition(error.offset <= pattern.utf8.count && !error.description.isEmpty)
        return
    }
    let bound = (regex.program.instructions.count + 1) * (text.count + 2)
    var automatic = regex.makeMatcher()
    let expected = groups(&automatic, regex, text, .automatic)
    precondition(automatic.work <= 2 * bound, "\(pattern): \(automatic.work) steps, more than \(2 * bound)")
    precondition(regex.matches(text.span) == (expected != nil), "\(pattern): matches and find differ")
    var pike = regex.makeMatcher()
    precondition(groups(&pike, regex, text, .pike) == expected, "\(pattern): Pike's machine differs")
    precondition(pike.work <= bound, "\(pattern): \(pike.work) steps, more than \(bound)")
    guard Backtracker.fits(regex.program, text.count) else { return }
    var backtracker = regex.makeMatcher()
    precondition(groups(&backtracker, regex, text, .backtracker) == expected, "\(pattern): the backtracker differs")
    precondition(backtracker.work <= bound, "\(pattern): \(backtracker.work) steps, more than \(bound)")
    for range in expected ?? [] { precondition(range.map { $0.upperBound <= text.count } ?? true) }
}

private func groups(
    _ matcher: inout RegexMatcher,
    _ regex: LinearRegex,
    _ text: [UInt8],
    _ engine: RegexMatcher.Engine
) -> [Range<Int>?]? {
    guard matcher.find(in: text.span, from: 0, by: engine) else { return nil }
    return regex.captureNames.indices.map { matcher.range(of: $0) }
}

private func checkGlob(_ pattern: String, _ text: [UInt8]) {
    do throws(GlobFailure) {
        let glob = try GlobPattern(pattern)
        let result = glob.work(on: text.span)
        // A wildcard becomes six instructions at most, ** eleven.
        precondition(result.work <= 12 * (pattern.utf8.count + 2) * (text.count + 2), "\(pattern): \(result.work) steps")
        precondition(!glob.fixedFolder.hasSuffix("/") || glob.fixedFolder == "/" || pattern.contains("//"))
    } catch {
        precondition(error.offset <= pattern.utf8.count && !error.description.isEmpty)
    }
}

private func checkSearch(_ pattern: String, _ text: [UInt8]) {
    let search = SearchText(pattern)
    guard let range = search.firstRange(in: text.span) else { return }
    let found = text[range].map(\.lowercasedASCII)
    precondition(found == search.text.utf8.map(\.lowercasedASCII), "\(pattern): found something else")
}

/// The entry that the package manager expects of a program; libFuzzer's own would be `main`.
@_cdecl("FuzzPatterns_main")
public func runFuzzer(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    var count = count
    var arguments = arguments
    return runDriver(&count, &arguments, fuzzPatterns)
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ callback: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt
