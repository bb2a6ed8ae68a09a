/// The local time of one place: how far it is from UTC, and since when.
///
/// A value: it is made from the bytes of a TZif file (RFC 8536), from a fixed offset, or from a rule in the form of the
/// variable `TZ`. Between local time and UTC: a local time that occurs twice means the first one, and one that is skipped
/// is shifted on by what was skipped.
public struct ZoneTable: Sendable, Hashable {
    /// How it was named: `Europe/Berlin`, `+02:00`, `UTC`.
    public let name: String
    /// Seconds since 1970 at which the offset changes, ascending.
    let transitions: [Int64]
    /// The offset from each transition on, in seconds east of UTC.
    let offsets: [Int32]
    /// The offset before the first transition.
    let first: Int32
    /// What holds after the last transition; nil if the last offset goes on.
    let rule: ZoneRule?

    /// The largest distance from UTC, in seconds; RFC 8536 names 26 hours.
    public static let largestOffset = 26 * 3600

    init(name: String, transitions: [Int64], offsets: [Int32], first: Int32, rule: ZoneRule?) {
        self.name = name
        self.transitions = transitions
        self.offsets = offsets
        self.first = first
        self.rule = rule
    }

    /// Coordinated Universal Time.
    public static let utc = ZoneTable(name: "UTC", transitions: [], offsets: [], first: 0, rule: nil)

    /// A zone that is always as far from UTC; clamped to ``largestOffset``.
    public init(minutesEast: Int) {
        let limit = Self.largestOffset / 60
        let minutes = min(max(minutesEast, -limit), limit)
        let (hours, rest) = abs(minutes).quotientAndRemainder(dividingBy: 60)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let text = minutes == 0 ? "UTC" : "\(minutes < 0 ? "-" : "+")\(two(hours)):\(two(rest))"
        self.init(name: text, transitions: [], offsets: [], first: Int32(minutes * 60), rule: nil)
    }

    /// A zone that follows a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`; nil if it is none.
    public init?(rule text: String) {
        guard let rule = ZoneRule(Array(text.utf8)) else { return nil }
        self.init(name: text, transitions: [], offsets: [], first: rule.standard, rule: rule)
    }

    /// A stretch of time with one offset.
    struct Period: Equatable {
        /// Its first second; `Int64.min` if there is none.
        var start: Int64
        /// The second behind its last; `Int64.max` if there is none.
        var end: Int64
        /// Seconds east of UTC.
        var offset: Int64
    }

    /// The stretch that an instant is in, in seconds since 1970.
    func period(at instant: Int64) -> Period {
        guard let last = transitions.last else {
            return rule?.period(at: instant) ?? Period(start: .min, end: .max, offset: Int64(first))
        }
        if instant >= last {
            guard var found = rule?.period(at: instant) else {
                return Period(start: last, end: .max, offset: Int64(offsets.last ?? first))
            }
            found.start = max(found.start, last)
            return found
        }
        // The first transition behind the instant.
        var (low, high) = (0, transitions.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] > instant { high = middle } else { low = middle + 1 }
        }
        return Period(
            start: low == 0 ? .min : transitions[low - 1],
            end: transitions[low],
            offset: Int64(low == 0 ? first : offsets[low - 1])
        )
    }

    /// The instant that local clocks showed as `local`, both in seconds since 1970.
    ///
    /// Of two instants the first; a time that was skipped is shifted on.
    public func instant(ofLocal local: Int64) -> Int64 { stretch(ofLocal: local).instant }

    /// The instant of a local time, with the local times around it that have the same offset and occur once.
    func stretch(ofLocal local: Int64) -> (instant: Int64, sure: Range<Int64>, offset: Int64) {
        // Far beyond all calendars; nothing there may overflow.
        let far: Int64 = 1 << 50
        let local = min(max(local, -far), far)
        var current = period(at: local - Int64(Self.largestOffset))
        var before = current.offset
        while true {
            let instant = local - current.offset
            // Skipped between two stretches: as the clock would have gone on.
            if instant < current.start { return (local - before, local..<local, before) }
            if instant < current.end {
                let previous = current.start == .min ? current.offset : period(at: current.start - 1).offset
                let next = current.end == .max ? current.offset : period(at: current.end).offset
                let low = current.start == .min ? -far : current.start + max(previous, current.offset)
                let high = current.end == .max ? far : current.end + min(current.offset, next)
                return (
                    instant, low < high && low <= local && local < high ? low..<high : local..<local, current.offset
                )
            }
            before = current.offset
            current = period(at: current.end)
        }
    }
}

extension ZoneTable: LocalTime {
    public func offset(at instant: Timestamp) -> Int {
        Int(period(at: instant.milliseconds.flooredDivision(by: 1000)).offset)
    }
}

/// Reads many local times of one zone, most of them near each other.
public struct ZoneClock: Sendable {
    /// The zone.
    public let zone: ZoneTable
    /// Local times whose offset is known, in seconds.
    private var sure: Range<Int64> = 0..<0
    private var offset: Int64 = 0

    /// Creates a clock.
    public init(_ zone: ZoneTable) {
        self.zone = zone
        let found = zone.stretch(ofLocal: 0)
        (sure, offset) = (found.sure, found.offset)
    }

    /// Nanoseconds since 1970 in UTC of a local time in nanoseconds; nil if that does not fit.
    public mutating func nanoseconds(ofLocal local: Int64) -> Int64? {
        let seconds = local.flooredDivision(by: 1_000_000_000)
        var offset = offset
        if !sure.contains(seconds) {
            let found = zone.stretch(ofLocal: seconds)
            if !found.sure.isEmpty { (sure, self.offset) = (found.sure, found.offset) }
            offset = seconds - found.instant
        }
        let (result, overflow) = local.subtractingReportingOverflow(offset * 1_000_000_000)
        return overflow ? nil : result
    }
}
