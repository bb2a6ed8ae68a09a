import GhostModel

// Lines that begin with a time: who may have written it, and what follows.
extension LineParser {
    func afterTime(_ line: Span<UInt8>, _ found: FoundTime, _ wrappers: Int) -> ParsedLine? {
        switch found.shape {
        case .strict: return strict(line, found, wrappers)
        case .traditional: return line.traditional(found, inner: self, wrappers)
        case .dashed: return dashed(line, found)
        case .slashed: return slashed(line, found)
        case .joined where line.peek(found.end) == .bar: return line.healthApp(found)
        case .compact: return line.hadoop(found) ?? layout(line, found, from: found.end, .timed)
        case .shortSlashed: return layout(line, found, from: found.end, .spark)
        case .monthDay: return line.logcat(found) ?? layout(line, found, from: found.end, .timed)
        case .epoch: return layout(line, found, from: found.end, .epoch)
        default: return layout(line, found, from: found.end, .timed)
        }
    }

    /// `2026-11-22T16:04:01.123Z` and what may follow.
    private func strict(_ line: Span<UInt8>, _ found: FoundTime, _ wrappers: Int) -> ParsedLine? {
        if let wrapped = runtimeLine(line, found, wrappers) { return wrapped }
        let laid = line.layout(from: found.end)
        if laid.level != nil {
            let isRust = laid.isDirect && laid.origin.map { line.peek($0.upperBound) == .colon } ?? false
            return parsed(line, found, laid, isRust ? .rust : .layout)
        }
        return line.host(behind: found, inner: self, wrappers) ?? parsed(line, found, laid, .timed)
    }

    private func dashed(_ line: Span<UInt8>, _ found: FoundTime) -> ParsedLine? {
        if line.peek(found.end) == UInt8(ascii: ","), let cbs = line.cbs(found) { return cbs }
        let laid = line.layout(from: found.end)
        if laid.level != nil {
            // PostgreSQL puts two blanks behind the colon.
            if line.peek(laid.message - 3) == .colon, let found = line.postgres(found) { return found }
            return parsed(line, found, laid, laid.isPython ? .python : laid.isOpenStack ? .openStack : .layout)
        }
        return line.postgres(found) ?? line.logcat(found) ?? line.host(behind: found, inner: self, 0)
            ?? parsed(line, found, laid, .timed)
    }

    private func slashed(_ line: Span<UInt8>, _ found: FoundTime) -> ParsedLine? {
        line.nginxError(found) ?? layout(line, found, from: found.end, .go)
    }

    func layout(_ line: Span<UInt8>, _ found: FoundTime, from start: Int, _ format: LineFormat) -> ParsedLine {
        let laid = line.layout(from: start)
        return parsed(line, found, laid, format == .timed && laid.level != nil ? .layout : format)
    }

    private func parsed(_ line: Span<UInt8>, _ found: FoundTime, _ laid: Layout, _ format: LineFormat) -> ParsedLine {
        var result = ParsedLine(
            format: format,
            time: found.time,
            level: laid.level,
            levelSource: laid.source,
            origin: laid.origin,
            message: laid.message..<line.count
        )
        if laid.level == nil { line.readIndicator(&result) }
        return result
    }

    /// `[2026-11-22T16:04:01.123Z] `, `[Sun Dec 04 04:47:44 2005] [error] `, `[2026-11-22T16:04:01Z INFO target] `.
    func afterBracketedTime(_ line: Span<UInt8>, _ found: FoundTime) -> ParsedLine? {
        guard line.peek(found.end) == .closeBracket else { return insideBracket(line, found) }
        let start = found.end + 1
        switch found.shape {
        case .weekday: return line.apacheError(found, from: start) ?? layout(line, found, from: start, .timed)
        case .strict:
            var result = layout(line, found, from: start, .timed)
            // Ghost's own lines have a sign, if anything, and always a zone.
            if result.levelSource != .word, found.time.offset != nil { result.format = .ghost }
            return result
        default: return layout(line, found, from: start, found.shape == .epoch ? .epoch : .timed)
        }
    }

