/// A time that stands in a line, and where it ends.
struct FoundTime {
    var time: LineTime
    /// The index behind it.
    var end: Int
    /// How it is written, which tells who may have written it.
    var shape: TimeShape

    /// The instant of a day and a time of day; nil if the year does not fit nanoseconds.
    @inline(__always)
    init?(day: Int, seconds: Int, fraction: Int = 0, offset: Int? = nil, end: Int, shape: TimeShape) {
        // The years 1678 to 2261.
        guard day >= -106_650, day < 106_650 else { return nil }
        let whole = Int64(day) &* 86_400 &+ Int64(seconds)
        time = LineTime(nanoseconds: whole &* 1_000_000_000 &+ Int64(fraction), offset: offset)
        self.end = end
        self.shape = shape
    }
}

/// How a time is written.
enum TimeShape {
    /// `2026-11-22T16:04:01.123Z`
    case strict
    /// `2026-11-22 16:04:01,123`
    case dashed
    /// `2026/11/22 16:04:01`
    case slashed
    /// `26/11/22 16:04:01`
    case shortSlashed
    /// `261122 160401`
    case compact
    /// `20261122-16:4:1:123`
    case joined
    /// `11-22 16:04:01.123`
    case monthDay
    /// `22/Nov/2026:16:04:01 +0100`
    case common
    /// `22 Nov 2026 16:04:01.123`, `22-Nov-2026 16:04:01`
    case dayFirst
    /// `Nov 22 16:04:01`
    case traditional
    /// `Sun Nov 22 16:04:01 2026`
    case weekday
    /// `1795363441.123`
    case epoch
}

/// The number of days since 1970-01-01, or nil if the month has no such day.
@inline(__always)
func daysSince1970(year: Int, month: Int, day: Int) -> Int? {
    guard month >= 1, month <= 12, day >= 1, day <= 31, year >= 0 else { return nil }
    if day > 28, day > monthLength(month, year: year) { return nil }
    // Years begin in March, so that the day that is not always there is the last.
    let shifted = month <= 2 ? year &- 1 : year
    let place = month <= 2 ? month &+ 9 : month &- 3
    // Rounds down for the year -1 too, which January of the year 0 belongs to.
    let leap = shifted < 0 ? -1 : shifted / 4 &- shifted / 100 &+ shifted / 400
    return shifted &* 365 &+ leap &+ (153 &* place &+ 2) / 5 &+ day &- 719_469
}

private func monthLength(_ month: Int, year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
}

private func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

/// Finds the year of a date that has none.
struct YearGuess: Sendable {
    /// How far a time may lie after the reading instant and still be of the same year, in days: clocks differ, and zones.
    static let tolerance = 1

    /// The last day that is not in the future.
    private let lastDay: Int
    private let year: Int

    /// Creates a guess for lines that were written no later than `milliseconds` after 1970.
    init(latest milliseconds: Int64) {
        let day: Int64 = 86_400_000
        let clamped = Int(min(max(milliseconds / day, -106_000), 106_000))
        lastDay = clamped + Self.tolerance
        var year = 1970 + lastDay / 366
        while let next = daysSince1970(year: year + 1, month: 1, day: 1), next <= lastDay { year += 1 }
        while let first = daysSince1970(year: year, month: 1, day: 1), first > lastDay { year -= 1 }
        self.year = year
    }

    /// The day in the latest year that has it and in which it is not in the future.
    @inline(__always)
    func day(month: Int, day: Int) -> Int? {
        if let found = daysSince1970(year: year, month: month, day: day), found <= lastDay { return found }
        return earlierDay(month: month, day: day)
    }

    /// 29 February may be eight years away.
    private func earlierDay(month: Int, day: Int) -> Int? {
        for earlier in 1...8 {
            if let found = daysSince1970(year: year - earlier, month: month, day: day) { return found }
        }
        return nil
    }
}
