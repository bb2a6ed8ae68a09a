extension Span<UInt8> {
    /// Any known time at `start`, which may be anything.
    @inline(__always)
    func time(at start: Int, _ years: YearGuess) -> FoundTime? {
        let byte = peek(start)
        if byte &- 0x30 <= 9 { return numericTime(start, years) }
        return (byte | 0x20) &- 0x61 < 26 ? namedTime(start, years) : nil
    }

    /// A time that begins with a digit.
    @inline(__always)
    func numericTime(_ start: Int, _ years: YearGuess) -> FoundTime? {
        switch peek(start &+ 4) {
        case .dash, UInt8(ascii: "/"), UInt8(ascii: "."):
            if let found = isoTime(start) { return found }
        default: break
        }
        return otherNumericTime(start, years)
    }

    /// `2026-11-22`, `/` or `.` for the dashes, then a blank or T and the time of day, a fraction and a zone.
    @inline(__always)
    func isoTime(_ start: Int) -> FoundTime? {
        guard start >= 0, start &+ 19 <= count else { return nil }
        let separator = peek(start &+ 4)
        guard separator == peek(start &+ 7),
            let day = daysSince1970(year: four(start), month: two(start &+ 5), day: two(start &+ 8))
        else { return nil }
        let between = peek(start &+ 10)
        let isStrict: Bool
        switch between {
        case UInt8(ascii: "T"), UInt8(ascii: "t"): isStrict = separator == .dash
        case .space, UInt8(ascii: "_"): isStrict = false
        case .dash, .colon: return dottedTime(start, day: day)
        default: return nil
        }
        let seconds = clock(start &+ 11)
        guard seconds >= 0 else { return nil }
        let (fraction, zoneStart) = fraction(start &+ 19)
        let (offset, end) = zone(zoneStart)
        let shape: TimeShape = isStrict ? .strict : separator == UInt8(ascii: "/") ? .slashed : .dashed
        return FoundTime(day: day, seconds: seconds, fraction: fraction, offset: offset, end: end, shape: shape)
    }

    /// `2005-06-03-15.42.50.363779`.
    private func dottedTime(_ start: Int, day: Int) -> FoundTime? {
        let (hour, minute, second) = (two(start + 11), two(start + 14), two(start + 17))
        guard peek(start + 13) == UInt8(ascii: ".") || peek(start + 13) == .colon, peek(start + 16) == peek(start + 13),
            let seconds = secondsOfDay(hour, minute, second)
        else { return nil }
        let (fraction, end) = fraction(start + 19)
        return FoundTime(day: day, seconds: seconds, fraction: fraction, end: end, shape: .dashed)
    }

    @inline(__always)
    func secondsOfDay(_ hour: Int, _ minute: Int, _ second: Int) -> Int? {
        guard hour >= 0, hour < 24, minute >= 0, minute < 60, second >= 0, second <= 60 else { return nil }
        return hour &* 3600 &+ minute &* 60 &+ second
    }

    /// The nanoseconds that `.123456789`, with a comma or a colon as well, means at `start`, and the index behind it.
    ///
    /// Digits after the ninth are passed over.
    @inline(__always)
    func fraction(_ start: Int) -> (nanoseconds: Int, end: Int) {
        switch peek(start) {
        case UInt8(ascii: "."), UInt8(ascii: ","), .colon: break
        default: return (0, start)
        }
        guard isDigit(start &+ 1) else { return (0, start) }
        var value = 0
        var index = start &+ 1
        var scale = 1_000_000_000
        while case let digit = peek(index) &- 0x30, digit <= 9 {
            if scale > 1 {
                value = value &* 10 &+ Int(digit)
                scale /= 10
            }
            index &+= 1
        }
        return (value &* scale, index)
    }

    /// The minutes east of UTC that a zone at `start` means, and the index behind it; nil and `start` if none stands there.
    ///
    /// `Z`, `+02`, `+0200`, `+02:00`, and after a blank `+0200`, `+02:00`, `UTC` and `GMT`. The names of other zones do not say
    /// what they mean.
    @inline(__always)
    func zone(_ start: Int) -> (offset: Int?, end: Int) {
        switch peek(start) {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): return isLetter(start &+ 1) ? (nil, start) : (0, start &+ 1)
        case UInt8(ascii: "+"), .dash: return numericZone(start, isApart: false) ?? (nil, start)
        case .space: return zoneAfterBlank(start)
        case UInt8(ascii: "U"), UInt8(ascii: "G"): return utcWord(start).map { (0, $0) } ?? (nil, start)
        default: return (nil, start)
        }
    }

    @inline(__always)
    private func zoneAfterBlank(_ start: Int) -> (offset: Int?, end: Int) {
        switch peek(start &+ 1) {
        case UInt8(ascii: "+"), .dash:
            guard let (offset, end) = numericZone(start &+ 1, isApart: true) else { return (nil, start) }
            // Go prints both.
            if peek(end) == .space, let utc = utcWord(end &+ 1) { return (offset, utc) }
            return (offset, end)
        case UInt8(ascii: "U"), UInt8(ascii: "G"): return utcWord(start &+ 1).map { (0, $0) } ?? (nil, start)
        case UInt8(ascii: "Z") where isBlankOrEnd(start &+ 2) || peek(start &+ 2) == .closeBracket:
            return (0, start &+ 2)
        default: return (nil, start)
        }
    }

    /// - Parameter isApart: a blank stands before it, so that it must not be taken for a number: minutes are asked for.
    private func numericZone(_ start: Int, isApart: Bool) -> (offset: Int?, end: Int)? {
        let hours = two(start + 1)
        guard hours >= 0, hours < 24 else { return nil }
        var end = start + 3
        var minutes = 0
        if peek(end) == .colon, case let value = two(end + 1), value >= 0 {
            minutes = value
            end += 3
        } else if case let value = two(end), value >= 0 {
            minutes = value
            end += 2
        } else if isApart {
            return nil
        }
        guard minutes < 60, !isDigit(end), !isLetter(end), !isApart || (hours <= 14 && minutes % 15 == 0) else {
            return nil
        }
        let offset = hours * 60 + minutes
        return (peek(start) == .dash ? -offset : offset, end)
    }

    private func utcWord(_ start: Int) -> Int? {
        guard has("UTC", at: start, before: count) || has("GMT", at: start, before: count), !isLetter(start + 3),
            !isDigit(start + 3)
        else { return nil }
        return start + 3
    }
}
