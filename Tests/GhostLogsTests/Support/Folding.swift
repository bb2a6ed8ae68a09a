import GhostModel

@testable import GhostLogs

/// Folds `text` as the whole content of a component's log, read at `now`.
func folded<Fold: ComponentFold>(_ type: Fold.Type, _ text: String, now: Timestamp = .test) -> Fold {
    var fold = Fold()
    fold.add(Array(text.utf8), now: now)
    return fold
}

extension ComponentFold {
    /// Folds a whole log as Ghost does, known lines together.
    mutating func add(_ bytes: [UInt8], now: Timestamp = .test) {
        var stamps = StampReader()
        var splitter = LineSplitter()
        var context = LineContext(file: 0, generation: 1, readAt: now)
        splitter.split(
            bytes.span,
            ahead: { chunk, lines in take(lines, of: chunk, &stamps, context) }
        ) { line, start, _ in
            context.offset = start
            fold(line, &stamps, context)
        }
    }
}

extension Timestamp {
    /// The instant that most tests read at.
    static let test = Timestamp.at("2026-11-22T16:05:00.000Z")

    /// A time that the test wrote itself.
    static func at(_ text: String) -> Timestamp {
        guard let time = Timestamp(rfc3339: text) else { preconditionFailure("not a time: \(text)") }
        return time
    }
}

/// A stamp that is a few seconds before ``Timestamp/test``.
func stamp(_ second: Int = 0) -> String {
    "[\(Timestamp.at("2026-11-22T16:04:00.000Z").advanced(by: .seconds(second)))]"
}

extension ComponentView {
    /// What is counted alike for all five, without what was counted in recent time.
    var facts: ComponentFacts { facts(RecentSums()) }
}
