public import GhostModel

extension ZoneClock {
    /// The instant that a line's time means: by the zone that it names, otherwise by this clock's.
    ///
    /// Nil if it is beyond what nanoseconds of 64 bits can say.
    public mutating func instant(of time: LineTime) -> Timestamp? {
        guard let utc = nanoseconds(of: time) else { return nil }
        let (whole, rest) = utc.quotientAndRemainder(dividingBy: 1_000_000)
        return Timestamp(milliseconds: rest < 0 ? whole - 1 : whole)
    }

    /// The same time with its distance from UTC written down, for a line that names no zone.
    ///
    /// A distance with seconds, as before 1900, is cut to minutes. Nil if the instant cannot be said.
    public mutating func zoned(_ time: LineTime) -> LineTime? {
        guard time.offset == nil else { return time }
        guard let utc = nanoseconds(of: time) else { return nil }
        // Not what is between the two: a time that was skipped stands where the clock went on.
        let minutes = zone.offset(at: Timestamp(milliseconds: utc / 1_000_000)) / 60
        let (local, overflow) = utc.addingReportingOverflow(Int64(minutes) * 60_000_000_000)
        return overflow ? nil : LineTime(nanoseconds: local, offset: minutes)
    }

    private mutating func nanoseconds(of time: LineTime) -> Int64? {
        guard let offset = time.offset else { return nanoseconds(ofLocal: time.nanoseconds) }
        let (result, overflow) = time.nanoseconds.subtractingReportingOverflow(Int64(offset) * 60_000_000_000)
        return overflow ? nil : result
    }
}
