/// One record of the governor's log, in either vocabulary.
struct LifecycleRecord: Equatable {
    var kind: Kind
    /// The daemon it is about; empty where it is about none.
    var name: Range<Int>
    /// The reason or the list that it carries; empty if it carries none.
    var detail: Range<Int>

    /// What happened.
    enum Kind: Int, CaseIterable {
        case boot, starting, dependencyMissing, started, startFailed, startError, removed, healthFailed
        case attemptsExceeded, stopping, stopped, stopFailed, governanceError, shutdown, shutdownDone
        /// Monitor vocabulary: a start failed or was given up; it does not say which.
        case failed
        /// A run that goes on is taken over by another Ghost: managed from now on, but nothing was started.
        case adopted
    }

    private init(_ kind: Kind, name: Range<Int>? = nil, detail: Range<Int>? = nil, end: Int) {
        self.kind = kind
        self.name = name ?? end..<end
        self.detail = detail ?? end..<end
    }

    /// Reads a line without a time: only `Startup order: [a, b]` is a record.
    init?(unstamped line: Span<UInt8>, body: Range<Int>) {
        guard let list = Self.startupOrder(line, body) else { return nil }
        self.init(.boot, detail: list, end: body.upperBound)
    }

    /// Reads the text after the time; nil if it has none of the forms.
    @inline(__always)
    init?(_ line: Span<UInt8>, body: Range<Int>) {
        let text = line.mark(at: body).text
        let end = text.upperBound
        let start = text.lowerBound
        guard start < end else { return nil }

        /// The rest of the text after a phrase that it starts with.
        @inline(__always)
        func after(_ phrase: StaticString) -> Range<Int>? {
            line.has(phrase, at: start, before: end) ? start + phrase.utf8CodeUnitCount..<end : nil
        }
        switch line[start] {
        case UInt8(ascii: "S"):
            if let rest = after("Starting daemon: ") {
                self.init(.starting, name: line.name(in: rest, before: " (attempt "), end: end)
            } else if let rest = after("Stopping daemon: ") {
                self.init(.stopping, name: line.word(from: rest.lowerBound, before: end), end: end)
            } else if after("Shutdown sequence completed") != nil {
                self.init(.shutdownDone, end: end)
            } else if let list = Self.startupOrder(line, text) {
                self.init(.boot, detail: list, end: end)
            } else {
                self.init(failureOf: line, text)
            }
        case UInt8(ascii: "D"):
            self.init(daemonForm: line, text)
        case UInt8(ascii: "m"):
            guard let rest = after("managing ") else { fallthrough }
            let name = line.name(in: rest, before: " (attempt ")
            let isAdopted = TrailingFields.value(of: "adopted=", in: line, name.upperBound..<end).map {
                line.has("true", at: $0.lowerBound, before: $0.upperBound)
            }
            self.init(isAdopted == true ? .adopted : .started, name: name, end: end)
        case UInt8(ascii: "r"):
            guard let rest = after("released ") else { fallthrough }
            self.init(.stopped, name: line.word(from: rest.lowerBound, before: end), end: end)
        default:
            self.init(rareForm: line, text)
        }
        guard !name.isEmpty || kind.isAboutGovernor else { return nil }
    }

    /// `Daemon started successfully: N` and its siblings.
    private init?(daemonForm line: Span<UInt8>, _ text: Range<Int>) {
        let end = text.upperBound
        @inline(__always)
        func after(_ phrase: StaticString) -> Range<Int>? {
            line.has(phrase, at: text.lowerBound, before: end)
                ? text.lowerBound + phrase.utf8CodeUnitCount..<end : nil
        }
        if let rest = after("Daemon started successfully: ") {
            self.init(.started, name: line.word(from: rest.lowerBound, before: end), end: end)
        } else if let rest = after("Daemon failed to start: ") {
            let name = line.name(in: rest, before: " - ")
            self.init(.startFailed, name: name, detail: line.detail(after: name, end), end: end)
        } else if let rest = after("Daemon health check failed: ") {
            let name = line.name(in: rest, before: ", attempting restart")
            self.init(.healthFailed, name: name, end: end)
        } else if let rest = after("Daemon stopped successfully: ") {
            self.init(.stopped, name: line.word(from: rest.lowerBound, before: end), end: end)
        } else {
            self.init(failureOf: line, text)
        }
    }

