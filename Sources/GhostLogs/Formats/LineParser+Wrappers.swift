import GhostModel

// Lines inside lines: container runtimes, Docker, syslog.
extension LineParser {
    /// `2026-11-22T16:04:01.123456789Z stdout F text`, as Kubernetes' container runtimes write.
    func runtimeLine(_ line: Span<UInt8>, _ found: FoundTime, _ wrappers: Int) -> ParsedLine? {
        let start = found.end + 1
        guard peekIsStream(line, start), line.peek(start + 6) == .space, line.peek(found.end) == .space else {
            return nil
        }
        let tag = line.peek(start + 7)
        guard tag == UInt8(ascii: "F") || tag == UInt8(ascii: "P"),
            line.isBlankOrEnd(start + 8) || line.peek(start + 8) == .colon
        else { return nil }
        let text = min(line.wordEnd(start + 7) + 1, line.count)
        var result = wrap(.cri, found.time, line, text..<line.count, wrappers)
        if tag == UInt8(ascii: "P") { result.role = .part }
        return result
    }

    private func peekIsStream(_ line: Span<UInt8>, _ start: Int) -> Bool {
        line.has("stdout", at: start, before: line.count) || line.has("stderr", at: start, before: line.count)
    }

    /// A wrapper's time around whatever the line inside says.
    private func wrap(
        _ format: LineFormat,
        _ time: LineTime?,
        _ line: Span<UInt8>,
        _ text: Range<Int>,
        _ wrappers: Int
    ) -> ParsedLine {
        guard wrappers < Self.mostWrappers else { return ParsedLine(format: format, time: time, message: text) }
        var result = recognise(line.extracting(text), wrappers: wrappers + 1).moved(by: text.lowerBound)
        result.inner = result.format == .plain ? nil : result.format
        result.format = format
        result.time = time ?? result.time
        return result
    }

    /// What Docker's json-file driver wrote: `log` is the line, with the escapes of JSON.
    func docker(_ line: Span<UInt8>, _ time: LineTime?, _ log: Range<Int>, _ wrappers: Int) -> ParsedLine {
        var end = log.upperBound
        var isPart = true
        if log.count >= 2, line.has("\\n", at: end - 2, before: end) {
            end -= 2
            isPart = false
            if end - log.lowerBound >= 2, line.has("\\r", at: end - 2, before: end) { end -= 2 }
        }
        let text = log.lowerBound..<end
        var result: ParsedLine
        if line.firstIndex(of: .backslash, in: text) == nil {
            result = wrap(.docker, time, line, text, wrappers)
        } else {
            result = wrapEscaped(time, line, text, wrappers)
        }
        // The driver cuts lines at 16 KiB.
        if isPart, log.count >= 16_000 { result.role = .part }
        return result
    }

    private func wrapEscaped(_ time: LineTime?, _ line: Span<UInt8>, _ text: Range<Int>, _ wrappers: Int) -> ParsedLine
    {
        var result = ParsedLine(format: .docker, time: time, message: text, encoding: .json)
        guard wrappers < Self.mostWrappers else { return result }
        // On the stack, unless the line is long.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count) { buffer in
            let count = line.unescapeJSON(text, into: buffer)
            let inner = recognise(UnsafeBufferPointer(rebasing: buffer[..<count]).span, wrappers: wrappers + 1)
            guard inner.format != .plain else { return }
            result.inner = inner.format
            result.time = time ?? inner.time
            result.offer(inner.level, from: inner.levelSource ?? .word)
            result.encoding = .nested
            result.role = inner.role
        }
        return result
    }

    /// Reads the text of a syslog message for a level of its own, and for what stands before its message.
    ///
    /// - Parameter isExplicit: the message has a priority, which is surer.
    func readInside(_ result: inout ParsedLine, _ line: Span<UInt8>, _ wrappers: Int, isExplicit: Bool) {
        let text = result.message
        guard wrappers < Self.mostWrappers, !text.isEmpty else { return }
        let body = line.extracting(text)
        guard let inner = insideMessage(body, wrappers + 1) else { return }
        if !isExplicit || result.level == nil {
            guard let level = inner.level else { return }
            result.level = level
            result.levelSource = inner.levelSource
        }
        result.inner = inner.format
        let moved = inner.moved(by: text.lowerBound)
        result.message = moved.message
        result.encoding = moved.encoding
    }

    private func insideMessage(_ body: Span<UInt8>, _ wrappers: Int) -> ParsedLine? {
        switch body.peek(0) {
        case UInt8(ascii: "{"): return json(body, wrappers)
        case .openBracket: return bracketedInside(body)
        case 0x30...0x39: return body.numericTime(0, years).flatMap { afterTime(body, $0, wrappers) }
        case 0x41...0x5A, 0x61...0x7A:
            if body.sureLevel(0, hasSeparator: false) != nil { return levelled(body) }
            if let found = body.klog(years) { return found }
            return body.peek(body.nameEnd(0)) == .equals ? body.logfmt(years) : nil
        case 0x80...: return levelled(body)
        default: return nil
        }
    }

    private func bracketedInside(_ body: Span<UInt8>) -> ParsedLine? {
        if let found = body.time(at: 1, years) { return afterBracketedTime(body, found) }
        return levelled(body)
    }
}
