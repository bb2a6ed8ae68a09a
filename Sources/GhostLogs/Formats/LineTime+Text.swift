extension LineTime: CustomStringConvertible {
    /// RFC 3339 with the line's own zone, or without one if the line has none: `2026-11-22T16:04:01.123+01:00`.
    ///
    /// The fraction has no, three, six or nine digits, as few as say all.
    public var description: String { text }

    /// As ``description``.
    public var text: String {
        let second: Int64 = 1_000_000_000
        let seconds = floored(nanoseconds, second)
        let fraction = nanoseconds - seconds * second
        let days = floored(seconds, 86_400)
        let ofDay = seconds - days * 86_400
        let (year, month, day) = Self.date(Int(days))
        var text: [UInt8] = []
        text.reserveCapacity(36)
        func digits(_ value: Int64, _ width: Int) {
            var scale: Int64 = 1
            for _ in 1..<width { scale *= 10 }
            while scale > 0 {
                text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / scale % 10))
                scale /= 10
            }
        }
        digits(Int64(year), 4)
        text.append(.dash)
        digits(Int64(month), 2)
        text.append(.dash)
        digits(Int64(day), 2)
        text.append(UInt8(ascii: "T"))
        digits(ofDay / 3600, 2)
        text.append(.colon)
        digits(ofDay / 60 % 60, 2)
        text.append(.colon)
        digits(ofDay % 60, 2)
        if fraction > 0 {
            text.append(UInt8(ascii: "."))
            if fraction % 1_000_000 == 0 {
                digits(fraction / 1_000_000, 3)
            } else if fraction % 1000 == 0 {
                digits(fraction / 1000, 6)
            } else {
                digits(fraction, 9)
            }
        }
        return String(decoding: text, as: UTF8.self) + (zoneText ?? "")
    }

    /// The zone as RFC 3339 has it, `Z` or `+01:00`; nil if the line does not say.
    public var zoneText: String? {
        guard let offset else { return nil }
        guard offset != 0 else { return "Z" }
        let size = abs(offset)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(offset < 0 ? "-" : "+")\(two(size / 60)):\(two(size % 60))"
    }

    private func floored(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }

    /// The date of a day since 1970: the year that is not after it, then its months.
    private static func date(_ day: Int) -> (year: Int, month: Int, day: Int) {
        var year = 1970 + Int((Double(day) / 365.2425).rounded(.down))
        while let next = daysSince1970(year: year + 1, month: 1, day: 1), next <= day { year += 1 }
        while let first = daysSince1970(year: year, month: 1, day: 1), first > day { year -= 1 }
        var month = 12
        while month > 1, let first = daysSince1970(year: year, month: month, day: 1), first > day { month -= 1 }
        return (year, month, day - (daysSince1970(year: year, month: month, day: 1) ?? day) + 1)
    }
}
