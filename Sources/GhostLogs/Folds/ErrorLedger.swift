import GhostModel

/// Errors grouped by what they say, without the numbers, identifiers and paths that make each of them different.
///
/// At most ``capacity`` groups are kept; a new one takes the place of the one that has been quiet for longest, which is counted.
struct ErrorLedger: Sendable {
    /// How many groups are kept.
    static let capacity = 50
    /// How long a group's message may be, in bytes.
    static let longestMessage = 160

    private var groups: [Group] = []
    /// Counts the errors; orders the groups by recency.
    private var clock = 0
    /// Groups that were pushed out.
    private(set) var evictedGroups = 0
    /// The message at work; kept for its storage.
    private var message: [UInt8] = []
    /// Which group a text belonged to before it was normalised, by the hash of the text: errors often repeat word for word.
    private var shortcuts: [Shortcut] = []

    private struct Shortcut: Sendable {
        var hash: UInt64
        var group: Int
        /// The group's own hash: another group may have taken its place.
        var groupHash: UInt64
    }

    private struct Group: Sendable {
        var category: ErrorCategory
        var message: [UInt8]
        var hash: UInt64
        var count = 0
        var firstSeen: Timestamp?
        var lastSeen: Timestamp?
        var newest: LineContext?
        var clock: Int

        /// Counts one more error.
        mutating func count(_ time: Timestamp?, _ context: LineContext, clock: Int) {
            count += 1
            self.clock = clock
            newest = context
            guard let time else { return }
            if firstSeen.map({ time < $0 }) ?? true { firstSeen = time }
            if lastSeen.map({ time > $0 }) ?? true { lastSeen = time }
        }
    }

    /// Where an error was counted, so that the same one can be counted again without its text.
    struct Ticket: Sendable {
        fileprivate var group: Int
        fileprivate var hash: UInt64
    }

    /// Counts an error once more.
    ///
    /// - Returns: whether it was; it was not if another group has taken the place of its own.
    @inline(__always)
    mutating func note(again ticket: Ticket, _ time: Timestamp?, _ context: LineContext) -> Bool {
        guard ticket.group < groups.count, groups[ticket.group].hash == ticket.hash else { return false }
        clock &+= 1
        count(ticket.group, time, context)
        return true
    }

    /// Counts one error.
    ///
    /// - Parameters:
    ///   - subject: a fixed text that starts the message.
    ///   - name: the daemon it is about, taken over as it is; empty if it is about none.
    ///   - text: what the record says, normalised.
    @discardableResult
    mutating func note(
        _ category: ErrorCategory,
        subject: StaticString,
        _ line: Span<UInt8>,
        name: Range<Int> = 0..<0,
        _ text: Range<Int>,
        _ time: Timestamp?,
        _ context: LineContext
    ) -> Ticket {
        clock += 1
        let raw = line.hash(text, seed: line.hash(name, seed: UInt64(UInt(bitPattern: subject.utf8Start))))
        let slot = Int(truncatingIfNeeded: raw % UInt64(Self.shortcutCount))
        if !shortcuts.isEmpty, shortcuts[slot].hash == raw, case let index = shortcuts[slot].group,
            index < groups.count, groups[index].hash == shortcuts[slot].groupHash, groups[index].category == category
        {
            count(index, time, context)
            return Ticket(group: index, hash: groups[index].hash)
        }
        compose(subject, line, name, text)
        let hash = message.span.hash(0..<message.count)
        let index = groups.firstIndex { $0.hash == hash && $0.category == category && $0.message == message }
        let number = index ?? insert(category, hash)
        count(number, time, context)
        if shortcuts.isEmpty {
            shortcuts = Array(repeating: Shortcut(hash: 0, group: .max, groupHash: 0), count: Self.shortcutCount)
        }
        shortcuts[slot] = Shortcut(hash: raw, group: number, groupHash: hash)
        return Ticket(group: number, hash: hash)
    }

    /// How many texts are remembered as they were.
    private static let shortcutCount = 64

    private mutating func count(_ index: Int, _ time: Timestamp?, _ context: LineContext) {
        groups[index].count(time, context, clock: clock)
    }

    /// Makes a group of the message at work; it has counted nothing yet.
    private mutating func insert(_ category: ErrorCategory, _ hash: UInt64) -> Int {
        let group = Group(category: category, message: message, hash: hash, clock: clock)
        guard groups.count >= Self.capacity,
            let quietest = groups.indices.min(by: { groups[$0].clock < groups[$1].clock })
        else {
            groups.append(group)
            return groups.count - 1
        }
        evictedGroups += 1
        groups[quietest] = group
        return quietest
    }

    /// The groups, the most recent first.
    func groups(files: [String]) -> [ErrorGroup] {
        groups.sorted { $0.clock > $1.clock }.map { group in
            let file = group.newest?.file ?? 0
            return ErrorGroup(
                category: group.category,
                message: group.message.span.text(0..<group.message.count, longest: Self.longestMessage),
                count: group.count,
                firstSeen: group.firstSeen,
                lastSeen: group.lastSeen,
                position: SourcePosition(
                    file: files.indices.contains(file) ? files[file] : "",
                    generation: group.newest?.generation ?? 0,
                    offset: group.newest?.offset ?? 0
                )
            )
        }
    }

