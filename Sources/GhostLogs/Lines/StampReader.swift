import GhostModel

/// What a line is, judged by how it starts.
enum LineShape {
    /// Nothing but blanks.
    case blank
    /// No time stands before it: it continues the record above.
    case continuation(body: Range<Int>)
    /// It starts as a record does. The time is nil if what stands in its place cannot be read.
    case stamped(Timestamp?, body: Range<Int>)
    /// A second bracket opens inside the time: two writers wrote into each other, and neither record can be trusted.
    case torn
}

/// Reads the time at the start of a line and finds where the record's own text starts and ends.
///
/// The common form, `[2026-11-22T16:04:01.123Z] `, is read at fixed places with the day remembered from the line before.
/// Everything that wears and tear does to it is accepted: a missing bracket, parentheses, other zones, colour codes around the
/// line, and useless text inside the brackets, which leaves the record without a time.
struct StampReader: Sendable {
    /// The longest text inside brackets that still counts as a spoilt time, in bytes.
    private static let longestSpoiltStamp = 40

    /// The start of the last line of the common form, `[2026-11-22T16:04:`, and the milliseconds at which that minute began.
    private var head: (UInt64, UInt64, UInt16) = (0, 0, 0)
    private var minuteStart: Int64 = 0
    /// The milliseconds at which the day of that line began.
    private var dayStart: Int64 = 0

    @inline(__always)
    mutating func read(_ line: Span<UInt8>) -> LineShape {
        guard let time = commonTime(of: line) else { return readSlowly(line) }
        return .stamped(time, body: Self.commonBody..<line.endWithoutTrimmings(from: Self.commonBody))
    }

    /// Where the text of a line of the common form starts: behind the time in brackets and a blank.
    static let commonBody = 27

    /// The time of a line of the common form, whose text is not empty; nil for every other line.
    @inline(__always)
    mutating func commonTime(of line: Span<UInt8>) -> Timestamp? {
        guard line.count > Self.commonBody else { return nil }
        let bytes = line.bytes
        let differences =
            (bytes.word(at: 0) ^ head.0) | (bytes.word(at: 8) ^ head.1) | UInt64(bytes.quarterWord(at: 16) ^ head.2)
        if differences != 0, !moveToMinute(of: line) { return nil }
        guard let time = timeOfMinute(bytes) else { return nil }
        return Timestamp(milliseconds: minuteStart &+ time)
    }

    /// The milliseconds since the minute began in `01.123Z] x` at bytes 18..<28, or nil if anything else stands there.
    ///
    /// The word is checked as a whole. After the exclusive or with a pattern a digit is a number below ten and a separator
    /// is zero, so a byte is wrong if it reaches 128 when 127 less what it may be is added. A carry only leaves a byte
    /// that is wrong already.
    @inline(__always)
    private func timeOfMinute(_ bytes: RawSpan) -> Int64? {
        let clock = bytes.word(at: 18) ^ 0x5D5A_3030_302E_3030  // "00.000Z]", the first byte lowest
        let wrong = (clock &+ 0x7F7F_7676_767F_767A | clock) & 0x8080_8080_8080_8080
        let next = bytes.quarterWord(at: 26)
        guard wrong == 0, next & 0xFF == 0x20, next > 0x20FF else { return nil }
        // Each pair of digits becomes a number in the byte of its first digit.
        let pairs = clock &* 10 &+ (clock >> 8)
        let time = (pairs & 0xFF) &* 1000 &+ (pairs >> 24 & 0xFF) &* 10 &+ (clock >> 40 & 0xF)
        return Int64(truncatingIfNeeded: time)
    }

    /// Makes the minute of a line the one that is known; false if that cannot be read.
    @inline(never)
    private mutating func moveToMinute(of line: Span<UInt8>) -> Bool {
        let bytes = line.bytes
        let isOfTheSameDay = bytes.word(at: 0) == head.0 && bytes.word(at: 8) & 0xFFFF_FFFF == head.1 & 0xFFFF_FFFF
        guard line[0] == UInt8(ascii: "["), line[24] == UInt8(ascii: "Z"), line[25] == UInt8(ascii: "]"),
            let minute = isOfTheSameDay ? minuteOfDay(bytes) : minute(of: line)
        else { return false }
        (head, minuteStart) = ((bytes.word(at: 0), bytes.word(at: 8), bytes.quarterWord(at: 16)), minute)
        return true
    }

    /// The milliseconds at which the minute `16:04:` at bytes 12..<18 began, on the day that is known.
    private func minuteOfDay(_ bytes: RawSpan) -> Int64? {
        let clock = bytes.word(at: 12) ^ 0x3030_3A30_303A_3030  // "00:00:00"
        guard (clock &+ 0x767A_7F76_7A7F_767D | clock) & 0x8080_8080_8080_8080 == 0 else { return nil }
        let pairs = clock &* 10 &+ (clock >> 8)
        let hour = pairs & 0xFF
        guard hour < 24 else { return nil }
        return dayStart + Int64(truncatingIfNeeded: hour &* 60 &+ (pairs >> 24 & 0xFF)) * 60_000
    }

