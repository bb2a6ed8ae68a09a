import GhostModel

// Web servers and databases.
extension Span<UInt8> {
    /// How far into a line the time of a request may start, in bytes: hosts and users stand before it.
    private var longestAccessHead: Int { 300 }

    /// `host ident user [22/Nov/2026:16:04:01 +0100] "GET / HTTP/1.1" 200 12`, with more behind it.
    func access(_ years: YearGuess) -> ParsedLine? {
        let limit = Swift.min(count, longestAccessHead)
        guard let bracket = firstIndex(of: .openBracket, in: 0..<limit), bracket > 0, peek(bracket - 1) == .space,
            let found = dayFirstTime(bracket + 1, years), found.shape == .common, peek(found.end) == .closeBracket
        else { return nil }
        let start = skipBlanks(found.end + 1)
        var result = ParsedLine(format: .access, time: found.time, message: start..<count)
        if let status = accessStatus(start) {
            result.offer(status >= 500 ? .error : status >= 400 ? .warning : .info, from: .status)
        }
        return result
    }

    /// The status behind the request at `start`.
    func accessStatus(_ start: Int) -> Int? {
        guard peek(start) == .quote, let end = stringEnd(start + 1), peek(end + 1) == .space,
            let (status, statusEnd) = number(at: end + 2, before: count), status >= 100, status < 1000,
            isBlankOrEnd(statusEnd)
        else { return nil }
        return status
    }

    /// `2026/11/22 16:04:01 [error] 12#12: *3 text`.
    func nginxError(_ found: FoundTime) -> ParsedLine? {
        guard peek(found.end) == .space, peek(found.end + 1) == .openBracket,
            case let wordEnd = lettersEnd(found.end + 2), peek(wordEnd) == .closeBracket,
            let level = levelWord(found.end + 2..<wordEnd), peek(wordEnd + 1) == .space,
            case let process = digitsEnd(wordEnd + 2), process > wordEnd + 2, peek(process) == UInt8(ascii: "#"),
            case let thread = digitsEnd(process + 1), peek(thread) == .colon
        else { return nil }
        let text = skipBlanks(thread + 1)
        return ParsedLine(
            format: .nginxError,
            time: found.time,
            level: level,
            levelSource: .word,
            message: text..<count
        )
    }

    /// `[Sun Nov 22 16:04:01.123456 2026] [core:error] [pid 1:tid 2] [client 127.0.0.1:5] text`.
    func apacheError(_ found: FoundTime, from start: Int) -> ParsedLine? {
        let index = skipBlanks(start)
        guard peek(index) == .openBracket, let close = closingBracket(index),
            let (level, _) = bracketLevel(index + 1..<close)
        else { return nil }
        var text = skipBlanks(close + 1)
        while has("[pid ", at: text, before: count) || has("[client ", at: text, before: count)
            || has("[remote ", at: text, before: count), let end = closingBracket(text)
        {
            text = skipBlanks(end + 1)
        }
        let colon = firstIndex(of: .colon, in: index + 1..<close)
        return ParsedLine(
            format: .apacheError,
            time: found.time,
            level: level,
            levelSource: .word,
            origin: colon.map { index + 1..<$0 },
            message: text..<count
        )
    }

    /// How far behind the time the word of a PostgreSQL line may stand, in bytes.
    private var longestPostgresHead: Int { 200 }

    /// `2026-11-22 16:04:01.123 UTC [12] user@base LOG:  text`: two blanks behind the colon.
    func postgres(_ found: FoundTime) -> ParsedLine? {
        let limit = Swift.min(count, found.end + longestPostgresHead)
        var from = found.end
        while from < limit, let colon = firstIndex(of: .colon, in: from..<limit) {
            from = colon + 1
            guard has("  ", at: colon + 1, before: count) || colon + 1 == count else { continue }
            var start = colon
            while start > found.end, isLetter(start - 1) || isDigit(start - 1) { start -= 1 }
            guard peek(start - 1) == .space, let (level, role) = postgresWord(start..<colon) else { continue }
            var result = ParsedLine(
                format: .postgres,
                time: found.time,
                level: level,
                levelSource: .word,
                message: Swift.min(colon + 3, count)..<count,
                role: role
            )
            // `[12]`, or what `log_line_prefix` puts there.
            if let bracket = firstIndex(of: .closeBracket, in: found.end..<start), skipBlanks(bracket + 1) < start {
                result.origin = skipBlanks(bracket + 1)..<start - 1
            }
            return result
        }
        return nil
    }

    private func postgresWord(_ range: Range<Int>) -> (LogLevel?, LineRole)? {
        for index in range where peek(index) >= 0x61 { return nil }
        if equalsIgnoringCase("log", range) { return (.info, .whole) }
        if let level = levelWord(range) { return (level, .whole) }
        let isPart =
            equalsIgnoringCase("detail", range) || equalsIgnoringCase("hint", range)
            || equalsIgnoringCase("statement", range) || equalsIgnoringCase("context", range)
            || equalsIgnoringCase("query", range) || equalsIgnoringCase("location", range)
        return isPart ? (nil, .continuation) : nil
    }

    /// `12:M 22 Nov 2026 16:04:01.123 # text`.
    func redis(_ years: YearGuess) -> ParsedLine? {
        let process = digitsEnd(0)
        guard process > 0, peek(process) == .colon, peek(process + 2) == .space,
            let found = dayFirstTime(process + 3, years), peek(found.end) == .space
        else { return nil }
        let level: LogLevel
        switch peek(found.end + 1) {
        case UInt8(ascii: "."), .dash: level = .debug
        case UInt8(ascii: "*"): level = .info
        case UInt8(ascii: "#"): level = .warning
        default: return nil
        }
        return ParsedLine(
            format: .redis,
            time: found.time,
            level: level,
            levelSource: .letter,
            message: skipBlanks(found.end + 2)..<count
        )
    }

    /// `081109 203615 148 INFO dfs.DataNode: text`.
    func hadoop(_ found: FoundTime) -> ParsedLine? {
        let number = skipBlanks(found.end)
        let end = digitsEnd(number)
        guard end > number, isBlank(end), case let laid = layout(from: end), laid.isDirect, let level = laid.level
        else {
            return nil
        }
        return ParsedLine(
            format: .hadoop,
            time: found.time,
            level: level,
            levelSource: .word,
            origin: laid.origin,
            message: laid.message..<count
        )
    }
}
