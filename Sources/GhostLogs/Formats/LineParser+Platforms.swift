import GhostModel

// Operating systems, devices, languages, supercomputers.
extension Span<UInt8> {
    /// `I1122 16:04:01.123456   12 file.go:34] text`, and glog's with the year in front.
    func klog(_ years: YearGuess) -> ParsedLine? {
        guard isDigit(1), let level = levelLetter(peek(0)), peek(0) < 0x61 else { return nil }
        let digits = digitsEnd(1) - 1
        let day: Int?
        switch digits {
        case 4: day = years.day(month: two(1), day: two(3))
        case 8: day = daysSince1970(year: four(1), month: two(5), day: two(7))
        default: return nil
        }
        guard let day, peek(1 + digits) == .space, let found = atClock(2 + digits, day: day, shape: .monthDay) else {
            return nil
        }
        // The thread, the place in the source, and a bracket that nobody opened.
        let thread = skipBlanks(found.end)
        let place = skipBlanks(digitsEnd(thread))
        let placeEnd = wordEnd(place)
        let hasPlace = placeEnd > place && peek(placeEnd - 1) == .closeBracket
        return ParsedLine(
            format: .klog,
            time: found.time,
            level: level,
            levelSource: .letter,
            origin: hasPlace ? place..<placeEnd - 1 : nil,
            message: (hasPlace ? skipBlanks(placeEnd) : thread)..<count
        )
    }

    /// `03-17 16:13:38.811  1702  2395 D Tag: text`, `03-17 16:13:38.811 D/Tag( 1702): text`.
    func logcat(_ found: FoundTime) -> ParsedLine? {
        var index = skipBlanks(found.end)
        if peek(index + 1) == UInt8(ascii: "/") {
            guard var brief = logcatBrief(from: index) else { return nil }
            brief.time = found.time
            return brief
        }
        for _ in 0..<2 {
            let end = digitsEnd(index)
            guard end > index, isBlank(end) else { return nil }
            index = skipBlanks(end)
        }
        guard let level = logcatLevel(index), isBlank(index + 1) else { return nil }
        let tag = skipBlanks(index + 2)
        return logcat(level, tag: tag, limit: Swift.min(count, tag + 100), time: found.time)
    }

    /// `D/Tag( 1702): text`, `D/Tag: text`.
    func logcatBrief(from start: Int = 0) -> ParsedLine? {
        guard peek(start + 1) == UInt8(ascii: "/"), let level = logcatLevel(start) else { return nil }
        let tag = start + 2
        let limit = Swift.min(count, tag + 100)
        guard let colon = firstIndex(of: .colon, in: tag..<limit), isBlankOrEnd(colon + 1) else { return nil }
        // Paths in text begin like this too; a tag has no slash.
        for index in tag..<colon where peek(index) == UInt8(ascii: "/") { return nil }
        return logcat(level, tag: tag, limit: limit, time: nil)
    }

    private func logcat(_ level: LogLevel, tag: Int, limit: Int, time: LineTime?) -> ParsedLine {
        var result = ParsedLine(format: .logcat, time: time, level: level, levelSource: .letter, message: tag..<count)
        var from = tag
        while from < limit, let colon = firstIndex(of: .colon, in: from..<limit) {
            guard isBlankOrEnd(colon + 1) else {
                from = colon + 1
                continue
            }
            var end = colon
            if let bracket = firstIndex(of: UInt8(ascii: "("), in: tag..<colon), peek(colon - 1) == UInt8(ascii: ")") {
                end = bracket
            }
            while end > tag, isBlank(end - 1) { end -= 1 }
            result.origin = tag..<end
            result.message = Swift.min(colon + 2, count)..<count
            break
        }
        return result
    }

    private func logcatLevel(_ index: Int) -> LogLevel? {
        switch peek(index) {
        case UInt8(ascii: "V"), UInt8(ascii: "D"), UInt8(ascii: "I"), UInt8(ascii: "W"), UInt8(ascii: "E"),
            UInt8(ascii: "F"), UInt8(ascii: "A"):
            levelLetter(peek(index))
        // "Silent" is what asserts are written with.
        case UInt8(ascii: "S"): .fatal
        default: nil
        }
    }

    /// `20171223-22:15:29:606|Step_LSC|30002312|text`.
    func healthApp(_ found: FoundTime) -> ParsedLine? {
        let name = found.end + 1
        guard let bar = firstIndex(of: .bar, in: name..<count) else { return nil }
        let digits = digitsEnd(bar + 1)
        guard digits > bar + 1, peek(digits) == .bar else { return nil }
        return ParsedLine(format: .healthApp, time: found.time, origin: name..<bar, message: digits + 1..<count)
    }

    /// `2016-09-28 04:30:30, Info                  CBS    text`.
    func cbs(_ found: FoundTime) -> ParsedLine? {
        let word = skipBlanks(found.end + 1)
        let end = lettersEnd(word)
        guard let level = levelWord(word..<end), isBlank(end) else { return nil }
        let component = skipBlanks(end)
        let componentEnd = wordEnd(component)
        let hasComponent = componentEnd < count && isBlank(componentEnd + 1)
        return ParsedLine(
            format: .cbs,
            time: found.time,
            level: level,
            levelSource: .word,
            origin: hasComponent ? component..<componentEnd : nil,
            message: (hasComponent ? skipBlanks(componentEnd) : component)..<count
        )
    }

    /// `[    1.234567] text`: seconds since the kernel's start.
    func kernelBuffer() -> ParsedLine? {
        let digits = skipBlanks(1)
        let point = digitsEnd(digits)
        guard point > digits, peek(point) == UInt8(ascii: "."), case let end = digitsEnd(point + 1), end == point + 7,
            peek(end) == .closeBracket
        else { return nil }
        return ParsedLine(format: .kernel, message: skipBlanks(end + 1)..<count)
    }

    /// `[I 2026-11-22 16:04:01.123 name] text`, as Tornado and Jupyter write, with two digits of a year too.
    func bracketedLetter(_ years: YearGuess) -> ParsedLine? {
        guard peek(2) == .space, let level = levelLetter(peek(1)) else { return nil }
        let found = numericTime(3, years) ?? shortYearTime(3)
        let from = found?.end ?? (clock(3) >= 0 ? fraction(11).end : 0)
        guard from > 0,
            let close = firstIndex(of: .closeBracket, in: from..<Swift.min(count, from + Layout.longestBracket))
        else { return nil }
        let origin = skipBlanks(from)
        return ParsedLine(
            format: .layout,
            time: found?.time,
            level: level,
            levelSource: .letter,
            origin: origin < close ? origin..<close : nil,
            message: skipBlanks(close + 1)..<count
        )
    }

    /// `261122 16:04:01`.
    private func shortYearTime(_ start: Int) -> FoundTime? {
        guard let day = daysSince1970(year: 2000 + two(start), month: two(start + 2), day: two(start + 4)),
            peek(start + 6) == .space
        else { return nil }
        return atClock(start + 7, day: day, shape: .compact)
    }

    /// Python's default: `WARNING:name:text`.
    func pythonBrief() -> ParsedLine? {
        let end = lettersEnd(0)
        guard peek(end) == .colon, !isBlankOrEnd(end + 1), peek(0) < 0x61, peek(1) < 0x61,
            let level = levelWord(0..<end)
        else { return nil }
        let name = nameEnd(end + 1)
        guard name > end + 1, peek(name) == .colon else { return nil }
        return ParsedLine(
            format: .python,
            level: level,
            levelSource: .word,
            origin: end + 1..<name,
            message: name + 1..<count
        )
    }
}
