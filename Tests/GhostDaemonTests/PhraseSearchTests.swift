import GhostModel
import Testing

@testable import GhostDaemon

@Suite struct PhraseSearchTests {
    private func finds(_ phrase: LogPhrase, in pieces: [String]) throws -> Bool {
        var search = try PhraseSearch(phrase)
        return pieces.contains { search.take(Array($0.utf8)[...]) }
    }

    @Test(arguments: [
        (LogPhrase.text("a.c (1)"), ["xx a.c (1) yy\n"], true),
        (.text("a.c (1)"), ["xx abc (1) yy\n"], false),
        (.text("ready"), ["rea", "dy"], true),
        (.text("ready"), ["rea\n", "dy\n"], false),
        (.text("grün ✓"), ["alles grün ✓\n"], true),
        (.pattern("port [0-9]+$"), ["port 54", "32"], false),
        (.pattern("port [0-9]+$"), ["port 54", "32\r\n"], true),
        (.pattern("^up"), ["not up\nup\n"], true),
    ])
    func aPhraseIsFoundInALine(phrase: LogPhrase, pieces: [String], isFound: Bool) throws {
        #expect(try finds(phrase, in: pieces) == isFound)
    }

    @Test func aLineWithoutEndIsKeptUpToALimit() throws {
        var search = try PhraseSearch(.text("needle"))
        let block = [UInt8](repeating: UInt8(ascii: "x"), count: PhraseSearch.longestLine)
        let found11 = search.take(block[...])
        #expect(!found11)
        let found12 = search.take(Array("needle".utf8)[...])
        #expect(!found12, "beyond what is looked at")
        let found13 = search.take(Array("\nneedle\n".utf8)[...])
        #expect(found13)
    }
}
