import GhostModel

/// The ` key=value` fields at the end of a line, as `ComponentLine` writes them.
enum TrailingFields {
    /// The bytes of the value of `key` (with `=`, such as `"every="`) inside `range`, without its quotes; nil if the field is absent.
    ///
    /// Text inside quotes is never taken for a field.
    @inline(__always)
    static func value(of key: StaticString, in line: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
        // Most text has no field at all, which is seen sixteen bytes at a time.
        guard line.firstIndex(of: UInt8(ascii: "="), in: range) != nil else { return nil }
        return search(for: key, in: line, range)
    }

    /// The value of `key`, which is a duration such as `1m 30s`, in milliseconds; nil if there is none, or if it is negative.
    @inline(__always)
    static func duration(of key: StaticString, in line: Span<UInt8>, _ range: Range<Int>) -> Int64? {
        guard line.firstIndex(of: UInt8(ascii: "="), in: range) != nil else { return nil }
        return searchDuration(of: key, in: line, range)
    }

    @inline(never)
    private static func searchDuration(of key: StaticString, in line: Span<UInt8>, _ range: Range<Int>) -> Int64? {
        guard let value = search(for: key, in: line, range),
            let duration = Duration(configurationText: line.text(value, longest: 32)), duration >= .zero
        else { return nil }
        let (seconds, attoseconds) = duration.components
        return seconds.multipliedReportingOverflow(by: 1000).partialValue + attoseconds / 1_000_000_000_000_000
    }

    private static func search(for key: StaticString, in line: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
        var index = range.lowerBound
        var isAtWordStart = true
        while index < range.upperBound {
            if isAtWordStart, line.has(key, at: index, before: range.upperBound) {
                return valueRange(in: line, from: index + key.utf8CodeUnitCount, before: range.upperBound)
            }
            let byte = line[index]
            if byte == UInt8(ascii: "\"") {
                index = endOfQuote(in: line, from: index, before: range.upperBound)
                isAtWordStart = false
            } else {
                isAtWordStart = byte == .space
                index += 1
            }
        }
        return nil
    }

    /// Where the fields start in `range`: at the first ` word=`; its end if there are none.
    @inline(__always)
    static func start(in line: Span<UInt8>, _ range: Range<Int>) -> Int {
        guard line.firstIndex(of: UInt8(ascii: "="), in: range) != nil else { return range.upperBound }
        return firstField(in: line, range)
    }

    private static func firstField(in line: Span<UInt8>, _ range: Range<Int>) -> Int {
        var index = range.lowerBound
        while let blank = line.firstIndex(of: .space, in: index..<range.upperBound) {
            var end = blank + 1
            while end < range.upperBound, isKeyByte(line[end]) { end += 1 }
            if end > blank + 1, end < range.upperBound, line[end] == UInt8(ascii: "=") { return blank }
            index = blank + 1
        }
        return range.upperBound
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
    }

    private static func valueRange(in line: Span<UInt8>, from start: Int, before end: Int) -> Range<Int> {
        if start < end, line[start] == UInt8(ascii: "\"") {
            let close = endOfQuote(in: line, from: start, before: end)
            return start + 1..<max(start + 1, line[close - 1] == UInt8(ascii: "\"") ? close - 1 : close)
        }
        return start..<(line.firstIndex(of: .space, in: start..<end) ?? end)
    }

    /// The index after the quote that closes the one at `start`; `end` if it is never closed.
    private static func endOfQuote(in line: Span<UInt8>, from start: Int, before end: Int) -> Int {
        var index = start + 1
        while index < end {
            switch line[index] {
            case UInt8(ascii: "\\"): index += 2
            case UInt8(ascii: "\""): return index + 1
            default: index += 1
            }
        }
        return end
    }
}
