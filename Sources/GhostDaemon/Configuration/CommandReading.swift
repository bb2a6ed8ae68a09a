import GhostModel
import Yams

/// Reads a command: a list of words, or one line that is split into words.
enum CommandReading {
    /// - Parameter variables: what `${NAME}` refers to; a text for a shell is left alone, because the shell has them.
    static func read(
        _ node: Node,
        path: String,
        usesShell: Bool,
        variables: Variables? = nil,
        problems: inout ProblemList
    ) -> Command? {
        var words: [String]
        switch node {
        case .sequence(let nodes) where !usesShell:
            words = nodes.compactMap { $0.scalar?.string }
            guard words.count == nodes.count else {
                problems.add("\(path) must be a list of words", at: node)
                return nil
            }
        case .scalar(let scalar) where usesShell:
            words = ["/bin/sh", "-c", scalar.string]
        case .scalar(let scalar):
            guard let split = split(scalar.string, path: path, at: node, problems: &problems) else { return nil }
            words = split
            if let name = split.first.flatMap(assignedVariable) {
                problems.add(
                    "\(path) begins with the variable \(name), which only a shell would set; put it into env, or add "
                        + "\"shell: true\"",
                    at: node
                )
                return nil
            }
        default:
            problems.add(
                usesShell ? "\(path) must be a text when shell is true" : "\(path) must be a list of words or a text",
                at: node
            )
            return nil
        }
        if let variables, !usesShell {
            let completed = words.compactMap { variables.completed($0, path: path, at: node, problems: &problems) }
            guard completed.count == words.count else { return nil }
            words = completed
        }
        guard let program = words.first, !program.isEmpty else {
            problems.add("\(path) is empty", at: node)
            return nil
        }
        guard !words.contains(where: { $0.utf8.contains(0) }) else {
            problems.add("\(path) holds a NUL character", at: node)
            return nil
        }
        return Command(program: program, arguments: Array(words.dropFirst()))
    }

    /// `NAME` of `NAME=VALUE`, which stands before a command for a shell.
    private static func assignedVariable(_ word: String) -> String? {
        guard let sign = word.firstIndex(of: "="), let first = word.first, !first.isNumber else { return nil }
        let name = word[..<sign]
        let isName = !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        return isName ? String(name) : nil
    }

    private static func split(_ line: String, path: String, at node: Node, problems: inout ProblemList) -> [String]? {
        do {
            return try ShellWords.split(line)
        } catch {
            switch error {
            case .unclosedQuote(let quote):
                problems.add("\(path) has a quote \(quote) that is never closed", at: node)
            case .endsWithBackslash:
                problems.add("\(path) ends with a backslash", at: node)
            case .needsShell(let character):
                problems.add(
                    "\(path) holds \(character), which only a shell understands; add \"shell: true\"",
                    at: node
                )
            }
            return nil
        }
    }
}
