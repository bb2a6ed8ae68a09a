import GhostModel

/// What a line of a component log tells of one run, as far as it must not be told twice.
struct ToldLine: Sendable, Hashable {
    /// The log that it stands in.
    var log: ComponentKind
    /// What it tells.
    var fact: Fact
    /// The run, `api#3`.
    var subject: String
    /// Why it could not be started, or what the end of it was, as the line has it; no part of what makes two lines the same.
    var reason: String?
    /// Whether it says with which status a process ended.
    var isEndOfAProcess = false

    /// What can be told.
    enum Fact: Sendable, Hashable {
        /// A start begins.
        case starting
        /// It is ready.
        case ready
        /// It ended, or could not be started.
        case ended
        /// It was ready when it ended.
        case endedReady
        /// As an attempt of the watchdog's it failed.
        case failedAttempt
        /// As an attempt of the watchdog's it succeeded.
        case recovered
        /// Its death was one too many: its daemon is in a crash loop.
        case crashLoop
    }

    /// Reads a line without its line end; nil if it tells nothing of this kind.
    ///
    /// Names and free text may hold any words, so only the beginning, and the fields at the end, say what a line is.
    init?(_ line: Substring, in log: ComponentKind) {
        // A stamp has no space and ends with a bracket.
        let body = line.hasPrefix("[") ? line.drop { $0 != " " }.dropFirst() : line
        let fields = TrailingFields(of: body)
        guard let fact = Self.fact(of: fields.text, fields, in: log), let run = fields["run"] else { return nil }
        self.init(log: log, fact: fact, subject: String(run))
        switch fact {
        case .ended where fields["exit"] == nil: reason = fields["reason"].map(String.init)
        case .ended, .endedReady: isEndOfAProcess = true
        case .failedAttempt: reason = fields.text.ranges(of: " - ").first.map { String(fields.text[$0.upperBound...]) }
        case .starting, .ready, .recovered, .crashLoop: break
        }
    }

    init(log: ComponentKind, fact: Fact, subject: String) {
        self.log = log
        self.fact = fact
        self.subject = subject
    }

    private static func fact(of text: Substring, _ fields: TrailingFields, in log: ComponentKind) -> Fact? {
        let words = text.split(separator: " ", maxSplits: 3)
        guard words.count >= 2 else { return nil }
        switch (log, words[0]) {
        case (.sentinel, Substring(Indicator.down)):
            return words.count > 3 && words[2] == "NOT" && words[3] == "running" ? .ended : nil
        case (.sentinel, Substring(Indicator.up)): return fields["ready"] == "true" ? .ready : nil
        case (.watchdog, Substring(Indicator.success)): return .recovered
        case (.watchdog, Substring(Indicator.failure)):
            return fields["crash_loop"] == "true" ? .crashLoop : .failedAttempt
        case (.lifecycle, "Starting"): return .starting
        case (.lifecycle, "released"), (.lifecycle, Substring(Indicator.failure)): return .ended
        case (.lifecycle, Substring(Indicator.retry)): return .endedReady
        default: return nil
        }
    }
}

extension ToldLine {
    static func == (left: ToldLine, right: ToldLine) -> Bool {
        left.log == right.log && left.fact == right.fact && left.subject == right.subject
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(log)
        hasher.combine(fact)
        hasher.combine(subject)
    }
}

/// The fields at the end of a line, and the text before them.
///
/// Read from the end: a value is one bare word, or stands between quotes with every quote of its own escaped.
struct TrailingFields {
    /// What stands before the fields.
    private(set) var text: Substring
    private var values: [Substring: Substring] = [:]

    init(of body: Substring) {
        text = body
        while let field = Self.last(of: text) {
            // What is written last counts: free text before the fields may look like one.
            if values[field.key] == nil { values[field.key] = field.value }
            text = field.rest
        }
    }

    subscript(key: Substring) -> Substring? { values[key] }

    private static func last(of text: Substring) -> (key: Substring, value: Substring, rest: Substring)? {
        let bytes = text.utf8
        guard var start = bytes.indices.last else { return nil }
        var value = text[text.endIndex...]
        if bytes[start] == UInt8(ascii: "\"") {
            let end = start
            repeat {
                guard start > bytes.startIndex else { return nil }
                start = bytes.index(before: start)
            } while bytes[start] != UInt8(ascii: "\"") || isEscaped(start, bytes)
            value = text[bytes.index(after: start)..<end]
        } else {
            start = bytes.endIndex
            while start > bytes.startIndex {
                let before = bytes.index(before: start)
                if bytes[before] == UInt8(ascii: "=") { break }
                guard bytes[before] != UInt8(ascii: " "), bytes[before] != UInt8(ascii: "\"") else { return nil }
                start = before
            }
            value = text[start...]
        }
        guard start > bytes.startIndex, !(value.isEmpty && start == bytes.endIndex) else { return nil }
        let sign = bytes.index(before: start)
        guard bytes[sign] == UInt8(ascii: "=") else { return nil }
        var first = sign
        while first > bytes.startIndex, isKey(bytes[bytes.index(before: first)]) { first = bytes.index(before: first) }
        guard first < sign, first > bytes.startIndex else { return nil }
        let space = bytes.index(before: first)
        guard bytes[space] == UInt8(ascii: " ") else { return nil }
        return (text[first..<sign], value, text[..<space])
    }

    private static func isKey(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
    }

    private static func isEscaped(_ index: Substring.UTF8View.Index, _ bytes: Substring.UTF8View) -> Bool {
        var count = 0
        var at = index
        while at > bytes.startIndex {
            at = bytes.index(before: at)
            guard bytes[at] == UInt8(ascii: "\\") else { break }
            count += 1
        }
        return count % 2 == 1
    }
}
