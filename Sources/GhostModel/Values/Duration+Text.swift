extension Duration {
    /// Whole milliseconds, rounded towards zero; saturates at the ends of `Int64`.
    public var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        return carried ? (seconds < 0 ? .min : .max) : sum
    }

    /// Whole nanoseconds, rounded towards zero; saturates at the ends of `Int64` (about 292 years).
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carried ? (seconds < 0 ? .min : .max) : sum
    }

    /// Reads the form used in `ghost.yaml`: a number and a unit, `500ms`, `2s`, `5m`, `1h`, `30d`; parts may follow one
    /// another from large to small (`1h30m`).
    ///
    /// Fractions are allowed (`1.5s`), signs are not. Nil for anything else, and for more than 100 years.
    public init?(configurationText text: some StringProtocol) {
        var rest = Substring(text)
        var total: Duration = .zero
        var previousUnit = Double.infinity
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let value = Double(number), number.last != ".", number.first != "." else { return nil }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let seconds = Self.secondsPerUnit[String(unit)], seconds < previousUnit else { return nil }
            previousUnit = seconds
            guard value * seconds <= Self.longestInSeconds else { return nil }
            total += .nanoseconds(Int64((value * seconds * 1_000_000_000).rounded()))
        }
        guard total <= .seconds(Self.longestInSeconds) else { return nil }
        self = total
    }

    /// The shortest exact form in the units of `ghost.yaml`, from milliseconds up.
    ///
    /// Such as `250ms`, `1.5s`, `2m`, `1h30m`. Parts below a millisecond are dropped.
    public var configurationText: String {
        let milliseconds = wholeMilliseconds
        guard milliseconds >= 0 else { return "-" + (Duration.zero - self).configurationText }
        if milliseconds < 1000 { return milliseconds == 0 ? "0s" : "\(milliseconds)ms" }
        let seconds = milliseconds / 1000
        let fraction = milliseconds % 1000
        if fraction != 0, seconds < 60 {
            var digits = String(fraction + 1000).dropFirst()
            while digits.last == "0" { digits = digits.dropLast() }
            return "\(seconds).\(digits)s"
        }
        let parts = [
            (seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s"),
        ]
        return parts.filter { $0.0 != 0 }.map { "\($0.0)\($0.1)" }.joined()
    }

    private static let longestInSeconds = 100.0 * 365 * 86_400
    private static let secondsPerUnit: [String: Double] = [
        "ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400,
    ]
}
