import GhostModel

// RFC 3164, RFC 5424, journalctl.
extension LineParser {
    /// `<34>…`: the priority, then one of the two syslog forms.
    func prioritised(_ line: Span<UInt8>, _ wrappers: Int) -> ParsedLine? {
        guard let (priority, end) = line.number(at: 1, before: min(line.count, 4)), priority < 192,
            line.peek(end) == UInt8(ascii: ">")
        else { return levelled(line) }
        let level = LogLevel(severity: priority & 7)
        if line.peek(end + 1) == UInt8(ascii: "1"), line.peek(end + 2) == .space {
            var result =
                line.syslog5424(from: end + 1, years) ?? ParsedLine(format: .syslog, message: end + 1..<line.count)
            (result.level, result.levelSource) = (level, .priority)
            readInside(&result, line, wrappers, isExplicit: true)
            return result
        }
        var result: ParsedLine
        if let found = line.time(at: end + 1, years) {
            result =
                line.hostAndTag(found, isSure: true)
                ?? ParsedLine(format: .syslog, time: found.time, message: line.skipBlanks(found.end)..<line.count)
        } else {
            result = ParsedLine(format: .syslog, message: end + 1..<line.count)
        }
        (result.level, result.levelSource) = (level, .priority)
        readInside(&result, line, wrappers, isExplicit: true)
        return result
    }
}

extension Span<UInt8> {
    /// `Nov 22 16:04:01 host program[12]: text`, and anything else that begins with such a time.
    func traditional(_ found: FoundTime, inner parser: LineParser, _ wrappers: Int) -> ParsedLine? {
        // `4:04:01 PM`
        if isBlank(found.end), peek(found.end - 1) | 0x20 == UInt8(ascii: "m") {
            let text = skipBlanks(found.end)
            return ParsedLine(format: .javaUtil, time: found.time, message: text..<count)
        }
        guard var result = hostAndTag(found, isSure: false) else {
            return parser.layout(self, found, from: found.end, .timed)
        }
        parser.readInside(&result, self, wrappers, isExplicit: false)
        return result
    }

    /// `2026-11-22T16:04:01+01:00 host program[12]: text`.
    func host(behind found: FoundTime, inner parser: LineParser, _ wrappers: Int) -> ParsedLine? {
        guard var result = hostAndTag(found, isSure: false) else { return nil }
        parser.readInside(&result, self, wrappers, isExplicit: false)
        return result
    }

    /// What follows the time of a syslog line: a host, a program with or without a number, and a colon.
    ///
    /// - Parameter isSure: a priority stands before the time, so that it is syslog without a program as well.
    func hostAndTag(_ found: FoundTime, isSure: Bool) -> ParsedLine? {
        guard peek(found.end) == .space else { return nil }
        let start = skipBlanks(found.end)
        var result = ParsedLine(format: .syslog, time: found.time, message: start..<count)
        let hostEnd = wordEnd(start)
        // `--- last message repeated 3 times ---`
        if has("---", at: start, before: count), peek(start + 3) == .space {
            result.role = .continuation
            return result
        }
        if let tag = tag(start), tag.message <= count, peek(hostEnd - 1) == .colon || tag.hasNumber {
            // No host: a program at once.
            if peek(hostEnd - 1) == .colon {
                result.origin = tag.origin
                result.message = tag.message..<count
                return isSure || tag.hasNumber || found.shape == .traditional ? result : nil
            }
        }
        let next = skipBlanks(hostEnd)
        guard hostEnd > start, next < count else { return isSure ? result : nil }
        guard let tag = tag(next), isSure || tag.hasNumber || found.shape == .traditional else {
            guard isSure || found.shape == .traditional, isHost(start..<hostEnd) else { return isSure ? result : nil }
            result.message = next..<count
            return result
        }
        result.origin = tag.origin
        result.message = tag.message..<count
        return result
    }

    private func isHost(_ range: Range<Int>) -> Bool {
        for index in range where !isNameByte(peek(index)) && peek(index) != .colon { return false }
        return true
    }

    /// The longest program name with its number and what macOS puts behind it, in bytes.
    private var longestTag: Int { 160 }

