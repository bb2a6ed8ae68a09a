// The named values of each form, read again from the line when somebody asks.
extension Span<UInt8> {
    func append(_ member: JSONMembers.Member, to fields: inout [LineField]) {
        let value =
            member.kind == .string
            ? String(decoding: unescapedJSON(member.value), as: UTF8.self) : string(member.value)
        fields.append(LineField(name: String(decoding: unescapedJSON(member.key), as: UTF8.self), value: value))
    }

    /// Every member but the message and what the time and the level were read from.
    func jsonFields(_ parsed: ParsedLine, _ fields: inout [LineField]) {
        var members = JSONMembers(at: 0)
        while let member = members.next(in: self) {
            guard member.value != parsed.message, !isRead(FieldMeaning(member.key, in: self), parsed) else { continue }
            append(member, to: &fields)
        }
    }

    func logfmtFields(_ parsed: ParsedLine, _ fields: inout [LineField]) {
        var pairs = LogfmtPairs(at: 0)
        while let pair = pairs.next(in: self) {
            guard pair.value != parsed.message, !isRead(FieldMeaning(pair.key, in: self), parsed) else { continue }
            let value =
                pair.isQuoted ? String(decoding: unescapedJSON(pair.value), as: UTF8.self) : string(pair.value)
            fields.append(LineField(name: string(pair.key), value: value))
        }
    }

    private func isRead(_ meaning: FieldMeaning, _ parsed: ParsedLine) -> Bool {
        switch meaning {
        case .level, .priority: parsed.level != nil
        case .letter: parsed.levelSource == .letter
        case .time, .shortTime, .instant: parsed.time != nil
        default: false
        }
    }

    private func add(_ name: String, _ range: Range<Int>, _ fields: inout [LineField]) {
        guard !range.isEmpty, range.upperBound <= count, !(range.count == 1 && peek(range.lowerBound) == .dash) else {
            return
        }
        fields.append(LineField(name: name, value: string(range)))
    }

    /// Who wrote the line, by the name that this form has for it.
    func originField(_ parsed: ParsedLine, _ fields: inout [LineField]) {
        guard let origin = parsed.origin else { return }
        let name =
            switch parsed.format {
            case .klog: "source"
            case .rust: "target"
            case .supercomputer: "node"
            case .cbs: "component"
            case .apacheError: "module"
            case .postgres: "session"
            default: "logger"
            }
        add(name, origin, &fields)
    }

    /// The number in brackets or parentheses behind a name.
    private func addProcess(behind end: Int, _ fields: inout [LineField]) {
        guard peek(end) == .openBracket || peek(end) == UInt8(ascii: "(") else { return }
        let start = skipBlanks(end + 1)
        add("pid", start..<digitsEnd(start), &fields)
    }

    func syslogFields(_ parsed: ParsedLine, _ years: YearGuess, _ fields: inout [LineField]) {
        var start = 0
        if peek(0) == UInt8(ascii: "<"), let close = firstIndex(of: UInt8(ascii: ">"), in: 0..<Swift.min(count, 5)) {
            start = close + 1
        }
        guard let found = time(at: start, years) else { return }
        let host = skipBlanks(found.end)
        let hostEnd = wordEnd(host)
        if hostEnd <= parsed.message.lowerBound, parsed.origin.map({ $0.lowerBound >= hostEnd }) ?? true,
            parsed.role == .whole
        {
            add("host", host..<hostEnd, &fields)
        }
        guard let origin = parsed.origin else { return }
        add("program", origin, &fields)
        addProcess(behind: origin.upperBound, &fields)
    }

    func syslog5424Fields(_ fields: inout [LineField]) {
        var index = 0
        if peek(0) == UInt8(ascii: "<"), let close = firstIndex(of: UInt8(ascii: ">"), in: 0..<Swift.min(count, 5)) {
            index = close + 1
        }
        // The version and the time.
        index = wordEnd(wordEnd(index) + 1)
        for name in ["host", "program", "pid", "msgid"] {
            let end = wordEnd(index + 1)
            guard end > index + 1 else { return }
            add(name, index + 1..<end, &fields)
            index = end
        }
        structuredDataFields(index + 1, &fields)
    }