    private mutating func compose(_ subject: StaticString, _ line: Span<UInt8>, _ name: Range<Int>, _ text: Range<Int>)
    {
        message.removeAll(keepingCapacity: true)
        for index in name.prefix(64) { message.append(line[index]) }
        if subject.utf8CodeUnitCount > 0 {
            if !name.isEmpty { message.append(.space) }
            subject.withUTF8Buffer { message.append(contentsOf: $0) }
        }
        guard !text.isEmpty else { return }
        if !message.isEmpty {
            message.append(UInt8(ascii: ":"))
            message.append(.space)
        }
        MessageNormaliser.append(line, text, to: &message, longest: Self.longestMessage)
    }
}

extension ErrorLedger: Savable {
    func save(to bytes: inout SavedBytes) {
        bytes.add(clock)
        bytes.add(evictedGroups)
        bytes.add(list: groups) { bytes, group in
            bytes.add(word: group.category)
            bytes.add(bytes: group.message)
            bytes.add(group.count)
            bytes.add(group.firstSeen)
            bytes.add(group.lastSeen)
            bytes.add(group.newest) { bytes, newest in
                bytes.add(newest.file)
                bytes.add(newest.generation)
                bytes.add(newest.offset)
            }
            bytes.add(group.clock)
        }
    }

    init(from bytes: inout SavedBytesReader) throws(UnreadableSave) {
        clock = try bytes.count()
        evictedGroups = try bytes.count()
        groups = try bytes.list(atMost: Self.capacity) { bytes throws(UnreadableSave) in
            let category = try bytes.word(ErrorCategory.self)
            let message = try bytes.byteString(longest: Self.longestMessage + NameTable.longestNameBytes)
            return Group(
                category: category,
                message: message,
                // Not saved: how it is computed may change.
                hash: message.span.hash(0..<message.count),
                count: try bytes.count(),
                firstSeen: try bytes.optionalTime(),
                lastSeen: try bytes.optionalTime(),
                newest: try bytes.optional { bytes throws(UnreadableSave) in try LineContext(savedIn: &bytes) },
                clock: try bytes.count()
            )
        }
    }
}

extension LineContext {
    /// A place that was saved; it judges no times any more.
    fileprivate init(savedIn bytes: inout SavedBytesReader) throws(UnreadableSave) {
        self.init(
            file: try bytes.count(),
            generation: try bytes.count(),
            offset: try bytes.integer64(),
            readAt: Timestamp(milliseconds: 0)
        )
    }
}

/// Takes out of a message what differs each time: numbers and identifiers become `#`, paths become `<path>`.
enum MessageNormaliser {
    /// Appends the normal form of `range` until `message` has `longest` bytes.
    static func append(_ line: Span<UInt8>, _ range: Range<Int>, to message: inout [UInt8], longest: Int) {
        var index = range.lowerBound
        while index < range.upperBound, message.count < longest {
            let end = endOfWord(line, index, range.upperBound)
            if end > index {
                appendWord(line, index..<end, to: &message)
                index = end
            } else {
                // Separators are kept, but several blanks are one.
                let byte = line[index] < 0x20 || line[index] == 0x7F ? .space : line[index]
                if byte != .space || message.last != .space { message.append(byte) }
                index += 1
            }
        }
        if message.count > longest { message.removeLast(message.count - longest) }
    }

    private static func endOfWord(_ line: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        var index = start
        while index < end, isWordByte(line[index]) { index += 1 }
        return index
    }

    /// What may stand inside a number, an identifier or a path.
    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF, UInt8(ascii: "/"), UInt8(ascii: "."),
            UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func appendWord(_ line: Span<UInt8>, _ word: Range<Int>, to message: inout [UInt8]) {
        var (digits, hexLetters, others) = (0, 0, 0)
        var slashes = 0
        for index in word {
            switch line[index] {
            case 0x30...0x39: digits += 1
            case 0x41...0x46, 0x61...0x66: hexLetters += 1
            case UInt8(ascii: "/"): slashes += 1
            case UInt8(ascii: "-"), UInt8(ascii: "."): break
            default: others += 1
            }
        }
        if slashes > 0, digits + hexLetters + others > 0 {
            message.append(contentsOf: "<path>".utf8)
        } else if digits > 0, others == 0, hexLetters == 0 || digits + hexLetters >= 8 {
            message.append(UInt8(ascii: "#"))
        } else {
            appendWithoutDigits(line, word, to: &message)
        }
    }

    /// Each run of digits becomes one `#`.
    private static func appendWithoutDigits(_ line: Span<UInt8>, _ word: Range<Int>, to message: inout [UInt8]) {
        var wasDigit = false
        for index in word {
            let isDigit = (0x30...0x39).contains(line[index])
            if !isDigit {
                message.append(line[index])
            } else if !wasDigit {
                message.append(UInt8(ascii: "#"))
            }
            wasDigit = isDigit
        }
    }
}
