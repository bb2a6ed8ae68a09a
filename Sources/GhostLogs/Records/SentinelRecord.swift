/// One record of the sentinel's log.
///
/// The words decide; the mark, which may be destroyed, is only passed over.
enum SentinelRecord: Equatable {
    /// `drift` is the list of that field; nil if there is none.
    case up(name: Range<Int>, pid: Int32?, drift: Range<Int>?)
    case down(name: Range<Int>, want: Want)
    case error(name: Range<Int>, text: Range<Int>)

    /// Whether the daemon should run.
    enum Want: Equatable {
        case up
        case down
    }

    /// Reads the text after the time; nil if it has none of the three forms.
    @inline(__always)
    init?(_ line: Span<UInt8>, body: Range<Int>) {
        let text = line.mark(at: body).text
        let end = text.upperBound
        var from = text.lowerBound
        let limit = Swift.min(end, from + NameTable.longestNameBytes + 1)
        while let blank = line.firstIndex(of: .space, in: from..<limit) {
            let name = text.lowerBound..<blank
            let phrase = blank + 1
            if phrase < end, !name.isEmpty {
                switch line[phrase] {
                case UInt8(ascii: "i") where line.has("is running (PID", at: phrase, before: end):
                    let digits = phrase + 17  // after "is running (PID: "
                    self = .up(
                        name: name,
                        pid: line.number(at: digits, before: end).map { Int32($0.value) },
                        drift: TrailingFields.value(of: "drift=", in: line, Swift.min(digits, end)..<end)
                    )
                    return
                case UInt8(ascii: "N") where line.has("NOT running", at: phrase, before: end):
                    let rest = phrase + 11..<end
                    let want = TrailingFields.value(of: "want=", in: line, rest)
                    let isWantedDown = want.map { line.has("down", at: $0.lowerBound, before: $0.upperBound) } ?? false
                    self = .down(name: name, want: isWantedDown ? .down : .up)
                    return
                case UInt8(ascii: "E") where line.has("ERROR:", at: phrase, before: end):
                    self = .error(
                        name: name,
                        text: line.skipDecoration(from: phrase + 6, before: end, blanks: true)..<end
                    )
                    return
                default: break
                }
            }
            from = blank + 1
        }
        return nil
    }
}
