/// Why a file name pattern was refused, and where in it.
public struct GlobFailure: Error, Sendable, Equatable {
    /// What is wrong.
    public enum Reason: Sendable, Equatable {
        case empty
        case tooLong(bytes: Int)
        case tooLarge
        case nestedTooDeep
        case setNotClosed
        case setBackwards
        case slashInSet
        case bracesNotClosed
        case unfinishedEscape
        case foldersInsideName
        case foldersInBraces
    }

    public let reason: Reason
    public let pattern: String
    /// Where in the pattern, in bytes of UTF-8 from its start.
    public let offset: Int

    /// One or two sentences: what is wrong, and what to write instead.
    public var message: String {
        switch reason {
        case .empty: "The pattern is empty and would match nothing; write a path, or * for every name."
        case .tooLong(let bytes):
            "The pattern has \(bytes) bytes, more than \(GlobPattern.longestPatternBytes); "
                + "split it into several patterns."
        case .tooLarge:
            "The pattern needs more than \(LinearRegex.mostInstructions) steps; split it into several patterns."
        case .nestedTooDeep: "Braces are nested more than \(GlobPattern.deepestNesting) deep; take some apart."
        case .setNotClosed: "This set is not closed; add ] or write \\[ for the character."
        case .setBackwards: "This range ends before it starts; swap its ends, or write \\- for the character."
        case .slashInSet: "A set stands for one character of a name and cannot hold a slash; remove it."
        case .bracesNotClosed: "These braces are not closed; add } or write \\{ for the character."
        case .unfinishedEscape: "The pattern ends in a backslash; write \\\\ for the character."
        case .foldersInsideName:
            "** stands for whole folders and has to be alone between slashes; write * for a part of a name."
        case .foldersInBraces: "** cannot stand inside braces; write one pattern for each alternative."
        }
    }

    /// The pattern, or the part of it around the fault, with a caret below the place.
    public var excerpt: String { PatternExcerpt(pattern, offset: offset).lines }
}

extension GlobFailure: CustomStringConvertible {
    public var description: String { message + "\n" + excerpt }
}