    /// The milliseconds at which the minute of a line began whose day is not known yet.
    private mutating func minute(of line: Span<UInt8>) -> Int64? {
        guard let time = line.time(in: 1..<25) else { return nil }
        let (day, minute): (Int64, Int64) = (86_400_000, 60_000)
        dayStart = time.milliseconds - ((time.milliseconds % day) + day) % day
        return time.milliseconds - ((time.milliseconds % minute) + minute) % minute
    }

    private func readSlowly(_ line: Span<UInt8>) -> LineShape {
        let start = line.skipDecoration(from: 0, before: line.count, blanks: true)
        let end = line.endWithoutTrimmings(from: start)
        guard start < end else { return .blank }
        guard let stamp = line.stamp(at: start, before: end, longestSpoilt: Self.longestSpoiltStamp) else {
            return .continuation(body: start..<end)
        }
        guard stamp.end >= end || line[stamp.end] != UInt8(ascii: "[") else { return .torn }
        let body = line.skipDecoration(from: stamp.end, before: end, blanks: true)
        return .stamped(stamp.time, body: body..<end)
    }
}

extension Span<UInt8> {
    /// The bytes of `range` as an RFC 3339 time.
    func time(in range: Range<Int>) -> Timestamp? {
        extracting(range).withUnsafeBytes { Timestamp(rfc3339: $0) }
    }

    /// A time, whole or spoilt, at `start`: nil if nothing of the kind stands there.
    fileprivate func stamp(at start: Int, before end: Int, longestSpoilt: Int) -> (time: Timestamp?, end: Int)? {
        let isBracketed = self[start] == UInt8(ascii: "[")
        let isOpened = isBracketed || self[start] == UInt8(ascii: "(")
        let inner = isOpened ? start + 1 : start
        if startsLikeDate(at: inner, before: end) {
            let stop = endOfTime(from: inner, before: end)
            var next = stop
            if next < end, self[next] == UInt8(ascii: "]") || self[next] == UInt8(ascii: ")") { next += 1 }
            guard next > stop || isOpened || (next < end && self[next] == .space) else { return nil }
            return (time(in: inner..<stop), next)
        }
        guard isBracketed,
            let close = firstIndex(of: UInt8(ascii: "]"), in: inner..<Swift.min(end, inner + longestSpoilt + 1))
        else { return nil }
        return (time(in: inner..<close), close + 1)
    }

    /// `dddd-` stands at `index`, as in every date and in few other things.
    private func startsLikeDate(at index: Int, before end: Int) -> Bool {
        guard index + 5 <= end, self[index + 4] == UInt8(ascii: "-") else { return false }
        for digit in index..<index + 4 where self[digit] &- 0x30 > 9 { return false }
        return true
    }

    /// The end of a time that starts at `start`; a blank belongs to it if an hour follows at the right place.
    private func endOfTime(from start: Int, before end: Int) -> Int {
        var index = start
        while index < end {
            switch self[index] {
            case UInt8(ascii: "]"), UInt8(ascii: ")"), UInt8(ascii: "["), .escape: return index
            case .space:
                guard index == start + 10, index + 3 < end, self[index + 3] == UInt8(ascii: ":") else { return index }
            default: break
            }
            index += 1
        }
        return index
    }

    /// Passes over colour codes, variation selectors and joiners, and blanks if asked to.
    @inline(__always)
    func skipDecoration(from start: Int, before end: Int, blanks: Bool) -> Int {
        var index = start
        while index < end {
            switch self[index] {
            case .space, 0x09:
                guard blanks else { return index }
                index += 1
            case .escape:
                index = endOfEscape(from: index, before: end)
            case 0xEF where has("\u{FE0E}", at: index, before: end) || has("\u{FE0F}", at: index, before: end):
                index += 3
            case 0xE2 where has("\u{200D}", at: index, before: end):
                index += 3
            default:
                return index
            }
        }
        return index
    }

    /// The end of `ESC [ parameters letter`; of anything else after an ESC only the ESC is passed over.
    private func endOfEscape(from start: Int, before end: Int) -> Int {
        guard start + 1 < end, self[start + 1] == UInt8(ascii: "[") else { return start + 1 }
        var index = start + 2
        while index < end, index < start + 24 {
            let byte = self[index]
            index += 1
            if (0x40...0x7E).contains(byte) { return index }
            guard (0x20...0x3F).contains(byte) else { break }
        }
        return start + 1
    }

    /// The end of the line without blanks and colour codes behind it.
    @inline(__always)
    func endWithoutTrimmings(from start: Int) -> Int {
        guard count > start else { return Swift.max(start, count) }
        // Nearly every line ends in something else than a blank or the last letter of a colour code.
        let last = self[count - 1]
        return last > .space && last != UInt8(ascii: "m") ? count : endWithTrimmings(from: start)
    }

    private func endWithTrimmings(from start: Int) -> Int {
        var end = count
        while end > start {
            let last = self[end - 1]
            if last == .space || last == 0x09 || last == 0 {
                end -= 1
            } else if last == UInt8(ascii: "m"), let escape = startOfColour(endingAt: end, from: start) {
                end = escape
            } else {
                break
            }
        }
        return end
    }

    private func startOfColour(endingAt end: Int, from start: Int) -> Int? {
        var index = end - 2
        while index > start, index > end - 24, (0x30...0x3B).contains(self[index]) { index -= 1 }
        guard index > start, self[index] == UInt8(ascii: "["), self[index - 1] == .escape else { return nil }
        return index - 1
    }
}