    private init?(rareForm line: Span<UInt8>, _ text: Range<Int>) {
        let end = text.upperBound
        @inline(__always)
        func after(_ phrase: StaticString) -> Range<Int>? {
            line.has(phrase, at: text.lowerBound, before: end)
                ? text.lowerBound + phrase.utf8CodeUnitCount..<end : nil
        }
        if let rest = after("Cannot start ") {
            let name = line.name(in: rest, before: ": dependency ")
            guard line.has(": dependency ", at: name.upperBound, before: end) else { return nil }
            self.init(.dependencyMissing, name: name, detail: name.upperBound + 2..<end, end: end)
        } else if let rest = after("Error starting daemon: ") {
            let name = line.name(in: rest, before: " - ")
            self.init(.startError, name: name, detail: line.detail(after: name, end), end: end)
        } else if let rest = after("Removed failed daemon from startup queue: ") {
            self.init(.removed, name: line.word(from: rest.lowerBound, before: end), end: end)
        } else if let rest = after("Max restart attempts exceeded for daemon: ") {
            self.init(.attemptsExceeded, name: line.word(from: rest.lowerBound, before: end), end: end)
        } else if let rest = after("Failed to stop daemon: ") {
            self.init(.stopFailed, name: line.word(from: rest.lowerBound, before: end), end: end)
        } else if let rest = after("Error stopping daemon: ") {
            let name = line.name(in: rest, before: " - ")
            self.init(.stopFailed, name: name, detail: line.detail(after: name, end), end: end)
        } else if let rest = after("Error in lifecycle governance") {
            self.init(.governanceError, detail: rest, end: end)
        } else if let rest = after("Lifecycle governor started. Startup queue:") {
            self.init(.boot, detail: rest, end: end)
        } else if after("Initiating shutdown sequence") != nil {
            self.init(.shutdown, end: end)
        } else if let list = Self.startupOrder(line, text) {
            self.init(.boot, detail: list, end: end)
        } else {
            self.init(failureOf: line, text)
        }
    }

    /// `NAME failed`, with fields behind it or nothing.
    private init?(failureOf line: Span<UInt8>, _ text: Range<Int>) {
        let end = text.upperBound
        let limit = min(end, text.lowerBound + NameTable.longestNameBytes + 7)
        guard let blank = line.firstIndex(of: " failed", in: text.lowerBound..<limit), blank > text.lowerBound,
            line.endsWord(at: blank + 7, before: end)
        else { return nil }
        // Anything but fields behind the word is free text, and the line is no record of this form.
        let rest = blank + 7..<end
        guard rest.isEmpty || TrailingFields.start(in: line, rest) == rest.lowerBound || line.isGarbage(rest) else {
            return nil
        }
        let reason = TrailingFields.value(of: "reason=", in: line, rest)
        self.init(.failed, name: text.lowerBound..<blank, detail: reason, end: end)
    }

    /// The list inside `Startup order: [a, b]`.
    private static func startupOrder(_ line: Span<UInt8>, _ text: Range<Int>) -> Range<Int>? {
        let (start, end) = (text.lowerBound, text.upperBound)
        guard line.has("Startup order:", at: start, before: end) || line.has("startup order:", at: start, before: end)
        else { return nil }
        let open = line.skipDecoration(from: start + 14, before: end, blanks: true)
        guard open < end, line[open] == UInt8(ascii: "["),
            let close = line.firstIndex(of: UInt8(ascii: "]"), in: open..<end)
        else { return nil }
        return open + 1..<close
    }
}

extension LifecycleRecord.Kind {
    /// Whether it names no daemon.
    fileprivate var isAboutGovernor: Bool {
        switch self {
        case .boot, .governanceError, .shutdown, .shutdownDone: true
        default: false
        }
    }
}

extension Span<UInt8> {
    /// The bytes up to `phrase`; up to the first blank if it does not follow.
    @inline(__always)
    fileprivate func name(in range: Range<Int>, before phrase: StaticString) -> Range<Int> {
        let word = word(from: range.lowerBound, before: range.upperBound)
        if has(phrase, at: word.upperBound, before: range.upperBound) { return word }
        let limit = Swift.min(
            range.upperBound,
            range.lowerBound + NameTable.longestNameBytes + phrase.utf8CodeUnitCount
        )
        if let end = firstIndex(of: phrase, in: range.lowerBound..<limit) { return range.lowerBound..<end }
        return word
    }

    /// What follows ` - ` after a name.
    fileprivate func detail(after name: Range<Int>, _ end: Int) -> Range<Int> {
        has(" - ", at: name.upperBound, before: end) ? name.upperBound + 3..<end : end..<end
    }

    /// Whether nothing but bytes beyond ASCII and blanks stands in `range`.
    fileprivate func isGarbage(_ range: Range<Int>) -> Bool {
        for index in range where self[index] < 0x80 && self[index] > .space { return false }
        return true
    }
}
