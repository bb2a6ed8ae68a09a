import GhostModel

/// What every fold counts alike.
///
/// Counters are totals since ``firstEvent`` and never fall; ``recent`` holds the same for recent time.
struct ComponentLedger: Sendable {
    /// Records folded; heartbeats and continuation lines are none.
    private(set) var records = 0
    private(set) var heartbeats = 0
    private(set) var damagedLines = 0
    var lossBytes = 0
    /// Records whose daemon or task found no room in a table.
    var namesOverflow = 0
    /// The oldest trusted time of a record.
    private(set) var firstEvent: Timestamp?
    /// The newest trusted time of a record or heartbeat.
    private(set) var lastEvent: Timestamp?
    /// How often a line is due; nil where silence says nothing.
    private(set) var beat: Duration?
    /// The text of the newest `every=`, so that it is read only when it changes.
    private var beatText: [UInt8] = []
    var errors = ErrorLedger()
    /// What happened in recent time; which things are counted is the fold's own affair.
    var recent = RecentCounts()
    /// What was read since the newest event.
    private(set) var news = RecordNews()

    init(kind: ComponentKind) {
        beat = kind.defaultBeat
    }

    /// Counts a record and remembers its time if that is trusted.
    @inline(__always)
    mutating func countRecord(_ line: Span<UInt8>, at time: Timestamp?, _ context: LineContext) {
        records &+= 1
        if let time { note(time: time) }
        news.note(line, context)
    }

    /// Counts `lines` of `chunk`, which are records with trusted times.
    @inline(__always)
    mutating func countRecords(_ lines: Slice<KnownLines>, of chunk: Span<UInt8>, _ context: LineContext) {
        guard let last = lines.last else { return }
        records &+= lines.count
        var (oldest, newest) = (last.time, last.time)
        for line in lines {
            oldest = min(oldest, line.time)
            newest = max(newest, line.time)
        }
        note(time: oldest)
        note(time: newest)
        news.note(chunk.extracting(last.range), context.at(last.offset), records: lines.count)
    }

    /// Starts counting the records of the next event.
    mutating func forgetNews() {
        news.reset()
    }

    /// Counts a line that starts like a record and cannot be read.
    mutating func countDamaged(_ line: Span<UInt8>, at context: LineContext, time: Timestamp?) {
        damagedLines += 1
        recent.count(.error, at: time)
        news.note(line, context)
        let noText: [UInt8] = []
        errors.note(
            .parse,
            subject: "a line that starts like a record cannot be read",
            noText.span,
            0..<0,
            time,
            context
        )
    }

    /// Counts a heartbeat and takes over the rhythm that it names.
    mutating func countHeartbeat(
        _ line: Span<UInt8>,
        fields: Range<Int>,
        at time: Timestamp?,
        _ context: LineContext
    ) {
        heartbeats += 1
        news.note(heartbeat: line, context)
        if let time, time > lastEvent ?? time.advanced(by: .milliseconds(-1)) { lastEvent = time }
        guard let every = TrailingFields.value(of: "every=", in: line, fields), !beatText.equals(line, every) else {
            return
        }
        guard let beat = Duration(configurationText: line.text(every, longest: 32)), beat > .zero else { return }
        self.beat = beat
        beatText.replace(with: line, every)
    }

    @inline(__always)
    private mutating func note(time: Timestamp) {
        if let newest = lastEvent {
            if time > newest { lastEvent = time }
        } else {
            lastEvent = time
        }
        if let oldest = firstEvent {
            if time < oldest { firstEvent = time }
        } else {
            firstEvent = time
        }
    }
}

/// The records that arrived since the newest event, damaged ones included: how many, where the newest is and, unless they
/// are many, its text.
struct RecordNews: Sendable {
    /// Of how many records between two events the text is kept; of more only the position, to be fast where it matters.
    static let longestQuoted = 64

    private(set) var count = 0
    private var heartbeats = 0
    /// Where the newest one is; says nothing as long as nothing was read.
    private var place = LineContext(file: 0, generation: 0, readAt: Timestamp(milliseconds: 0))
    private var text = NotedLine()

