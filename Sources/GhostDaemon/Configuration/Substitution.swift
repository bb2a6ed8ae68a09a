/// Puts the values of variables in the place of `${NAME}` and `${NAME:-default}`; `$${` stands for a literal `${`.
///
/// Nothing else that begins with `$` is touched, so that text for a shell stays as it is.
enum Substitution {
    /// Why a text cannot be completed, as the end of a sentence that begins with the key.
    enum Failure: Error, Equatable, CustomStringConvertible {
        case undefined(String)
        case unclosed
        case notAName(String)

        var description: String {
            switch self {
            case .undefined(let name):
                "needs the variable \(name), which is not set; set it, or give it a default: ${\(name):-value}"
            case .unclosed: "has a ${ without its }; write $${ for a literal ${"
            case .notAName(let text):
                "has ${\(text)}, which is not the name of a variable; write $${ for a literal ${"
            }
        }
    }

    static func apply(_ text: String, _ value: (String) -> String?) throws(Failure) -> String {
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                result += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let end = rest.firstIndex(of: "}") else { throw .unclosed }
                result += try completed(rest[rest.index(rest.startIndex, offsetBy: 2)..<end], value)
                rest = rest[rest.index(after: end)...]
            } else {
                result += "$"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    private static func completed(_ body: Substring, _ value: (String) -> String?) throws(Failure) -> String {
        let name = body.prefix { $0 != ":" }
        let rest = body.dropFirst(name.count)
        guard isName(name), rest.isEmpty || rest.hasPrefix(":-") else { throw .notAName(String(body)) }
        let found = value(String(name))
        if rest.isEmpty {
            guard let found else { throw .undefined(String(name)) }
            return found
        }
        // As in a shell, an empty value counts as none here.
        return found.flatMap { $0.isEmpty ? nil : $0 } ?? String(rest.dropFirst(2))
    }

    /// Whether a text is a name as shells have it.
    static func isName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
