extension Span<UInt8> {
    /// The month whose English short name stands at `index`, or 0.
    @inline(__always)
    func month(_ index: Int) -> Int {
        switch threeLetters(index) {
        case 0x6E_616A: 1
        case 0x62_6566: 2
        case 0x72_616D: 3
        case 0x72_7061: 4
        case 0x79_616D: 5
        case 0x6E_756A: 6
        case 0x6C_756A: 7
        case 0x67_7561: 8
        case 0x70_6573: 9
        case 0x74_636F: 10
        case 0x76_6F6E: 11
        case 0x63_6564: 12
        default: 0
        }
    }

    /// Whether the English short name of a day of the week stands at `index`.
    private func isWeekday(_ index: Int) -> Bool {
        switch threeLetters(index) {
        case 0x6E_6F6D, 0x65_7574, 0x64_6577, 0x75_6874, 0x69_7266, 0x74_6173, 0x6E_7573: true
        default: false
        }
    }

    /// Three letters in lower case, the first lowest; the case is only taken off, so what are no letters matches nothing.
    @inline(__always)
    private func threeLetters(_ index: Int) -> UInt32 {
        guard index >= 0, index &+ 3 <= count else { return 0 }
        let pair = UInt32(bytes.quarterWord(at: index))
        return (pair | UInt32(self[unchecked: index &+ 2]) << 16) | 0x20_2020
    }

    /// A time that begins with the name of a month or of a day.
    @inline(__always)
    func namedTime(_ start: Int, _ years: YearGuess) -> FoundTime? {
        let month = month(start)
        if month > 0 { return traditionalTime(start, month: month, years) }
        return isWeekday(start) ? weekdayTime(start, years) : nil
    }

    /// `Nov 22 16:04:01`, with or without a year behind the day, a fraction, and a padded day.
    @inline(__always)
    private func traditionalTime(_ start: Int, month: Int, _ years: YearGuess) -> FoundTime? {
        guard peek(start &+ 3) == .space else { return nil }
        guard let (day, dayEnd) = dayOfMonth(start &+ 4) else { return nil }
        // `Nov 22 16:04:01` is by far the most frequent.
        if peek(dayEnd) == .space, case let seconds = clock(dayEnd &+ 1), seconds >= 0 {
            guard let day = years.day(month: month, day: day) else { return nil }
            let (fraction, zoneStart) = fraction(dayEnd &+ 9)
            return FoundTime(day: day, seconds: seconds, fraction: fraction, end: zoneStart, shape: .traditional)
                .map { withYearBehind($0, month: month, dayOfMonth: dayEnd) }
        }
        return datedTime(start, month: month, day: day, dayEnd)
    }

    /// `Nov 22 16:04:01 2026 ` says the year after all.
    @inline(__always)
    private func withYearBehind(_ found: FoundTime, month: Int, dayOfMonth dayEnd: Int) -> FoundTime {
        guard peek(found.end) == .space, isDigit(found.end &+ 1), isBlankOrEnd(found.end &+ 5),
            case let year = four(found.end &+ 1), (1970...2261).contains(year),
            let (day, _) = dayOfMonth(dayEnd &- 2),
            let days = daysSince1970(year: year, month: month, day: day)
        else { return found }
        let day86400: Int64 = 86_400_000_000_000
        let ofDay = ((found.time.nanoseconds % day86400) + day86400) % day86400
        var dated = found
        dated.time.nanoseconds = Int64(days) * day86400 + ofDay
        dated.end = found.end + 5
        return dated
    }

    /// `Nov 22 2026 16:04:01`, `Nov 22, 2026 4:04:01 PM`.
    private func datedTime(_ start: Int, month: Int, day: Int, _ dayEnd: Int) -> FoundTime? {
        var index = dayEnd
        if peek(index) == UInt8(ascii: ",") { index += 1 }
        guard peek(index) == .space, case let year = four(index + 1), year >= 0,
            let days = daysSince1970(year: year, month: month, day: day)
        else { return nil }
        index += 5
        if peek(index) == UInt8(ascii: ",") { index += 1 }
        guard peek(index) == .space else { return nil }
        return halfDayClock(index + 1, day: days) ?? atClock(index + 1, day: days, shape: .traditional)
    }

