/// The times of a cron expression: minute, hour, day of the month, month, day of the week.
///
/// The five fields have the usual forms: `*`, `5`, `1-5`, `*/15`, `10-40/10`, lists with commas, names of months and
/// days, Sunday as 0 or 7. If both days are restricted, either is enough. `@hourly`, `@daily`, `@midnight`, `@weekly`,
/// `@monthly`, `@yearly` and `@annually` are short for the obvious.
///
/// Local time that is skipped in spring is made up for at the moment of the change, once; local time that comes twice in
/// autumn counts the first time, unless the expression is for every hour.
public struct CronSchedule: Sendable, Hashable, CustomStringConvertible {
    /// The expression as written.
    public let description: String
    private let minutes: UInt64
    private let hours: UInt64
    private let days: UInt64
    private let months: UInt64
    private let weekdays: UInt64
    private let hourForm: FieldForm
    private let dayForm: FieldForm
    private let weekdayForm: FieldForm

    /// Whether a field restricts anything.
    private enum FieldForm {
        case star
        case restricted
    }

    /// Why a text is not an expression, as the end of a sentence: `has 4 fields; it takes 5`.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
    }

    /// Reads an expression.
    public init(_ text: String) throws(Failure) {
        description = text
        let expression = Self.nicknames[text.lowercased()] ?? text
        let fields = expression.split { $0 == " " || $0 == "\t" }.map(String.init)
        guard fields.count == 5 else {
            let count = "\(fields.count) field\(fields.count == 1 ? "" : "s")"
            throw Failure(description: "has \(count); it takes 5: minute, hour, day, month, weekday")
        }
        minutes = try Self.set(fields[0], "minute", 0...59)
        hours = try Self.set(fields[1], "hour", 0...23)
        days = try Self.set(fields[2], "day", 1...31)
        months = try Self.set(fields[3], "month", 1...12, names: Self.monthNames, first: 1)
        let week = try Self.set(fields[4], "weekday", 0...7, names: Self.dayNames, first: 0)
        weekdays = week & 0x7f | (week >> 7 & 1)
        func form(_ field: String) -> FieldForm { field.hasPrefix("*") ? .star : .restricted }
        hourForm = form(fields[1])
        dayForm = form(fields[2])
        weekdayForm = form(fields[4])
    }

    /// The first time after `instant`; nil if there is none within ``horizonDays``, as for February 30.
    public func next(after instant: Timestamp, in zone: any LocalTime) -> Timestamp? {
        let local = instant.milliseconds.flooredDivision(by: 1000) + Int64(zone.offset(at: instant))
        // A day earlier is looked at as well: a change of the clock may move its last times behind the instant.
        let today = local.flooredDivision(by: 86_400) - 1
        for day in today...(today + Self.horizonDays) {
            let date = CivilDate(daysSince1970: day)
            guard months.has(date.month), matches(date, weekday: (day + 4) - (day + 4).flooredDivision(by: 7) * 7)
            else { continue }
            let due = times(of: day, in: zone).filter { $0 > instant }.min()
            if let due { return due }
        }
        return nil
    }

    /// How far ahead is looked, in days: a February 29 is at most eight years away.
    public static let horizonDays: Int64 = 8 * 366 + 1

    private func matches(_ date: CivilDate, weekday: Int64) -> Bool {
        switch (dayForm, weekdayForm) {
        case (.restricted, .restricted): days.has(date.day) || weekdays.has(weekday)
        case (.star, _), (_, .star): days.has(date.day) && weekdays.has(weekday)
        }
    }

    /// The instants of one local day, not in order.
    private func times(of day: Int64, in zone: any LocalTime) -> [Timestamp] {
        var result: [Timestamp] = []
        for hour in Int64(0)..<24 where hours.has(hour) {
            for minute in Int64(0)..<60 where minutes.has(minute) {
                result += instants(ofLocal: day * 86_400 + hour * 3600 + minute * 60, in: zone)
            }
        }
        return result
    }

    /// The instants at which clocks show a local time, given in seconds: mostly one, two in autumn, and in spring the
    /// moment of the change instead.
    private func instants(ofLocal local: Int64, in zone: any LocalTime) -> [Timestamp] {
        func offset(_ seconds: Int64) -> Int64 { Int64(zone.offset(at: Timestamp(milliseconds: seconds * 1000))) }
        // No zone is more than 15 hours away from UTC, and none changes twice within two days.
        let before = offset(local - 86_400)
        let after = offset(local + 86_400)
        let found = Set([local - before, local - after]).filter { $0 + offset($0) == local }.sorted()
        if let first = found.first {
            let kept = hourForm == .star ? found : [first]
            return kept.map { Timestamp(milliseconds: $0 * 1000) }
        }
        // Skipped. Every hour has its own times; others are made up for at the change.
        guard hourForm == .restricted else { return [] }
        var (low, high) = (local - before - 86_400, local - after + 86_400)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(middle) == before { low = middle } else { high = middle }
        }
        return [Timestamp(milliseconds: high * 1000)]
    }

    private static let nicknames = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]
    private static let monthNames = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    private static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    private static func set(
        _ field: String,
        _ what: String,
        _ range: ClosedRange<Int>,
        names: [String] = [],
        first: Int = 0
    ) throws(Failure) -> UInt64 {
        var set: UInt64 = 0
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let body = halves.first ?? ""
            let ends = body.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            func number(_ text: Substring?) -> Int? {
                guard let text else { return nil }
                if let index = names.firstIndex(of: text.lowercased()) { return index + first }
                guard text.utf8.allSatisfy({ (48...57).contains($0) }), let value = Int(text) else { return nil }
                return range.contains(value) ? value : nil
            }
            let bounds: ClosedRange<Int>?
            if body == "*" {
                bounds = range.upperBound == 7 ? 0...6 : range
            } else if let low = number(ends.first) {
                let high = ends.count == 2 ? number(ends.last) : halves.count == 2 ? range.upperBound : low
                bounds = high.flatMap { $0 >= low ? low...$0 : nil }
            } else {
                bounds = nil
            }
            let step = halves.count == 2 ? Int(halves[1]) : 1
            guard let bounds, let step, (1...range.upperBound).contains(step) else {
                let limits = "\(range.lowerBound) to \(range.upperBound)"
                throw Failure(description: "has the \(what) \"\(part)\", which is not within \(limits)")
            }
            for value in stride(from: bounds.lowerBound, through: bounds.upperBound, by: step) { set |= 1 << value }
        }
        return set
    }
}

extension UInt64 {
    fileprivate func has(_ bit: Int64) -> Bool { self >> UInt64(bit) & 1 == 1 }
}
