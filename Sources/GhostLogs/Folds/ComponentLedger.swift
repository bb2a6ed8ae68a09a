import GhostModel

/// What every fold counts alike.
///
/// Counters are totals since ``firstEvent`` and never fall. Windows over recent time (the last minute, hour and day), the
/// durations of tasks and the success rate of restarts will hang here: ``note(time:)`` sees the time of every record.
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

    init(kind: ComponentKind) {
        beat = kind.defaultBeat
    }

    /// Counts a record and remembers its time if that is trusted.
    @inline(__always)
    mutating func countRecord(at time: Timestamp?) {
        records &+= 1
        if let time { note(time: time) }
    }

    /// Counts a line that starts like a record and cannot be read.
    mutating func countDamaged(at context: LineContext, time: Timestamp?) {
        damagedLines += 1
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
    mutating func countHeartbeat(_ line: Span<UInt8>, fields: Range<Int>, at time: Timestamp?) {
        heartbeats += 1
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