    /// `[id name="value"]` becomes `id.name`.
    private func structuredDataFields(_ start: Int, _ fields: inout [LineField]) {
        var index = start
        while peek(index) == .openBracket {
            let idEnd = nameEnd(index + 1)
            let id = string(index + 1..<idEnd)
            index = idEnd
            while index < count, peek(index) != .closeBracket {
                let name = skipBlanks(index)
                guard let equals = firstIndex(of: .equals, in: Swift.min(name, count)..<count),
                    peek(equals + 1) == .quote, let end = stringEnd(equals + 2)
                else { return }
                let value = String(decoding: unescapedJSON(equals + 2..<end), as: UTF8.self)
                fields.append(LineField(name: "\(id).\(string(name..<equals))", value: value))
                index = end + 1
            }
            index += 1
        }
    }

    func accessFields(_ years: YearGuess, _ fields: inout [LineField]) {
        guard let bracket = firstIndex(of: .openBracket, in: 0..<count), let found = dayFirstTime(bracket + 1, years)
        else {
            return
        }
        let clientEnd = wordEnd(0)
        add("client", 0..<clientEnd, &fields)
        let ident = skipBlanks(clientEnd)
        let user = skipBlanks(wordEnd(ident))
        if user < bracket { add("user", user..<Swift.max(user, bracket - 1), &fields) }
        let request = skipBlanks(found.end + 1)
        guard peek(request) == .quote, let requestEnd = stringEnd(request + 1) else { return }
        let method = wordEnd(request + 1)
        if method < requestEnd {
            add("method", request + 1..<method, &fields)
            let path = Swift.min(wordEnd(method + 1), requestEnd)
            if path > method { add("path", method + 1..<path, &fields) }
            if path + 1 < requestEnd { add("protocol", path + 1..<requestEnd, &fields) }
        }
        let status = skipBlanks(requestEnd + 1)
        let statusEnd = wordEnd(status)
        add("status", status..<statusEnd, &fields)
        let size = skipBlanks(statusEnd)
        add("size", size..<wordEnd(size), &fields)
        var index = skipBlanks(wordEnd(size))
        for name in ["referer", "agent"] {
            guard peek(index) == .quote, let end = stringEnd(index + 1) else { return }
            add(name, index + 1..<end, &fields)
            index = skipBlanks(end + 1)
        }
    }

    func logcatFields(_ parsed: ParsedLine, _ years: YearGuess, _ fields: inout [LineField]) {
        if let found = time(at: 0, years) {
            let process = skipBlanks(found.end)
            let processEnd = digitsEnd(process)
            if processEnd > process {
                add("pid", process..<processEnd, &fields)
                let thread = skipBlanks(processEnd)
                add("tid", thread..<digitsEnd(thread), &fields)
            }
        }
        guard let tag = parsed.origin else { return }
        add("tag", tag, &fields)
        addProcess(behind: tag.upperBound, &fields)
    }

    func journalFields(_ fields: inout [LineField]) {
        guard let equals = firstIndex(of: .equals, in: 0..<count) else { return }
        fields.append(LineField(name: string(0..<equals), value: string(equals + 1..<count)))
    }

    func redisFields(_ fields: inout [LineField]) {
        let end = digitsEnd(0)
        add("pid", 0..<end, &fields)
        if end + 2 <= count { add("role", end + 1..<end + 2, &fields) }
    }

    func healthAppFields(_ parsed: ParsedLine, _ fields: inout [LineField]) {
        guard let origin = parsed.origin else { return }
        add("component", origin, &fields)
        add("pid", origin.upperBound + 1..<Swift.max(origin.upperBound + 1, parsed.message.lowerBound - 1), &fields)
    }
}
