/// A value of JSON as people write it in JavaScript: keys without quotes, single quotes, comments, commas at the end.
indirect enum LooseJSON: Sendable, Hashable {
    case text(String)
    case number(String)
    case truth(Bool)
    case null
    case list([Located])
    case object([Entry])

    /// A value and its line, counted from 1.
    struct Located: Sendable, Hashable {
        var value: LooseJSON
        var line: Int
    }

    struct Entry: Sendable, Hashable {
        var key: String
        var value: LooseJSON
        var line: Int
    }

    /// How deep values may be nested.
    static let deepest = 64

    /// Reads a value; what stands before it in a module (`module.exports =`, `export default`) is passed over.
    static func read(_ text: String) throws(ImportFailure) -> LooseJSON {
        var reader = LooseJSONReader(text)
        try reader.skipModuleHead()
        let value = try reader.value(depth: 0)
        try reader.finish()
        return value
    }

    subscript(_ key: String) -> LooseJSON? {
        guard case .object(let entries) = self else { return nil }
        return entries.last { $0.key == key }?.value
    }

    /// A text, a number or a truth as text.
    var scalar: String? {
        switch self {
        case .text(let text), .number(let text): text
        case .truth(let value): value ? "true" : "false"
        case .null, .list, .object: nil
        }
    }
}

/// Reads ``LooseJSON`` from the left to the right.
private struct LooseJSONReader {
    private let characters: [Character]
    private var index = 0
    private var line = 1

    init(_ text: String) {
        characters = Array(text)
    }

    private var next: Character? { index < characters.count ? characters[index] : nil }

    private mutating func advance() {
        if let next, next.isNewline { line += 1 }
        index += 1
    }

    private func failure(_ text: String) -> ImportFailure { ImportFailure(line, text) }

    private func starts(with text: String) -> Bool {
        let wanted = Array(text)
        return index + wanted.count <= characters.count && Array(characters[index..<index + wanted.count]) == wanted
    }

    private mutating func skipBlanks() {
        while let character = next {
            if character.isWhitespace || character == "\u{FEFF}" {
                advance()
            } else if starts(with: "//") {
                while let character = next, !character.isNewline { advance() }
            } else if starts(with: "/*") {
                while next != nil, !starts(with: "*/") { advance() }
                if next != nil {
                    advance()
                    advance()
                }
            } else {
                return
            }
        }
    }

    mutating func skipModuleHead() throws(ImportFailure) {
        skipBlanks()
        for head in ["\"use strict\"", "'use strict'"] where starts(with: head) {
            for _ in head { advance() }
            skipBlanks()
            if next == ";" { advance() }
        }
        skipBlanks()
        if starts(with: "module.exports") {
            for _ in "module.exports" { advance() }
            skipBlanks()
            guard next == "=" else { throw failure("\"module.exports\" is not followed by \"=\"") }
            advance()
        } else if starts(with: "export default") {
            for _ in "export default" { advance() }
        } else if starts(with: "export const apps") {
            for _ in "export const apps" { advance() }
            skipBlanks()
            if next == "=" { advance() }
        }
        skipBlanks()
        guard next == "{" || next == "[" else {
            throw failure("this is a program and not plain data; write its result as JSON and import that")
        }
    }

    mutating func finish() throws(ImportFailure) {
        skipBlanks()
        if next == ";" { advance() }
        skipBlanks()
        guard next == nil else { throw failure("something stands behind the data; only plain data can be imported") }
    }

    mutating func value(depth: Int) throws(ImportFailure) -> LooseJSON {
        guard depth < LooseJSON.deepest else { throw failure("the data is nested too deep") }
        skipBlanks()
        switch next {
        case "{": return try object(depth)
        case "[": return try list(depth)
        case "\"", "'", "`": return .text(try quoted())
        case nil: throw failure("the data ends early")
        default: return try word()
        }
    }

    private mutating func object(_ depth: Int) throws(ImportFailure) -> LooseJSON {
        advance()
        var entries: [LooseJSON.Entry] = []
        while true {
            skipBlanks()
            if next == "}" {
                advance()
                return .object(entries)
            }
            let place = line
            let key: String
            if next == "\"" || next == "'" {
                key = try quoted()
            } else {
                var name = ""
                while let character = next, character.isLetter || character.isNumber || "_$-".contains(character) {
                    name.append(character)
                    advance()
                }
                guard !name.isEmpty else { throw failure("a key is missing; only plain data can be imported") }
                key = name
            }
            skipBlanks()
            guard next == ":" else { throw failure("\"\(key)\" has no value; only plain data can be imported") }
            advance()
            entries.append(.init(key: key, value: try value(depth: depth + 1), line: place))
            try separator(before: "}")
        }
    }

    private mutating func list(_ depth: Int) throws(ImportFailure) -> LooseJSON {
        advance()
        var values: [LooseJSON.Located] = []
        while true {
            skipBlanks()
            if next == "]" {
                advance()
                return .list(values)
            }
            let place = line
            values.append(.init(value: try value(depth: depth + 1), line: place))
            try separator(before: "]")
        }
    }

    private mutating func separator(before end: Character) throws(ImportFailure) {
        skipBlanks()
        if next == "," {
            advance()
        } else if next != end {
            throw failure("a comma or \(end) is missing; only plain data can be imported, no expressions")
        }
    }

    private mutating func quoted() throws(ImportFailure) -> String {
        let quote = next
        let start = line
        advance()
        var text = ""
        while let character = next, character != quote {
            advance()
            if quote == "`", character == "$", next == "{" {
                throw failure("a template with ${…} is a program and not plain data")
            }
            guard character == "\\" else {
                text.append(character)
                continue
            }
            guard let escaped = next else { break }
            advance()
            switch escaped {
            case "n": text.append("\n")
            case "t": text.append("\t")
            case "r": text.append("\r")
            case "u":
                var digits = ""
                while digits.count < 4, let digit = next, digit.isHexDigit {
                    digits.append(digit)
                    advance()
                }
                if let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) {
                    text.unicodeScalars.append(scalar)
                }
            case _ where escaped.isNewline: break
            default: text.append(escaped)
            }
        }
        guard next == quote else { throw ImportFailure(start, "a quote is never closed") }
        advance()
        return text
    }

    private mutating func word() throws(ImportFailure) -> LooseJSON {
        var text = ""
        while let character = next, character.isLetter || character.isNumber || "+-._$".contains(character) {
            text.append(character)
            advance()
        }
        switch text {
        case "true": return .truth(true)
        case "false": return .truth(false)
        case "null", "undefined": return .null
        default:
            guard let first = text.first, first.isNumber || first == "-" || first == "+", Double(text) != nil else {
                let shown = text.isEmpty ? next.map(String.init) ?? "" : text
                throw failure("\"\(shown)\" is a program and not plain data; write its result instead")
            }
            return .number(text)
        }
    }
}