    /// `program[12]: `, `program: `, `sshd(pam_unix)[12]: `, `com.apple.x[1] (com.apple.y[2]): `.
    private func tag(_ start: Int) -> (origin: Range<Int>, message: Int, hasNumber: Bool)? {
        let limit = Swift.min(count, start + longestTag)
        var from = start
        while from < limit, let colon = firstIndex(of: .colon, in: from..<limit) {
            guard isBlankOrEnd(colon + 1) else {
                from = colon + 1
                continue
            }
            guard colon > start else { return nil }
            let message = Swift.min(colon + 2, count)
            let bracket = firstIndex(of: .openBracket, in: start..<colon)
            if let bracket, isDigit(bracket + 1), peek(digitsEnd(bracket + 1)) == .closeBracket {
                return (start..<bracket, message, true)
            }
            // Words with blanks between them are a text with a colon in it.
            if let blank = firstIndex(of: .space, in: start..<colon) {
                guard peek(blank + 1) == UInt8(ascii: "("), peek(colon - 1) == UInt8(ascii: ")") else { return nil }
                return (start..<blank, message, false)
            }
            return (start..<(bracket ?? colon), message, false)
        }
        return nil
    }

    /// `1 2026-11-22T16:04:01.123Z host app 12 id [a b="c"] text`.
    func syslog5424(from start: Int, _ years: YearGuess) -> ParsedLine? {
        guard peek(start) == UInt8(ascii: "1"), peek(start + 1) == .space else { return nil }
        var index = start + 2
        var time: LineTime?
        if peek(index) == .dash, peek(index + 1) == .space {
            index += 1
        } else {
            guard let found = isoTime(index), found.shape == .strict, found.time.offset != nil else { return nil }
            time = found.time
            index = found.end
        }
        // Host, application, process, message.
        var words: [4 of Range<Int>] = [0..<0, 0..<0, 0..<0, 0..<0]
        for word in words.indices {
            guard peek(index) == .space else { return nil }
            let end = wordEnd(index + 1)
            guard end > index + 1 else { return nil }
            words[word] = index + 1..<end
            index = end
        }
        guard peek(index) == .space, let dataEnd = structuredDataEnd(index + 1) else { return nil }
        var text = skipBlanks(dataEnd)
        if has("\u{FEFF}", at: text, before: count) { text += 3 }
        let application = words[1]
        return ParsedLine(
            format: .syslog5424,
            time: time,
            origin: peek(application.lowerBound) == .dash && application.count == 1 ? nil : application,
            message: Swift.min(text, count)..<count
        )
    }

    /// The index behind `-` or one or more `[id name="value"]`.
    func structuredDataEnd(_ start: Int) -> Int? {
        if peek(start) == .dash { return start + 1 }
        guard peek(start) == .openBracket else { return nil }
        var index = start
        while peek(index) == .openBracket {
            index += 1
            while index < count, peek(index) != .closeBracket {
                if peek(index) == .quote {
                    guard let end = stringEnd(index + 1) else { return nil }
                    index = end
                }
                index += 1
            }
            guard index < count else { return nil }
            index += 1
        }
        return index
    }

    /// A field of a record in the journal's export form: `__REALTIME_TIMESTAMP=…`, `PRIORITY=…`, `MESSAGE=…`.
    ///
    /// - Parameter isInside: the line before was such a field; only then every name in capitals is one.
    func journalField(isInside: Bool, _ years: YearGuess) -> ParsedLine? {
        var end = 0
        while case let byte = peek(end), byte &- 0x41 < 26 || byte &- 0x30 <= 9 || byte == UInt8(ascii: "_") {
            end += 1
        }
        let isStart = has("__CURSOR", at: 0, before: end) || has("__REALTIME_TIMESTAMP", at: 0, before: end)
        // A name alone stands before a value with line ends in it, which is given with its length.
        guard end > 0, peek(end) == .equals || (end == count && isInside), isStart || isInside else {
            return isInside ? ParsedLine(format: .journalExport, message: count..<count, role: .continuation) : nil
        }
        let value = Swift.min(end + 1, count)..<count
        var result = ParsedLine(format: .journalExport, message: count..<count, role: isInside ? .continuation : .whole)
        switch end {
        case 20 where has("__REALTIME_TIMESTAMP", at: 0, before: end): result.time = epochNumber(value)
        case 8 where has("PRIORITY", at: 0, before: end):
            guard let (priority, numberEnd) = number(at: value.lowerBound, before: count), numberEnd == count,
                priority < 8
            else { break }
            (result.level, result.levelSource) = (LogLevel(severity: priority), .priority)
        case 7 where has("MESSAGE", at: 0, before: end): result.message = value
        case 17 where has("SYSLOG_IDENTIFIER", at: 0, before: end): result.origin = value
        default: break
        }
        return result
    }
}
