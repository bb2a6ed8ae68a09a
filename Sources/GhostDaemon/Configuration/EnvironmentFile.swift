/// Reads a file of variables: one `NAME=VALUE` on each line, `export` before it allowed, `#` begins a comment.
///
/// A value in single quotes is taken as it is; in double quotes `\n`, `\t`, `\"`, `\\` and `\$` are known; without quotes
/// it ends at the end of the line or before ` #`. Nothing is put in the place of variables.
enum EnvironmentFile {
    /// The largest file, in bytes.
    static let largest = 1 << 20

    /// What is wrong with a line; never shows a value, which may be secret.
    struct Failure: Error, Equatable, CustomStringConvertible {
        var line: Int
        var message: String
        var description: String { "line \(line) \(message)" }
    }

    static func parse(_ text: String) throws(Failure) -> [String: String] {
        var variables: [String: String] = [:]
        // CR and LF together are one character.
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, raw) in lines.enumerated() {
            var line = raw.drop { $0 == " " || $0 == "\t" }
            guard let first = line.first, first != "#" else { continue }
            if line.hasPrefix("export ") { line = line.dropFirst(7).drop { $0 == " " } }
            guard let equals = line.firstIndex(of: "=") else {
                throw Failure(line: index + 1, message: "has no \"=\"; write NAME=VALUE")
            }
            let name = String(line[..<equals].trimmed)
            guard Substitution.isName(name) else {
                throw Failure(line: index + 1, message: "begins with what cannot be the name of a variable")
            }
            do throws(ValueFault) {
                variables[name] = try value(line[line.index(after: equals)...].trimmed)
            } catch {
                throw Failure(line: index + 1, message: "has \(error.rawValue)")
            }
        }
        return variables
    }

    private enum ValueFault: String, Error {
        case unclosed = "a quote that is never closed"
        case trailing = "something behind its closing quote"
        case nul = "a NUL character"
    }

    private static func value(_ text: Substring) throws(ValueFault) -> String {
        guard !text.utf8.contains(0) else { throw .nul }
        guard let quote = text.first, quote == "'" || quote == "\"" else {
            var end = text.startIndex
            var previous: Character?
            while end < text.endIndex, !(text[end] == "#" && (previous == " " || previous == "\t")) {
                previous = text[end]
                end = text.index(after: end)
            }
            return String(text[..<end].trimmed)
        }
        var result = ""
        var rest = text.dropFirst()
        while let character = rest.popFirst() {
            switch character {
            case quote:
                let after = rest.trimmed
                guard after.isEmpty || after.first == "#" else { throw .trailing }
                return result
            case "\\" where quote == "\"":
                guard let escaped = rest.popFirst() else { throw .unclosed }
                switch escaped {
                case "n": result += "\n"
                case "t": result += "\t"
                case "\"", "\\", "$": result.append(escaped)
                default: result += "\\" + String(escaped)
                }
            default: result.append(character)
            }
        }
        throw .unclosed
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let start = drop { $0 == " " || $0 == "\t" }
        var end = start
        while end.last == " " || end.last == "\t" { end = end.dropLast() }
        return end
    }
}
