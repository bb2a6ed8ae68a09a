/// Where numbers and durations end that begin at a place.
extension Span<UInt8> {
    private func digitsEnd(from start: Int, before end: Int) -> Int? {
        var index = start
        while index < end, index < start + 18, self[index] &- 0x30 <= 9 { index += 1 }
        return index > start ? index : nil
    }

    /// The end of a whole number; one with more than 18 digits is none.
    func integerEnd(from start: Int, before end: Int) -> Int? {
        guard start < end else { return nil }
        let isSigned = self[start] == UInt8(ascii: "-") || self[start] == UInt8(ascii: "+")
        guard let stop = digitsEnd(from: isSigned ? start + 1 : start, before: end) else { return nil }
        return stop < end && self[stop] &- 0x30 <= 9 ? nil : stop
    }

    /// The end of a number that may have decimals.
    func decimalEnd(from start: Int, before end: Int) -> Int? {
        guard let whole = integerEnd(from: start, before: end) else { return nil }
        guard whole < end, self[whole] == UInt8(ascii: ".") else { return whole }
        return digitsEnd(from: whole + 1, before: end) ?? whole
    }

    /// The end of `1h30m`, `12ms`, `1.5s`.
    func durationEnd(from start: Int, before end: Int) -> Int? {
        var index = start
        var last: Int?
        while index < end, self[index] &- 0x30 <= 9, let number = decimalEnd(from: index, before: end) {
            if has("ms", at: number, before: end) {
                index = number + 2
            } else if number < end, "smhd".utf8.contains(self[number]) {
                index = number + 1
            } else {
                break
            }
            last = index
        }
        return last
    }
}
