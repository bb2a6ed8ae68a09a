/// One thing that is wrong with a configuration file, where, and how to mend it.
public struct ConfigurationProblem: Sendable, Equatable {
    /// The file it is in, if that is another one than the configuration that names it.
    public var file: String?
    /// Where in the file; counted from 1.
    ///
    /// Nil for problems of the file as a whole.
    public var position: Position?
    /// What is wrong, as one sentence without its full stop.
    public var message: String
    /// The nearest right word, if there is one.
    public var suggestion: String?

    /// A place in a file.
    public struct Position: Sendable, Hashable, Comparable {
        public var line: Int
        public var column: Int

        public init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }

        public static func < (left: Position, right: Position) -> Bool {
            (left.line, left.column) < (right.line, right.column)
        }
    }

    /// The problem in the form of a compiler.
    ///
    /// Such as `ghost.yaml:4:5: unknown key "comand" in daemons.api; did you mean "command"?`.
    public func rendered(file: String) -> String {
        var text = self.file ?? file
        if let position { text += ":\(position.line):\(position.column)" }
        text += ": \(message)"
        if let suggestion { text += "; did you mean \"\(suggestion)\"?" }
        return text
    }
}

/// A configuration that cannot be used: everything that is wrong with it at once.
public struct ConfigurationFailure: Error, Equatable, CustomStringConvertible {
    /// The file as the user named it.
    public var file: String
    /// In the order of the file; never empty.
    public var problems: [ConfigurationProblem]

    /// One line a problem.
    public var description: String {
        problems.map { $0.rendered(file: file) }.joined(separator: "\n")
    }
}
