/// An instant of wall-clock time in milliseconds, as Ghost shows and logs it.
///
/// Wall time is for people and for correlating logs. Deadlines and durations use ``MonotonicTime``, because a wall clock
/// may jump in either direction.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
    ///
    /// Negative before 1970.
    public var milliseconds: Int64

    /// Creates an instant from milliseconds since 1970-01-01T00:00:00Z.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The time from `other` to this instant; negative if `other` is later.
    public func since(_ other: Timestamp) -> Duration {
        .milliseconds(milliseconds - other.milliseconds)
    }

    /// This instant moved by `duration`, truncated to milliseconds.
    public func advanced(by duration: Duration) -> Timestamp {
        Timestamp(milliseconds: milliseconds + duration.wholeMilliseconds)
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds: `2026-11-22T16:04:01.123Z`.
    ///
    /// Years outside 0…9999 cannot be written in RFC 3339; they are clamped to its first or last instant.
    public var description: String {
        String(unsafeUninitializedCapacity: Self.textLength) { buffer in
            write(to: UnsafeMutableRawBufferPointer(buffer))
            return Self.textLength
        }
    }

    /// The fixed width of ``description`` in bytes.
    public static let textLength = 24

    private static let first = Timestamp(milliseconds: -62_167_219_200_000)
    private static let last = Timestamp(milliseconds: 253_402_300_799_999)

    private func write(to buffer: UnsafeMutableRawBufferPointer) {
        let clamped = min(max(milliseconds, Self.first.milliseconds), Self.last.milliseconds)
        let days = clamped.flooredDivision(by: 86_400_000)
        let date = CivilDate(daysSince1970: days)
        let ofDay = clamped - days * 86_400_000

        func digits(_ value: Int64, width: Int, at position: Int) {
            var rest = value
            for index in stride(from: position + width - 1, through: position, by: -1) {
                buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
        }
        digits(date.year, width: 4, at: 0)
        buffer[4] = UInt8(ascii: "-")
        digits(date.month, width: 2, at: 5)
        buffer[7] = UInt8(ascii: "-")
        digits(date.day, width: 2, at: 8)
        buffer[10] = UInt8(ascii: "T")
        digits(ofDay / 3_600_000, width: 2, at: 11)
        buffer[13] = UInt8(ascii: ":")
        digits(ofDay / 60_000 % 60, width: 2, at: 14)
        buffer[16] = UInt8(ascii: ":")
        digits(ofDay / 1000 % 60, width: 2, at: 17)
        buffer[19] = UInt8(ascii: ".")
        digits(ofDay % 1000, width: 3, at: 20)
        buffer[23] = UInt8(ascii: "Z")
    }
}

extension Timestamp {
    /// Reads an RFC 3339 date and time, or returns nil if `text` is anything else.
    ///
    /// Accepts `T`, `t` or a space between date and time, any number of fractional digits (those beyond milliseconds are
    /// dropped), and `Z`, `z` or a numeric offset of at most 23:59. A date that does not exist (30 February), a leap
    /// second, or a missing zone is refused: an instant cannot be guessed.
    public init?(rfc3339 text: some StringProtocol) {
        var copy = String(text)
        let parsed = copy.withUTF8 { Timestamp(rfc3339: UnsafeRawBufferPointer($0)) }
        guard let parsed else { return nil }
        self = parsed
    }

    /// Reads an RFC 3339 date and time from exactly the bytes given; see ``init(rfc3339:)-(StringProtocol)``.
    public init?(rfc3339 bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 20 else { return nil }

        func number(at start: Int, width: Int) -> Int64? {
            var value: Int64 = 0
            for index in start..<start + width {
                let digit = bytes[index] &- UInt8(ascii: "0")
                guard digit <= 9 else { return nil }
                value = value &* 10 &+ Int64(digit)
            }
            return value
        }
        func has(_ scalar: Unicode.Scalar, at index: Int) -> Bool { bytes[index] == UInt8(ascii: scalar) }

        guard let year = number(at: 0, width: 4), has("-", at: 4),
            let month = number(at: 5, width: 2), has("-", at: 7),
            let day = number(at: 8, width: 2), has("T", at: 10) || has("t", at: 10) || has(" ", at: 10),
            let hour = number(at: 11, width: 2), has(":", at: 13),
            let minute = number(at: 14, width: 2), has(":", at: 16),
            let second = number(at: 17, width: 2),
            hour < 24, minute < 60, second < 60,
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }

        var index = 19
        var fraction: Int64 = 0
        if has(".", at: index) || has(",", at: index) {
            index += 1
            var scale: Int64 = 100
            let first = index
            while index < bytes.count, case let digit = bytes[index] &- UInt8(ascii: "0"), digit <= 9 {
                fraction += Int64(digit) * scale
                scale /= 10
                index += 1
            }
            guard index > first else { return nil }
        }

        guard index < bytes.count else { return nil }
        var offsetMinutes: Int64 = 0
        if has("Z", at: index) || has("z", at: index) {
            index += 1
        } else {
            guard has("+", at: index) || has("-", at: index), index + 6 <= bytes.count,
                let hours = number(at: index + 1, width: 2), has(":", at: index + 3),
                let minutes = number(at: index + 4, width: 2), hours < 24, minutes < 60
            else { return nil }
            offsetMinutes = (hours * 60 + minutes) * (has("-", at: index) ? -1 : 1)
            index += 6
        }
        guard index == bytes.count else { return nil }

        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + (minute - offsetMinutes) * 60 + second
        self.init(milliseconds: seconds * 1000 + fraction)
    }
}

extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let parsed = Timestamp(rfc3339: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time: \(text)")
        }
        self = parsed
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