    /// The bracket goes on behind the time: env_logger puts level and target there.
    private func insideBracket(_ line: Span<UInt8>, _ found: FoundTime) -> ParsedLine? {
        let limit = Swift.min(line.count, found.end + Layout.longestBracket)
        let next = line.peek(found.end)
        guard line.isBlank(found.end) || next == UInt8(ascii: ",") || next == .colon,
            let close = line.firstIndex(of: .closeBracket, in: found.end..<limit)
        else { return nil }
        let start = line.skipBlanks(found.end + 1)
        let wordEnd = line.lettersEnd(start)
        let level = line.levelWord(start..<wordEnd)
        // Celery puts a slash between level and process.
        let origin = line.skipBlanks(line.peek(wordEnd) == UInt8(ascii: "/") ? wordEnd + 1 : wordEnd)
        let format: LineFormat = level == nil ? .timed : found.shape == .strict ? .rust : .layout
        var result = ParsedLine(
            format: found.shape == .epoch ? .epoch : format,
            time: found.time,
            level: level,
            levelSource: .word,
            origin: level != nil && origin < close ? origin..<close : nil,
            message: line.skipBlanks(close + 1)..<line.count
        )
        if level == nil { result.offer(line.layout(from: close + 1).level, from: .word) }
        return result
    }

    /// `16:04:01.123 [main] INFO x - `, `[16:04:01] [main/INFO]: `: the time of day is known, but no day.
    func afterClock(_ line: Span<UInt8>, at start: Int) -> ParsedLine? {
        guard line.clock(start) >= 0 else { return nil }
        var (_, end) = line.fraction(start + 8)
        if start > 0 {
            guard line.peek(end) == .closeBracket else { return nil }
            end += 1
        }
        guard line.isBlankOrEnd(end) else { return nil }
        let laid = line.layout(from: end)
        guard let level = laid.level else { return nil }
        return ParsedLine(
            format: .layout,
            level: level,
            levelSource: laid.source,
            origin: laid.origin,
            message: laid.message..<line.count
        )
    }

    /// `I, [2026-11-22T16:04:01.123456 #12]  INFO -- program: text`, as Ruby writes.
    func ruby(_ line: Span<UInt8>) -> ParsedLine? {
        guard line.has(", [", at: 1, before: line.count), let found = line.isoTime(4), line.peek(found.end) == .space,
            line.peek(found.end + 1) == UInt8(ascii: "#"),
            case let close = line.digitsEnd(found.end + 2), line.peek(close) == .closeBracket
        else { return nil }
        let word = line.skipBlanks(close + 1)
        let wordEnd = line.lettersEnd(word)
        guard let level = line.levelWord(word..<wordEnd) ?? (wordEnd > word ? line.levelLetter(line.peek(0)) : nil),
            line.has(" -- ", at: wordEnd, before: line.count),
            let colon = line.firstIndex(of: .colon, in: wordEnd + 4..<line.count)
        else { return nil }
        return ParsedLine(
            format: .layout,
            time: found.time,
            level: level,
            levelSource: .word,
            origin: colon > wordEnd + 4 ? wordEnd + 4..<colon : nil,
            message: line.skipBlanks(colon + 1)..<line.count
        )
    }

    /// `[ERROR] text`, `ERROR: text`, `ERROR text`, `❌ text`.
    func levelled(_ line: Span<UInt8>) -> ParsedLine? {
        if line.peek(0) >= 0x80 {
            var marked = ParsedLine(format: .levelled, message: 0..<line.count)
            line.readIndicator(&marked)
            return marked.level == nil ? nil : marked
        }
        let laid = line.layout(from: 0)
        guard let level = laid.level, laid.isFirst else { return nil }
        return ParsedLine(
            format: .levelled,
            level: level,
            levelSource: laid.source,
            origin: laid.origin,
            message: laid.message..<line.count
        )
    }
}

extension Span<UInt8> {
    /// Takes a sign in front of the message for its level.
    @inline(__always)
    func readIndicator(_ parsed: inout ParsedLine) {
        guard let (level, end) = indicator(parsed.message.lowerBound), end <= parsed.message.upperBound else { return }
        parsed.offer(level, from: .indicator)
        parsed.message = Swift.min(skipBlanks(end), parsed.message.upperBound)..<parsed.message.upperBound
    }

    /// The index behind the letters at `start`.
    @inline(__always)
    func lettersEnd(_ start: Int) -> Int {
        var index = start
        while isLetter(index) { index &+= 1 }
        return index
    }

    /// The index behind the letters, digits and `_ . - / @` at `start`.
    @inline(__always)
    func nameEnd(_ start: Int) -> Int {
        var index = start
        while isNameByte(peek(index)) { index &+= 1 }
        return index
    }

    @inline(__always)
    func isNameByte(_ byte: UInt8) -> Bool {
        if (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 <= 9 { return true }
        return byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte == .dash || byte == UInt8(ascii: "/")
            || byte == UInt8(ascii: "@")
    }
}
