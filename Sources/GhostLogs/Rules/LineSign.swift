package import GhostModel

/// A sign that a line begins with, such as ❌.
package struct LineSign: Sendable, Equatable {
    package var text: String
    package var kind: Kind

    /// What a sign says.
    package enum Kind: String, Sendable, CaseIterable {
        case ok
        case warning
        case failed
        case restarting
        case paused
        case starting
        case stopped

        /// The level of a line that begins with such a sign and names none itself.
        package var level: LogLevel {
            switch self {
            case .failed: .error
            case .warning: .warning
            case .ok, .restarting, .paused, .starting, .stopped: .info
            }
        }
    }

    private static let kinds: [(kind: Kind, signs: [String])] = [
        (.ok, ["🟢", "✅", "✔"]),
        (.warning, ["🟡", "⚠", "🟠"]),
        (.failed, ["🔴", "❌", "✖", "🛑", "💥", "🚨", "⛔"]),
        (.restarting, ["🔄", "♻"]),
        (.paused, ["⏸", "💤"]),
        (.starting, ["🚀", "▶"]),
        (.stopped, ["⏹"]),
    ]

    /// Every sign that is known, without variation selectors.
    package static let all: [LineSign] = kinds.flatMap { entry in
        entry.signs.map { LineSign(text: $0, kind: entry.kind) }
    }
}

/// A set of signs, of lines without one, and of lines whose sign cannot be read.
package struct SignSet: Sendable, Equatable {
    package var bits: UInt64

    package static let any = SignSet(bits: .max)
    /// No sign stands there.
    package static let absent = SignSet(bits: 1 << 63)
    /// Bytes that may have been a sign stand there.
    package static let unreadable = SignSet(bits: 1 << 62)
    /// Any sign that is known.
    package static let present = SignSet(bits: (1 << UInt64(LineSign.all.count)) - 1)

    package init(bits: UInt64) { self.bits = bits }

    /// The sign with this number.
    package init(number: Int) { bits = 1 << UInt64(number) }

    /// The signs of a kind.
    package init(_ kind: LineSign.Kind) {
        bits = 0
        for (number, sign) in LineSign.all.enumerated() where sign.kind == kind { bits |= 1 << UInt64(number) }
    }

    /// The sign that `text` is, however it is written.
    package init?(sign text: some StringProtocol) {
        let bare = text.unicodeScalars.filter { $0 != "\u{FE0F}" && $0 != "\u{FE0E}" }
        guard let number = LineSign.all.firstIndex(where: { $0.text.unicodeScalars.elementsEqual(bare) }) else {
            return nil
        }
        self.init(number: number)
    }

    package func contains(_ other: SignSet) -> Bool { bits & other.bits != 0 }

    package mutating func insert(_ other: SignSet) { bits |= other.bits }

    /// The one sign that this is; nil for none, an unreadable one, or several.
    package var sign: LineSign? {
        let number = bits.trailingZeroBitCount
        return bits.nonzeroBitCount == 1 && number < LineSign.all.count ? LineSign.all[number] : nil
    }
}

extension Span<UInt8> {
    /// The sign at the start of `range` and what follows it and the blanks behind it; nil if no known one stands there.
    @inline(__always)
    func knownSign(at range: Range<Int>) -> (sign: SignSet, rest: Range<Int>)? {
        guard let first = range.first, self[first] >= 0xE2, first &+ 3 <= range.upperBound else { return nil }
        return searchSign(at: range)
    }

    private func searchSign(at range: Range<Int>) -> (sign: SignSet, rest: Range<Int>)? {
        let first = range.lowerBound
        let isLong = self[first] == 0xF0
        guard !isLong || first + 4 <= range.upperBound else { return nil }
        let three = UInt32(self[first]) << 16 | UInt32(self[first + 1]) << 8 | UInt32(self[first + 2])
        let key = isLong ? three << 8 | UInt32(self[first + 3]) : three
        guard let number = SignKeys.all.firstIndex(of: key) else { return nil }
        let next = skipDecoration(from: first + (isLong ? 4 : 3), before: range.upperBound, blanks: true)
        return (SignSet(number: number), next..<range.upperBound)
    }
}

/// The signs as the numbers that their bytes are.
private enum SignKeys {
    static let all: [UInt32] = LineSign.all.map { $0.text.utf8.reduce(0) { $0 << 8 | UInt32($1) } }
}
