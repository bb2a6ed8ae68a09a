extension Span<UInt8> {
    /// The times that begin with a digit and not with `2026-`.
    @inline(never)
    func otherNumericTime(_ start: Int, _ years: YearGuess) -> FoundTime? {
        let digits = digitsEnd(start) - start
        switch digits {
        case 2: return pairTime(start, years) ?? dayFirstTime(start, years)
        case 1: return dayFirstTime(start, years)
        case 6: return compactTime(start)
        case 8: return joinedTime(start)
        case 10, 13, 16, 19: return epochTime(start, digits: digits)
        default: return nil
        }
    }

    /// `17/06/09 20:10:40` and `03-17 16:13:38.811`.
    private func pairTime(_ start: Int, _ years: YearGuess) -> FoundTime? {
        switch peek(start + 2) {
        case UInt8(ascii: "/"):
            guard peek(start + 5) == UInt8(ascii: "/"), peek(start + 8) == .space,
                case let year = two(start), year >= 0,
                let day = daysSince1970(year: century(year), month: two(start + 3), day: two(start + 6))
            else { return nil }
            return atClock(start + 9, day: day, shape: .shortSlashed)
        case .dash:
            guard peek(start + 5) == .space, let day = years.day(month: two(start), day: two(start + 3)) else {
                return nil
            }
            return atClock(start + 6, day: day, shape: .monthDay)
        default: return nil
        }
    }

    /// Two digits of a year: 69 and later are of the last century, as POSIX has it.
    private func century(_ year: Int) -> Int { year < 69 ? 2000 + year : 1900 + year }

    /// A time of day at `start`, with what may follow it.
    func atClock(_ start: Int, day: Int, shape: TimeShape) -> FoundTime? {
        let seconds = clock(start)
        guard seconds >= 0 else { return nil }
        let (fraction, zoneStart) = fraction(start + 8)
        let (offset, end) = zone(zoneStart)
        return FoundTime(day: day, seconds: seconds, fraction: fraction, offset: offset, end: end, shape: shape)
    }

    /// `081109 203615`, and `081109 20:36:15` as older MySQL writes it.
    private func compactTime(_ start: Int) -> FoundTime? {
        guard peek(start + 6) == .space, case let year = two(start), year >= 0,
            let day = daysSince1970(year: century(year), month: two(start + 2), day: two(start + 4))
        else { return nil }
        if peek(start + 9) == .colon { return atClock(start + 7, day: day, shape: .compact) }
        guard !isDigit(start + 13), let seconds = secondsOfDay(two(start + 7), two(start + 9), two(start + 11)) else {
            // The hour has one digit and a blank before it.
            return nil
        }
        return FoundTime(day: day, seconds: seconds, end: start + 13, shape: .compact)
    }

    /// `20171223-22:15:29:606` with numbers of one digit too, `20261122T160401Z`, and `20261122 16:04:01`.
    private func joinedTime(_ start: Int) -> FoundTime? {
        guard let day = daysSince1970(year: four(start), month: two(start + 4), day: two(start + 6)) else { return nil }
        switch peek(start + 8) {
        case .dash: return shortClock(start + 9, day: day)
        case .space: return atClock(start + 9, day: day, shape: .dashed)
        case UInt8(ascii: "T"):
            if peek(start + 11) == .colon { return atClock(start + 9, day: day, shape: .dashed) }
            guard let seconds = secondsOfDay(two(start + 9), two(start + 11), two(start + 13)) else { return nil }
            let (fraction, zoneStart) = fraction(start + 15)
            let (offset, end) = zone(zoneStart)
            return FoundTime(day: day, seconds: seconds, fraction: fraction, offset: offset, end: end, shape: .dashed)
        default: return nil
        }
    }

    /// `7:6:5:75`: the last number is milliseconds, and no number is padded.
    private func shortClock(_ start: Int, day: Int) -> FoundTime? {
        var parts = (0, 0, 0)
        var index = start
        for place in 0..<3 {
            guard let (value, end) = number(at: index, before: Swift.min(count, index + 3)) else { return nil }
            switch place {
            case 0: parts.0 = value
            case 1: parts.1 = value
            default: parts.2 = value
            }
            index = end
            guard place == 2 || peek(index) == .colon else { return nil }
            if place < 2 { index += 1 }
        }
        guard let seconds = secondsOfDay(parts.0, parts.1, parts.2) else { return nil }
        var milliseconds = 0
        if peek(index) == .colon, let (value, end) = number(at: index + 1, before: Swift.min(count, index + 4)) {
            milliseconds = value
            index = end
        }
        guard !isDigit(index) else { return nil }
        return FoundTime(
            day: day,
            seconds: seconds,
            fraction: milliseconds * 1_000_000,
            offset: nil,
            end: index,
            shape: .joined
        )
    }

    /// Seconds with a fraction, milli-, micro- or nanoseconds since 1970, told apart by how many digits there are.
    private func epochTime(_ start: Int, digits: Int) -> FoundTime? {
        guard let (value, end) = longNumber(start), value > 0 else { return nil }
        switch digits {
        case 10:
            let (fraction, fractionEnd) = peek(end) == UInt8(ascii: ".") ? fraction(end) : (0, end)
            guard value < 9_000_000_000, mayEndEpoch(fractionEnd) else { return nil }
            let (day, seconds) = Int(value).quotientAndRemainder(dividingBy: 86_400)
            return FoundTime(day: day, seconds: seconds, fraction: fraction, offset: 0, end: fractionEnd, shape: .epoch)
        case 13: return epoch(value, perSecond: 1000, end)
        case 16: return epoch(value, perSecond: 1_000_000, end)
        default: return epoch(value, perSecond: 1_000_000_000, end)
        }
    }

    private func epoch(_ value: Int64, perSecond: Int, _ end: Int) -> FoundTime? {
        guard mayEndEpoch(end) else { return nil }
        let (whole, rest) = Int(value).quotientAndRemainder(dividingBy: perSecond)
        guard whole > 0, whole < 9_000_000_000 else { return nil }
        let (day, seconds) = whole.quotientAndRemainder(dividingBy: 86_400)
        let fraction = rest * (1_000_000_000 / perSecond)
        return FoundTime(day: day, seconds: seconds, fraction: fraction, offset: 0, end: end, shape: .epoch)
    }

    /// A number that goes on is no time.
    private func mayEndEpoch(_ end: Int) -> Bool {
        if isBlankOrEnd(end) { return true }
        switch peek(end) {
        case .closeBracket, .colon, .bar, UInt8(ascii: ","), UInt8(ascii: ";"): return true
        default: return false
        }
    }
}
