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

    /// The ten bytes of the last date seen, and the milliseconds at which that day began.
    private var dateHead: UInt64 = 0
    private var dateTail: UInt16 = 0
    private var dayStart: Int64 = 0

    @inline(__always)
    mutating func read(_ line: Span<UInt8>) -> LineShape {
        if line.count > 27, line[0] == UInt8(ascii: "["), line[24] == UInt8(ascii: "Z"), line[25] == UInt8(ascii: "]"),
            line[26] == .space, line[27] > .space, let time = fixedTime(line)
        {
            return .stamped(time, body: 27..<line.endWithoutTrimmings(from: 27))
        }
        return readSlowly(line)
    }

    /// The time at bytes 1..<25, or nil if it is not of the common form.
    @inline(__always)
    private mutating func fixedTime(_ line: Span<UInt8>) -> Timestamp? {
        let bytes = line.bytes
        let head = bytes.unsafeLoadUnaligned(fromByteOffset: 1, as: UInt64.self)
        let tail = bytes.unsafeLoadUnaligned(fromByteOffset: 9, as: UInt16.self)
        guard head == dateHead, tail == dateTail else { return newDay(line, head: head, tail: tail) }
        guard line[11] == UInt8(ascii: "T"), line[14] == UInt8(ascii: ":"), line[17] == UInt8(ascii: ":"),
            line[20] == UInt8(ascii: "."),
            let hour = line.pair(at: 12), let minute = line.pair(at: 15), let second = line.pair(at: 18),
            let hundredths = line.pair(at: 21), case let thousandth = line[23] &- 0x30, thousandth <= 9,
            hour < 24, minute < 60, second < 60
        else { return nil }
        let seconds = (hour * 60 + minute) * 60 + second
        return Timestamp(milliseconds: dayStart + seconds * 1000 + hundredths * 10 + Int64(thousandth))
    }

    private mutating func newDay(_ line: Span<UInt8>, head: UInt64, tail: UInt16) -> Timestamp? {
        guard let time = line.time(in: 1..<25) else { return nil }
        dateHead = head
        dateTail = tail
        let day: Int64 = 86_400_000
        dayStart = time.milliseconds - ((time.milliseconds % day) + day) % day
        return time
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
    /// Two digits as a number.
    @inline(__always)
    fileprivate func pair(at index: Int) -> Int64? {
        let tens = self[index] &- 0x30
        let ones = self[index + 1] &- 0x30
        guard tens <= 9, ones <= 9 else { return nil }
        return Int64(tens) * 10 + Int64(ones)
    }

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
