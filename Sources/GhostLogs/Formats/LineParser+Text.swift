extension LineParser {
    /// Appends the message of a line, with its escapes resolved.
    public func appendMessage(of parsed: ParsedLine, in line: Span<UInt8>, to text: inout [UInt8]) {
        let range = parsed.message
        guard range.lowerBound >= 0, range.upperBound <= line.count else { return }
        switch parsed.encoding {
        case .plain: line.extracting(range).withUnsafeBufferPointer { text.append(contentsOf: $0) }
        case .json: text.append(contentsOf: line.unescapedJSON(range))
        case .nested:
            let inner = line.unescapedJSON(range)
            let read = recognise(inner.span, wrappers: 1)
            guard read.encoding != .nested else {
                text.append(contentsOf: inner)
                return
            }
            appendMessage(of: read, in: inner.span, to: &text)
        }
    }

    /// The named values in a line, in their order; read only when somebody wants to see them.
    public func fields(of parsed: ParsedLine, in line: Span<UInt8>) -> [LineField] {
        var fields: [LineField] = []
        appendFields(of: parsed, in: line, to: &fields, wrappers: 0)
        return fields
    }

    private func appendFields(
        of parsed: ParsedLine,
        in line: Span<UInt8>,
        to fields: inout [LineField],
        wrappers: Int
    ) {
        switch parsed.format {
        case .docker, .cri: wrapped(parsed, line, &fields, wrappers)
        case .json: line.jsonFields(parsed, &fields)
        case .logfmt: line.logfmtFields(parsed, &fields)
        case .syslog: line.syslogFields(parsed, years, &fields)
        case .syslog5424: line.syslog5424Fields(&fields)
        case .access: line.accessFields(years, &fields)
        case .logcat: line.logcatFields(parsed, years, &fields)
        case .journalExport: line.journalFields(&fields)
        case .redis: line.redisFields(&fields)
        case .healthApp: line.healthAppFields(parsed, &fields)
        default: line.originField(parsed, &fields)
        }
    }

    /// The wrapper's stream, and the fields of the line inside.
    private func wrapped(_ parsed: ParsedLine, _ line: Span<UInt8>, _ fields: inout [LineField], _ wrappers: Int) {
        guard wrappers < Self.mostWrappers else { return }
        var text: [UInt8] = []
        if parsed.format == .docker {
            var members = JSONMembers(at: line.firstIndex(of: UInt8(ascii: "{"), in: 0..<line.count) ?? 0)
            while let member = members.next(in: line) {
                switch FieldMeaning(member.key, in: line) {
                case .log:
                    text = line.unescapedJSON(member.value)
                    while text.last == .lineFeed || text.last == .carriageReturn { text.removeLast() }
                case .time: break
                default: line.append(member, to: &fields)
                }
            }
        } else {
            let time = line.wordEnd(0)
            let stream = line.wordEnd(time + 1)
            guard time < stream, stream + 2 < line.count else { return }
            fields.append(LineField(name: "stream", value: line.string(time + 1..<stream)))
            let start = Swift.min(line.wordEnd(stream + 1) + 1, line.count)
            text = line.bytesCopy(start..<line.count)
        }
        let inner = recognise(text.span, wrappers: wrappers + 1)
        if inner.format != .plain { appendFields(of: inner, in: text.span, to: &fields, wrappers: wrappers + 1) }
    }
}

extension Span<UInt8> {
    /// The bytes of `range` as text; what is not UTF-8 becomes U+FFFD.
    func string(_ range: Range<Int>) -> String {
        guard range.lowerBound >= 0, range.upperBound <= count else { return "" }
        return extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    func bytesCopy(_ range: Range<Int>) -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= count else { return [] }
        return extracting(range).withUnsafeBufferPointer { Array($0) }
    }

    func unescapedJSON(_ range: Range<Int>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: range.count) { buffer, length in
            length = unescapeJSON(range, into: buffer)
        }
    }
}