    /// `4:04:01 PM`.
    private func halfDayClock(_ start: Int, day: Int) -> FoundTime? {
        guard let (hour, hourEnd) = number(at: start, before: Swift.min(count, start + 2)), peek(hourEnd) == .colon,
            case let (minute, second) = (two(hourEnd + 1), two(hourEnd + 4)), peek(hourEnd + 3) == .colon,
            hour >= 1, hour <= 12, case let word = hourEnd + 7, peek(hourEnd + 6) == .space || peek(hourEnd + 6) == 0xE2
        else { return nil }
        // Newer Javas put a narrow blank there, U+202F.
        let letter = peek(hourEnd + 6) == .space ? word : hourEnd + 9
        guard peek(letter + 1) | 0x20 == UInt8(ascii: "m") else { return nil }
        let isAfternoon = peek(letter) | 0x20 == UInt8(ascii: "p")
        guard isAfternoon || peek(letter) | 0x20 == UInt8(ascii: "a"),
            let seconds = secondsOfDay(hour % 12 + (isAfternoon ? 12 : 0), minute, second)
        else { return nil }
        return FoundTime(day: day, seconds: seconds, end: letter + 2, shape: .traditional)
    }

    /// A day of one digit, padded or not, or of two.
    @inline(__always)
    private func dayOfMonth(_ start: Int) -> (day: Int, end: Int)? {
        let first = peek(start)
        let second = peek(start &+ 1)
        guard second &- 0x30 <= 9 else {
            return first &- 0x30 <= 9 ? (Int(first &- 0x30), start &+ 1) : nil
        }
        if first == .space { return (Int(second &- 0x30), start &+ 2) }
        guard first &- 0x30 <= 9 else { return nil }
        return (Int(first &- 0x30) &* 10 &+ Int(second &- 0x30), start &+ 2)
    }

    /// `Sun Nov 22 16:04:01.123456 2026`, `Sun Nov 22 16:04:01 UTC 2026`, `Sun, 22 Nov 2026 16:04:01 GMT`.
    @inline(__always)
    private func weekdayTime(_ start: Int, _ years: YearGuess) -> FoundTime? {
        if peek(start &+ 3) == UInt8(ascii: ",") {
            guard peek(start &+ 4) == .space, var found = dayFirstTime(start &+ 5, years) else { return nil }
            found.shape = .weekday
            return found
        }
        let month = month(start &+ 4)
        guard peek(start &+ 3) == .space, month > 0, peek(start &+ 7) == .space,
            let (day, dayEnd) = dayOfMonth(start &+ 8), peek(dayEnd) == .space,
            case let seconds = clock(dayEnd &+ 1), seconds >= 0
        else { return nil }
        let (fraction, fractionEnd) = fraction(dayEnd &+ 9)
        var (offset, end) = zone(fractionEnd)
        // The name of any other zone is passed over.
        if end == fractionEnd, peek(end) == .space, isLetter(end &+ 1) { end = wordEnd(end &+ 1) }
        guard peek(end) == .space, case let year = four(end &+ 1), year >= 0, !isDigit(end &+ 5),
            let days = daysSince1970(year: year, month: month, day: day)
        else {
            guard let days = years.day(month: month, day: day) else { return nil }
            return FoundTime(day: days, seconds: seconds, fraction: fraction, end: fractionEnd, shape: .weekday)
        }
        end &+= 5
        if offset == nil { (offset, end) = zone(end) }
        return FoundTime(day: days, seconds: seconds, fraction: fraction, offset: offset, end: end, shape: .weekday)
    }

    /// `22/Nov/2026:16:04:01 +0100`, `22-Nov-2026 16:04:01.123`, `22 Nov 2026 16:04:01.123`, `22 Nov 16:04:01.123`.
    @inline(never)
    func dayFirstTime(_ start: Int, _ years: YearGuess) -> FoundTime? {
        guard let (day, dayEnd) = dayOfMonth(start) else { return nil }
        let separator = peek(dayEnd)
        let month = month(dayEnd + 1)
        guard month > 0, separator == peek(dayEnd + 4) else { return nil }
        switch separator {
        case UInt8(ascii: "/"), .dash, .space: break
        default: return nil
        }
        if separator == .space, clock(dayEnd + 5) >= 0 {
            return years.day(month: month, day: day).flatMap { atClock(dayEnd + 5, day: $0, shape: .dayFirst) }
        }
        guard case let year = four(dayEnd + 5), year >= 0, peek(dayEnd + 9) == .colon || peek(dayEnd + 9) == .space,
            let days = daysSince1970(year: year, month: month, day: day)
        else { return nil }
        return atClock(dayEnd + 10, day: days, shape: separator == UInt8(ascii: "/") ? .common : .dayFirst)
    }
}
