import GhostModel

/// One record of the self-check's log, in either vocabulary.
///
/// The words decide, not the mark.
struct SelfCheckRecord: Equatable {
    var status: CheckStatus
    var healthy: Int?
    var warning: Int?
    var critical: Int?
    /// What Ghost names as failing; empty if it does not.
    var failing: Range<Int>

    /// Reads the text after the time; nil if it has neither form.
    @inline(__always)
    init?(_ line: Span<UInt8>, body: Range<Int>) {
        let text = line.mark(at: body).text
        let end = text.upperBound
        let start = text.lowerBound
        failing = end..<end
        if line.has("SYSTEM ", at: start, before: end) {
            let word = line.word(from: start + 7, before: end)
            guard let status = Self.status(upperCase: line, word),
                line.has(" | Total: ", at: word.upperBound, before: end)
            else { return nil }
            self.status = status
            // The counts come in a fixed order; each search goes on where the last one ended.
            var from = line.number(at: word.upperBound + 10, before: end)?.end ?? word.upperBound
            healthy = Self.count("Healthy: ", in: line, &from, end)
            warning = Self.count("Warning: ", in: line, &from, end)
            critical = Self.count("Critical: ", in: line, &from, end)
        } else if line.has("health check: ", at: start, before: end) {
            let word = line.word(from: start + 14, before: end)
            guard let status = Self.status(lowerCase: line, word) else { return nil }
            self.status = status
            let open = word.upperBound + 1
            guard line.has("(", at: open, before: end) else { return }
            healthy = line.number(at: open + 1, before: end)?.value
            let rest = open..<end
            guard line.firstIndex(of: UInt8(ascii: "="), in: rest) != nil else { return }
            warning = Self.field("warning=", in: line, rest)
            critical = Self.field("critical=", in: line, rest)
            failing = TrailingFields.value(of: "failing=", in: line, rest) ?? end..<end
        } else {
            return nil
        }
    }

    @inline(__always)
    private static func status(upperCase line: Span<UInt8>, _ word: Range<Int>) -> CheckStatus? {
        switch word.count {
        case 7 where line.has("HEALTHY", at: word.lowerBound, before: word.upperBound): .healthy
        case 7 where line.has("WARNING", at: word.lowerBound, before: word.upperBound): .warning
        case 8 where line.has("CRITICAL", at: word.lowerBound, before: word.upperBound): .critical
        default: nil
        }
    }

    @inline(__always)
    private static func status(lowerCase line: Span<UInt8>, _ word: Range<Int>) -> CheckStatus? {
        switch word.count {
        case 7 where line.has("healthy", at: word.lowerBound, before: word.upperBound): .healthy
        case 7 where line.has("warning", at: word.lowerBound, before: word.upperBound): .warning
        case 8 where line.has("critical", at: word.lowerBound, before: word.upperBound): .critical
        default: nil
        }
    }

    /// The number behind `key`, which nearly always stands behind a bar at `from`.
    @inline(__always)
    private static func count(_ key: StaticString, in line: Span<UInt8>, _ from: inout Int, _ end: Int) -> Int? {
        let isNext = line.has(" | ", at: from, before: end) && line.has(key, at: from + 3, before: end)
        guard let start = isNext ? from + 3 : line.firstIndex(of: key, in: from..<end),
            let number = line.number(at: start + key.utf8CodeUnitCount, before: end)
        else { return nil }
        from = number.end
        return number.value
    }

    private static func field(_ key: StaticString, in line: Span<UInt8>, _ range: Range<Int>) -> Int? {
        TrailingFields.value(of: key, in: line, range).flatMap {
            line.number(at: $0.lowerBound, before: $0.upperBound)?.value
        }
    }
}