    /// Notes `added` records, of which `line` is the newest.
    @inline(__always)
    mutating func note(_ line: Span<UInt8>, _ context: LineContext, records added: Int = 1) {
        count &+= added
        place = context
        if count <= Self.longestQuoted { quote(line, context) }
    }

    /// A heartbeat is news only as long as there is no other.
    mutating func note(heartbeat line: Span<UInt8>, _ context: LineContext) {
        guard count == 0 else { return }
        heartbeats += 1
        place = context
        quote(line, context)
    }

    // Apart from the hot path, which it leaves for good after the first records.
    @inline(never)
    private mutating func quote(_ line: Span<UInt8>, _ context: LineContext) {
        text.note(line, context)
    }

    mutating func reset() {
        count = 0
        heartbeats = 0
    }

    /// Where the newest record is; nil if nothing was read.
    var newest: LineContext? { count + heartbeats > 0 ? place : nil }

    /// The text of the newest record, or how many there were; nil if nothing was read.
    var cause: String? {
        guard newest != nil else { return nil }
        return count > Self.longestQuoted ? "\(count) records" : text.text
    }
}

extension ComponentLedger: Savable {
    func save(to bytes: inout SavedBytes) {
        for count in [records, heartbeats, damagedLines, lossBytes, namesOverflow] { bytes.add(count) }
        bytes.add(firstEvent)
        bytes.add(lastEvent)
        bytes.add(beat) { $0.add($1.wholeNanoseconds) }
        bytes.add(bytes: beatText)
        bytes.add(errors)
        bytes.add(recent)
    }

    init(from bytes: inout SavedBytesReader) throws(UnreadableSave) {
        records = try bytes.count()
        heartbeats = try bytes.count()
        damagedLines = try bytes.count()
        lossBytes = try bytes.count()
        namesOverflow = try bytes.count()
        firstEvent = try bytes.optionalTime()
        lastEvent = try bytes.optionalTime()
        beat = try bytes.optional { bytes throws(UnreadableSave) in .nanoseconds(try bytes.integer64()) }
        beatText = try bytes.byteString(longest: LineSplitter.longestLineBytes)
        errors = try ErrorLedger(from: &bytes)
        if bytes.version >= 2 { recent = try RecentCounts(from: &bytes) }
    }
}

/// Where a line is, and which times are to be believed when it is read.
struct LineContext: Sendable {
    /// The number of the file among the names of its component.
    var file: Int
    var generation: Int
    /// The offset of the line's first byte.
    var offset: Int64
    /// Later times are not believed.
    var horizon: Timestamp

    /// How far ahead of the instant of reading a time may be.
    static let tolerance: Duration = .seconds(300)
    /// Earlier times are not believed either: a clock that was never set counts from 1970.
    static let oldestTrusted = Timestamp(milliseconds: 365 * 86_400_000)

    init(file: Int, generation: Int, offset: Int64 = 0, readAt now: Timestamp) {
        self.file = file
        self.generation = generation
        self.offset = offset
        horizon = now.advanced(by: Self.tolerance)
    }

    /// The same for the line that starts at `offset`.
    @inline(__always)
    func at(_ offset: Int64) -> LineContext {
        var context = self
        context.offset = offset
        return context
    }

    /// `time` if it is to be believed.
    @inline(__always)
    func trusted(_ time: Timestamp?) -> Timestamp? {
        guard let time, time <= horizon, time >= Self.oldestTrusted else { return nil }
        return time
    }
}

extension [UInt8] {
    /// Whether these are the bytes of `range`.
    func equals(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard count == range.count else { return false }
        for step in 0..<count where self[step] != line[range.lowerBound + step] { return false }
        return true
    }

    /// Takes over the bytes of `range`, at most `longest` of them, in the storage that is there.
    mutating func replace(with line: Span<UInt8>, _ range: Range<Int>, longest: Int = .max) {
        removeAll(keepingCapacity: true)
        let length = Swift.min(range.count, longest)
        line.extracting(range.lowerBound..<range.lowerBound + length).withUnsafeBufferPointer { append(contentsOf: $0) }
    }
}
