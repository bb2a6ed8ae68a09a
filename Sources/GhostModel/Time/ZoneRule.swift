/// When summer time begins and ends in every year, in the form of the variable `TZ`: `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// The form is that of POSIX with the extension of RFC 8536: changes may be up to 167 hours from midnight.
struct ZoneRule: Sendable, Hashable {
    /// Seconds east of UTC.
    let standard: Int32
    /// Nil if the offset never changes.
    let summer: Summer?

    struct Summer: Sendable, Hashable {
        var offset: Int32
        var start: Change
        var end: Change
    }

    /// A day of every year, and the seconds behind its midnight.
    struct Change: Sendable, Hashable {
        var day: Day
        var seconds: Int32
    }

    enum Day: Sendable, Hashable {
        /// `Jn`: 1…365; 29 February is not counted.
        case julian(Int)
        /// `n`: 0…365; 29 February is counted.
        case ofYear(Int)
        /// `Mm.w.d`: the `week`th such weekday of a month, 5 being the last, 0 Sunday.
        case weekday(month: Int, week: Int, day: Int)
    }

    /// Reads a rule; nil if it is none.
    init?(_ text: [UInt8]) {
        // Longer ones are no rules.
        guard text.count <= 128 else { return nil }
        var reader = RuleTextReader(text)
        guard reader.takeName(), let standard = reader.takeOffset() else { return nil }
        self.standard = -standard
        guard !reader.isAtEnd else {
            summer = nil
            return
        }
        guard reader.takeName() else { return nil }
        var offset = self.standard + 3600
        if !reader.isAtEnd, !reader.isAt(",") {
            guard let written = reader.takeOffset() else { return nil }
            offset = -written
        }
        // Without its changes a rule means those that a system is set to, which nobody knows.
        guard reader.take(","), let start = reader.takeChange(), reader.take(","), let end = reader.takeChange(),
            reader.isAtEnd, abs(offset) <= ZoneTable.largestOffset, abs(self.standard) <= ZoneTable.largestOffset
        else { return nil }
        summer = Summer(offset: offset, start: start, end: end)
    }

    /// The stretch that an instant is in, in seconds since 1970.
    func period(at instant: Int64) -> ZoneTable.Period {
        guard let summer else { return ZoneTable.Period(start: .min, end: .max, offset: Int64(standard)) }
        let days = (instant + Int64(standard)).flooredDivision(by: 86_400)
        let year = CivilDate(daysSince1970: days).year
        var changes: [(at: Int64, offset: Int64)] = []
        for year in year - 1...year + 1 {
            changes.append((summer.start.instant(in: year) - Int64(standard), Int64(summer.offset)))
            changes.append((summer.end.instant(in: year) - Int64(summer.offset), Int64(standard)))
        }
        changes.sort { $0.at < $1.at }
        let next = changes.firstIndex { $0.at > instant } ?? changes.count
        return ZoneTable.Period(
            start: next > 0 ? changes[next - 1].at : .min,
            end: next < changes.count ? changes[next].at : .max,
            offset: next > 0 ? changes[next - 1].offset : Int64(standard)
        )
    }
}

extension ZoneRule.Change {
    /// Local seconds since 1970 of the change in a year.
    fileprivate func instant(in year: Int64) -> Int64 { dayNumber(in: year) * 86_400 + Int64(seconds) }

    private func dayNumber(in year: Int64) -> Int64 {
        func first(of month: Int64) -> Int64 {
            CivilDate(year: month > 12 ? year + 1 : year, month: month > 12 ? 1 : month, day: 1)?.daysSince1970 ?? 0
        }
        switch day {
        case .ofYear(let number): return first(of: 1) + Int64(number)
        case .julian(let number):
            let isLeap = first(of: 3) - first(of: 2) == 29
            return first(of: 1) + Int64(number) - 1 + (isLeap && number >= 60 ? 1 : 0)
        case .weekday(let month, let week, let weekday):
            let start = first(of: Int64(month))
            // 1970-01-01 was a Thursday.
            let startDay = ((start + 4) % 7 + 7) % 7
            let found = start + (Int64(weekday) - startDay + 7) % 7 + Int64(week - 1) * 7
            return found < first(of: Int64(month) + 1) ? found : found - 7
        }
    }
}

/// Reads a rule from left to right.
private struct RuleTextReader {
    private let text: [UInt8]
    private var index = 0

    init(_ text: [UInt8]) { self.text = text }

    var isAtEnd: Bool { index == text.count }

    func isAt(_ character: Character) -> Bool { index < text.count && text[index] == character.asciiValue }

    mutating func take(_ character: Character) -> Bool {
        guard isAt(character) else { return false }
        index += 1
        return true
    }

    /// Three letters or more, or anything between `<` and `>`.
    mutating func takeName() -> Bool {
        let start = index
        if take("<") {
            while index < text.count, !isAt(">") { index += 1 }
            return take(">") && index - start > 3
        }
        while index < text.count, (0x41...0x5A).contains(text[index] & 0xDF) { index += 1 }
        return index - start >= 3
    }

    private mutating func takeNumber(upTo limit: Int32) -> Int32? {
        let start = index
        var value: Int32 = 0
        while index < text.count, (0x30...0x39).contains(text[index]), index - start < 3 {
            value = value * 10 + Int32(text[index] - 0x30)
            index += 1
        }
        return index > start && value <= limit ? value : nil
    }

    /// `[+-]h[:mm[:ss]]`, in seconds.
    private mutating func takeTime(hours limit: Int32) -> Int32? {
        let sign: Int32 = take("-") ? -1 : 1
        if sign == 1 { _ = take("+") }
        guard let hours = takeNumber(upTo: limit) else { return nil }
        var seconds = hours * 3600
        for unit: Int32 in [60, 1] where take(":") {
            guard let value = takeNumber(upTo: 59) else { return nil }
            seconds += value * unit
        }
        return sign * seconds
    }

    /// How far UTC is from local time; positive in the west.
    mutating func takeOffset() -> Int32? { takeTime(hours: 24) }

    mutating func takeChange() -> ZoneRule.Change? {
        guard let day = takeDay() else { return nil }
        guard take("/") else { return ZoneRule.Change(day: day, seconds: 2 * 3600) }
        return takeTime(hours: 167).map { ZoneRule.Change(day: day, seconds: $0) }
    }

    private mutating func takeDay() -> ZoneRule.Day? {
        if take("J") { return takeNumber(upTo: 365).flatMap { $0 >= 1 ? .julian(Int($0)) : nil } }
        guard take("M") else { return takeNumber(upTo: 365).map { .ofYear(Int($0)) } }
        guard let month = takeNumber(upTo: 12), month >= 1, take("."), let week = takeNumber(upTo: 5), week >= 1,
            take("."), let day = takeNumber(upTo: 6)
        else { return nil }
        return .weekday(month: Int(month), week: Int(week), day: Int(day))
    }
}
