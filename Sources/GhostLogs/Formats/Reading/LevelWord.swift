import GhostModel

extension Span<UInt8> {
    /// The longest word for a level, in bytes.
    @inline(__always)
    private var longestLevelWord: Int { 13 }

    /// The level that the letters and digits in `range` are the name of, in any case.
    @inline(__always)
    func levelWord(_ range: Range<Int>) -> LogLevel? {
        let length = range.upperBound &- range.lowerBound
        guard length >= 3, length <= longestLevelWord, range.lowerBound >= 0, range.upperBound <= count,
            isLetter(range.upperBound &- 1) || isDigit(range.upperBound &- 1)
        else { return nil }
        return length <= 8 ? shortLevelWord(range.lowerBound, length) : longLevelWord(range)
    }

    @inline(__always)
    private func shortLevelWord(_ start: Int, _ length: Int) -> LogLevel? {
        // Eight bytes, the first of the word lowest.
        let word: UInt64
        if start &+ 8 <= count {
            word = bytes.word(at: start)
        } else if count >= 8 {
            word = bytes.word(at: count &- 8) &>> UInt64(truncatingIfNeeded: (start &+ 8 &- count) &* 8)
        } else {
            word = fewBytes(start, length)
        }
        let mask = UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- length &* 8)
        let letters = word & mask
        // Taking this bit off makes a letter a capital, and nothing else a letter.
        switch letters & 0xDFDF_DFDF_DFDF_DFDF {
        // INFO, INF, NOTE, NOTICE, SUCCESS
        case 0x4554_4F4E, 0x4F46_4E49, 0x46_4E49, 0x4543_4954_4F4E, 0x53_5345_4343_5553: return .info
        // DEBUG, DBG, FINE, FINER, CONFIG
        case 0x47_5542_4544, 0x47_4244, 0x454E_4946, 0x52_454E_4946, 0x4749_464E_4F43: return .debug
        // WARN, WRN, WARNING
        case 0x4E52_4157, 0x4E_5257, 0x47_4E49_4E52_4157: return .warning
        // ERROR, ERR, SEVERE, FAILURE
        case 0x52_4F52_5245, 0x52_5245, 0x4552_4556_4553, 0x45_5255_4C49_4146: return .error
        // TRACE, TRC, VERBOSE, FINEST
        case 0x45_4341_5254, 0x43_5254, 0x45_534F_4252_4556, 0x5453_454E_4946: return .trace
        // FATAL, FTL, PANIC, CRIT, CRITICAL, ALERT, EMERG, ASSERT, DPANIC
        case 0x4C_4154_4146, 0x4C_5446, 0x43_494E_4150, 0x5449_5243, 0x4C41_4349_5449_5243,
            0x54_5245_4C41, 0x47_5245_4D45, 0x5452_4553_5341, 0x4349_4E41_5044:
            return .fatal
        default: return otherLevelWord(start, length)
        }
    }

    @inline(never)
    private func fewBytes(_ start: Int, _ length: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in (start..<start + length).reversed() { word = word << 8 | UInt64(self[index]) }
        return word
    }

    /// A debugging level with a number behind it.
    @inline(never)
    private func otherLevelWord(_ start: Int, _ length: Int) -> LogLevel? {
        // DEBUG1 … DEBUG5
        if length == 6, equalsIgnoringCase("debug", start..<start + 5), self[start + 5] &- 0x30 <= 9 { return .debug }
        return nil
    }

    @inline(never)
    private func longLevelWord(_ range: Range<Int>) -> LogLevel? {
        if equalsIgnoringCase("information", range) || equalsIgnoringCase("informational", range) { return .info }
        return equalsIgnoringCase("emergency", range) ? .fatal : nil
    }

    /// Whether the bytes of `range` are `text`, which is in lower case and has only letters.
    @inline(__always)
    func equalsIgnoringCase(_ text: StaticString, _ range: Range<Int>) -> Bool {
        guard range.upperBound &- range.lowerBound == text.utf8CodeUnitCount else { return false }
        for step in 0..<text.utf8CodeUnitCount where peek(range.lowerBound &+ step) | 0x20 != text.utf8Start[step] {
            return false
        }
        return true
    }

    /// The level that a letter stands for, as in klog, glog and logcat; D is debug, V and T are trace.
    @inline(__always)
    func levelLetter(_ byte: UInt8) -> LogLevel? {
        switch byte {
        case UInt8(ascii: "I"), UInt8(ascii: "N"): .info
        case UInt8(ascii: "W"): .warning
        case UInt8(ascii: "E"): .error
        case UInt8(ascii: "D"): .debug
        case UInt8(ascii: "F"), UInt8(ascii: "A"), UInt8(ascii: "C"): .fatal
        case UInt8(ascii: "V"), UInt8(ascii: "T"): .trace
        default: nil
        }
    }

    /// The level in the value of a field that is named for it: a word, a letter, a number, or a word and a distance from it.
    func levelValue(_ range: Range<Int>) -> LogLevel? {
        if let level = levelWord(range) { return level }
        guard !range.isEmpty, range.lowerBound >= 0, range.upperBound <= count else { return nil }
        let first = self[range.lowerBound]
        if range.count == 1, let level = levelLetter(first & 0xDF), first | 0x20 &- 0x61 < 26 { return level }
        if first &- 0x30 <= 9 { return levelNumber(range) }
        // `INFO+2`, `DEBUG-4`, `log.INFO`
        var end = range.lowerBound
        while end < range.upperBound, isLetter(end) { end += 1 }
        let byte = peek(end)
        guard end < range.upperBound, byte == UInt8(ascii: "+") || byte == .dash else { return nil }
        return levelWord(range.lowerBound..<end)
    }

    /// Numbers below 8 are syslog severities; 10 to 60 are those of pino and bunyan.
    private func levelNumber(_ range: Range<Int>) -> LogLevel? {
        guard let (value, end) = number(at: range.lowerBound, before: range.upperBound), end == range.upperBound else {
            return nil
        }
        return value < 8 ? LogLevel(severity: value) : LogLevel(tens: value)
    }
}

extension LogLevel {
    /// The level of a syslog severity, 0 to 7.
    @inline(__always)
    init(severity: Int) {
        switch severity {
        case 0...2: self = .fatal
        case 3: self = .error
        case 4: self = .warning
        case 5, 6: self = .info
        default: self = .debug
        }
    }

    /// The level of a number from 10 (trace) to 60 (fatal); nil for others.
    init?(tens value: Int) {
        switch value {
        case 10..<20: self = .trace
        case 20..<30: self = .debug
        case 30..<40: self = .info
        case 40..<50: self = .warning
        case 50..<60: self = .error
        case 60..<70: self = .fatal
        default: return nil
        }
    }
}
