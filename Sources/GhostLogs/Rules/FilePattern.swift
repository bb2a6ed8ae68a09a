package import GhostPatterns

/// A pattern of a component's files: absolute, or relative to the log folder.
package struct FilePattern: Sendable, Equatable {
    /// As files are followed by it.
    package let text: String
    private let glob: GlobPattern

    /// Reads a pattern.
    package init(_ text: String) throws(GlobFailure) {
        self.text = text
        glob = try GlobPattern(text)
    }

    /// Whether a path is meant: all of it, or its end if the pattern is relative.
    package func matches(_ path: String) -> Bool {
        let bytes = Array(path.utf8)
        if glob.matches(bytes.span) { return true }
        guard !text.hasPrefix("/") else { return false }
        return bytes.indices.contains { index in
            bytes[index] == UInt8(ascii: "/") && glob.matches(bytes.span.extracting((index + 1)...))
        }
    }

    /// The pattern that means a path and nothing else.
    package static func escaped(_ path: String) -> String {
        var text = ""
        for character in path {
            if "*?[]{},\\!".contains(character) { text.append("\\") }
            text.append(character)
        }
        return text
    }

    /// Whether a brace stands in it for a choice, which the following of files does not know.
    package static func hasChoice(_ text: String) -> Bool {
        var isEscaped = false
        for character in text {
            if !isEscaped, character == "{" { return true }
            isEscaped = !isEscaped && character == "\\"
        }
        return false
    }
}
