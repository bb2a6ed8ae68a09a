/// One record of the watchdog's log: `✅ NAME restart attempt N` or `❌ NAME restart attempt N - reason`.
struct WatchdogRecord: Equatable {
    var name: Range<Int>
    var outcome: Outcome

    /// How the attempt ended.
    ///
    /// Where the mark is destroyed, a reason says that it failed.
    enum Outcome: Equatable {
        case succeeded
        case failed(reason: Range<Int>, CrashLoop)
        /// Not even tried, because there had been too many.
        case refused(reason: Range<Int>)
    }

    /// Whether the line says that the daemon ends again and again.
    enum CrashLoop: Equatable {
        case no
        case yes
    }

    /// Reads the text after the time; nil if it does not have the form.
    @inline(__always)
    init?(_ line: Span<UInt8>, body: Range<Int>) {
        let (mark, text) = line.mark(at: body)
        let end = text.upperBound
        var from = text.lowerBound
        let limit = Swift.min(end, from + NameTable.longestNameBytes + 1)
        while let blank = line.firstIndex(of: .space, in: from..<limit) {
            if blank > text.lowerBound, line.has("restart attempt ", at: blank + 1, before: end),
                let attempt = line.number(at: blank + 17, before: end)
            {
                name = text.lowerBound..<blank
                // The original writes a time in milliseconds as the number once its own map is confused.
                var rest = attempt.end
                while rest < end, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(line[rest]) { rest += 1 }
                outcome = Self.outcome(of: line, mark: mark, rest: rest..<end)
                return
            }
            from = blank + 1
        }
        return nil
    }

    @inline(__always)
    private static func outcome(of line: Span<UInt8>, mark: Mark, rest: Range<Int>) -> Outcome {
        let hasReason = line.has(" - ", at: rest.lowerBound, before: rest.upperBound)
        switch mark {
        case .check: return .succeeded
        case .bad: break
        default: if !hasReason { return .succeeded }
        }
        let reason = hasReason ? rest.lowerBound + 3..<rest.upperBound : rest
        if line.has("Max restart attempts exceeded", at: reason.lowerBound, before: reason.upperBound) {
            return .refused(reason: reason)
        }
        let isLooping =
            TrailingFields.value(of: "crash_loop=", in: line, reason)
            .map { line.has("true", at: $0.lowerBound, before: $0.upperBound) } ?? false
        return .failed(reason: reason, isLooping ? .yes : .no)
    }
}
