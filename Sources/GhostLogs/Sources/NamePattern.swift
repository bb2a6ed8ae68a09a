/// A pattern for one name of a path: `*`, `?` and `[a-z]` or `[!a-z]`; `\` takes the next character as it is.
///
/// As in a shell, nothing but a dot matches the dot that a hidden file's name starts with.
struct NamePattern: Sendable, Equatable {
    enum Part: Sendable, Equatable {
        case character(Character)
        case any
        case anyNumber
        case oneOf([ClosedRange<Character>], isNegated: Bool)
    }

    let parts: [Part]

    /// The name if only this one matches; nil if the pattern has wildcards.
    let literal: String?

    /// Reads a pattern; a bracket without its end stands for itself.
    init(_ text: some StringProtocol) {
        var parts: [Part] = []
        var rest = text[...]
        while let character = rest.popFirst() {
            switch character {
            case "*": if parts.last != .anyNumber { parts.append(.anyNumber) }
            case "?": parts.append(.any)
            case "\\": parts.append(.character(rest.popFirst() ?? "\\"))
            case "[":
                if let part = Self.takeRanges(&rest) { parts.append(part) } else { parts.append(.character("[")) }
            default: parts.append(.character(character))
            }
        }
        self.parts = parts
        var literal: String? = ""
        for part in parts {
            if case .character(let character) = part { literal?.append(character) } else { literal = nil }
        }
        self.literal = literal
    }

    private static func takeRanges<Text: StringProtocol>(_ text: inout Text) -> Part? where Text.SubSequence == Text {
        var rest = text
        let isNegated = rest.first == "!" || rest.first == "^"
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<Character>] = []
        while let first = rest.popFirst() {
            if first == "]", !ranges.isEmpty {
                text = rest
                return .oneOf(ranges, isNegated: isNegated)
            }
            var last = first
            if rest.first == "-", case let after = rest.dropFirst().first, let after, after != "]" {
                last = after
                rest.removeFirst(2)
            }
            guard first <= last else { return nil }
            ranges.append(first...last)
        }
        return nil
    }

    /// Whether the whole of `name` fits; takes time in proportion to both lengths at most.
    func matches(_ name: String) -> Bool {
        if let literal { return literal == name }
        if name.first == ".", parts.first != .character(".") { return false }
        var (index, part) = (name.startIndex, 0)
        var again: (index: String.Index, part: Int)?
        while index < name.endIndex || part < parts.count {
            if part < parts.count {
                switch parts[part] {
                case .anyNumber:
                    again = (index, part)
                    part += 1
                    continue
                case let single where index < name.endIndex && Self.fits(name[index], single):
                    index = name.index(after: index)
                    part += 1
                    continue
                default: break
                }
            }
            // The last `*` takes one character more.
            guard let back = again, back.index < name.endIndex else { return false }
            index = name.index(after: back.index)
            again = (index, back.part)
            part = back.part + 1
        }
        return true
    }

    private static func fits(_ character: Character, _ part: Part) -> Bool {
        switch part {
        case .character(let wanted): wanted == character
        case .any: true
        case .oneOf(let ranges, let isNegated): ranges.contains { $0.contains(character) } != isNegated
        case .anyNumber: false
        }
    }
}
