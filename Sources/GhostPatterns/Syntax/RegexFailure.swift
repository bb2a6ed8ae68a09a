/// Why a regular expression was refused, and where in it.
public struct RegexFailure: Error, Sendable, Equatable {
    /// What is wrong.
    public enum Reason: Sendable, Equatable {
        case tooLong(bytes: Int)
        case tooLarge
        case tooManyGroups
        case nestedTooDeep
        case groupNotClosed
        case groupNotOpened
        case classNotClosed
        case classEmptyRange
        case classInRange
        case unknownPosixClass(String)
        case nothingToRepeat
        case repeatedTwice
        case possessive
        case repetitionNotClosed
        case repetitionWithoutLeast
        case repetitionBackwards
        case repeatedTooOften
        case lookAround
        case backReference
        case unicodeProperty
        case unknownEscape(String)
        case boundaryInClass
        case unfinishedEscape
        case wrongHexadecimal
        case noCodePoint
        case unknownGroup
        case unknownFlag(String)
        case wrongName
        case nameTwice(String)
    }

    public let reason: Reason
    public let pattern: String
    /// Where in the pattern, in bytes of UTF-8 from its start.
    public let offset: Int

    /// One or two sentences: what is wrong, and what to write instead.
    public var message: String {
        switch reason {
        case .tooLong(let bytes):
            "The pattern has \(bytes) bytes, more than \(LinearRegex.longestPatternBytes); "
                + "split it into several patterns."
        case .tooLarge:
            "With this the pattern has more than \(LinearRegex.mostInstructions) steps once its repetitions are "
                + "written out; repeat less often, or use * or +."
        case .tooManyGroups:
            "The pattern has more than \(LinearRegex.mostGroups) groups; "
                + "write (?:…) for those whose text is not needed."
        case .nestedTooDeep: "Groups are nested more than \(LinearRegex.deepestNesting) deep; take some apart."
        case .groupNotClosed: "This group is not closed; add ) or write \\( for the character."
        case .groupNotOpened: "There is no group to close here; write \\) for the character."
        case .classNotClosed: "This class is not closed; add ] or write \\[ for the character."
        case .classEmptyRange: "This range ends before it starts; swap its ends, or write \\- for the character."
        case .classInRange: "A range goes from one character to another; write \\- if a hyphen is meant."
        case .unknownPosixClass(let name):
            "There is no class [:\(name):]; there are alnum, alpha, ascii, blank, cntrl, digit, graph, lower, print, "
                + "punct, space, upper, word and xdigit."
        case .nothingToRepeat: "There is nothing here to repeat; write a backslash before it for the character."
        case .repeatedTwice: "This repeats a repetition; put (?:…) around what is repeated twice."
        case .possessive: "Possessive repetition is not needed, because matching never runs away; remove the second +."
        case .repetitionNotClosed: "This looks like a repetition such as {2,5}; write \\{ if the character is meant."
        case .repetitionWithoutLeast: "A repetition starts with its least number; write {0, instead of {,."
        case .repetitionBackwards: "The most repetitions are fewer than the least; swap the two numbers."
        case .repeatedTooOften: "A repetition counts to \(LinearRegex.mostRepetitions) at most; use * or + for more."
        case .lookAround:
            "Look-ahead and look-behind are not supported, because they do not match in linear time; match the "
                + "surroundings as well and put ( ) around what is wanted."
        case .backReference:
            "References back to a group are not supported, because they do not match in linear time; "
                + "write out what may stand there."
        case .unicodeProperty: "Unicode properties are not supported; write a range such as [\\u{400}-\\u{4FF}]."
        case .unknownEscape(let escape):
            "The escape \(escape) is not known; without the backslash it is the character itself."
        case .boundaryInClass: "\\b and \\B are no characters; write \\x08 for backspace, or move it out of the class."
        case .unfinishedEscape: "The pattern ends in a backslash; write \\\\ for the character."
        case .wrongHexadecimal: "A code is written \\x1B with two digits, \\u00E9 with four, or \\u{1F600} in braces."
        case .noCodePoint: "There is no such character; code points end at 10FFFF, and D800 to DFFF are none."
        case .unknownGroup: "This kind of group is not known; there are ( ), (?: ), (?<name> ) and (?i: )."
        case .unknownFlag(let flag):
            "There is no flag \(flag); there are i (either case), s (. matches all) and m (lines)."
        case .wrongName: "A name is letters, digits and _, does not start with a digit, and ends at >."
        case .nameTwice(let name): "There already is a group with the name \(name); names are used once."
        }
    }

    /// The pattern, or the part of it around the fault, with a caret below the place.
    public var excerpt: String { PatternExcerpt(pattern, offset: offset).lines }
}

extension RegexFailure: CustomStringConvertible {
    public var description: String { message + "\n" + excerpt }
}
