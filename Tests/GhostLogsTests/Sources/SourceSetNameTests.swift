import Foundation
import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

/// Files that have several names in several folders, or go over from one to another.
struct SourceSetNameTests {
    private let folder: TemporaryFolder
    private let patterns = ["logs/*.log", "more/*.log"]

    init() throws {
        folder = try TemporaryFolder()
        for name in ["logs", "more"] {
            try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
        }
    }

    @Test func aFileWithNamesInTwoFolders_isReadOnUnderTheOther_whenOneGoes() throws {
        try folder.write("one\n", to: "logs/a.log")
        try folder.link("logs/a.log", to: "more/b.log")
        var harness = SourceSetHarness(folder, patterns)
        harness.look()
        #expect(harness.texts == ["logs/a.log": ["one"]])
        try folder.remove("logs/a.log")
        harness.lookLater(times: 3)
        try folder.append("two\n", to: "more/b.log")
        harness.lookLater()
        #expect(harness.texts == ["logs/a.log": ["one"], "more/b.log": ["two"]])
        #expect(harness.losses == [])
    }

    @Test(arguments: [false, true])
    func aFileThatMovesToAnotherFolder_isReadOn_thoughItsNameLeadsToANewOne(isDown: Bool) throws {
        try folder.write("one\n", to: "logs/a.log")
        var harness = SourceSetHarness(folder, patterns)
        harness.look()
        harness.save()
        try folder.append("two\n", to: "logs/a.log")
        try folder.rename("logs/a.log", to: "more/b.log")
        try folder.write("new\n", to: "logs/a.log")
        if isDown { harness.crash() }
        harness.lookLater()
        try folder.append("three\n", to: "more/b.log")
        harness.lookLater()
        #expect(harness.lines.map(\.text).sorted() == ["new", "one", "three", "two"])
        #expect(harness.losses == [])
    }

    @Test func aLinkThatLedNowhere_leavesTheRotatedFilesToTheirLog() throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("logs/link.log"),
            withDestinationPath: "../more/b.log"
        )
        var harness = SourceSetHarness(folder, patterns)
        harness.look()
        try folder.write("one\n", to: "more/b.log.1")
        try folder.write("two\n", to: "more/b.log")
        harness.lookLater()
        #expect(harness.texts == ["more/b.log": ["one", "two"]])
        #expect(harness.conditions["logs/link.log"] == .sameFile(as: folder.path("more/b.log")))
    }

    @Test func namesThatAreExchanged_takeTheirFilesAlong_andLeaveWhatWasPutAway() throws {
        try folder.write("one\n", to: "logs/a.log")
        try folder.write("two\n", to: "logs/b.log")
        var harness = SourceSetHarness(folder, patterns)
        harness.look()
        harness.rest()
        try folder.write("old\n", to: "logs/b.log.1")
        try folder.rename("logs/a.log", to: "logs/swap")
        try folder.rename("logs/b.log", to: "logs/a.log")
        try folder.rename("logs/swap", to: "logs/b.log")
        try folder.append("three\n", to: "logs/a.log")
        try folder.append("four\n", to: "logs/b.log")
        harness.lookLater()
        #expect(harness.lines.map(\.text).sorted() == ["four", "old", "one", "three", "two"])
        #expect(harness.losses == [])
    }

    @Test func aFileThatTakesTheNameOfALogThatWasPutAway_leavesThatToItsName() throws {
        try folder.write("one\n", to: "logs/a.log")
        try folder.write("old\n", to: "logs/b.log.1")
        var harness = SourceSetHarness(folder, patterns)
        harness.look()
        try folder.rename("logs/a.log", to: "logs/b.log")
        try folder.write("two\n", to: "logs/a.log")
        harness.lookLater()
        try folder.append("three\n", to: "logs/b.log")
        harness.lookLater()
        #expect(harness.lines.map(\.text).sorted() == ["old", "one", "three", "two"])
        #expect(harness.texts["logs/b.log"]?.contains("old") == true)
        #expect(harness.losses == [])
    }

    @Test func aFileWithTwoNames_isNoLoss_whenItsLogIsLookedForWhileItRests() throws {
        try folder.write("one\n", to: "logs/a.log")
        try folder.link("logs/a.log", to: "more/b.log")
        var harness = SourceSetHarness(folder, patterns)
        harness.look()
        harness.rest()
        try folder.remove("logs/a.log")
        harness.lookLater(times: 3)
        harness.save()
        harness.crash()
        try folder.write("two\n", to: "logs/a.log")
        harness.lookLater()
        #expect(harness.texts == ["logs/a.log": ["one", "two"]])
        #expect(harness.losses == [])
    }

    @Test(arguments: [false, true])
    func aFileThatMovesToAnotherFolder_andIsPutAwayThere_isReadOn(isDown: Bool) throws {
        try folder.write("one\n", to: "logs/a.log")
        var harness = SourceSetHarness(folder, patterns)
        harness.look()
        harness.save()
        harness.rest()
        try folder.append("two\n", to: "logs/a.log")
        try folder.rename("logs/a.log", to: "more/b.log.1")
        try folder.write("three\n", to: "more/b.log")
        try folder.write("new\n", to: "logs/a.log")
        if isDown { harness.crash() }
        harness.lookLater()
        #expect(harness.lines.map(\.text).sorted() == ["new", "one", "three", "two"])
        #expect(harness.losses == [])
    }

    @Test func whatIsPutAwayUnderTheNewNameOfALog_isReadOn() throws {
        try folder.write("one\n", to: "logs/a.log")
        var harness = SourceSetHarness(folder, patterns)
        harness.look()
        try folder.rename("logs/a.log", to: "logs/b.log")
        try folder.write("two\n", to: "logs/a.log")
        harness.look()
        harness.rest()
        try folder.rename("logs/b.log", to: "logs/b.log.1")
        try folder.append("late\n", to: "logs/b.log.1")
        try folder.write("three\n", to: "logs/b.log")
        harness.lookLater()
        #expect(harness.lines.map(\.text).sorted() == ["late", "one", "three", "two"])
        #expect(harness.losses == [])
    }

    @Test func aFileThatWaitsToBeRead_andMovesToAnotherFolder_isNoLoss() throws {
        try folder.write("one\n", to: "logs/a.log")
        var harness = SourceSetHarness(folder, patterns)
        harness.look()
        try folder.append("two\n", to: "logs/a.log")
        try folder.rename("logs/a.log", to: "logs/a.log.1")
        try folder.write("three\n", to: "logs/a.log")
        harness.look(budget: 1)
        try folder.rename("logs/a.log", to: "more/b.log")
        try folder.write("four\n", to: "logs/a.log")
        harness.lookLater()
        #expect(harness.lines.map(\.text).sorted() == ["four", "one", "three", "two"])
        #expect(harness.losses == [])
    }

    @Test func whatWasLostFromSight_isNotReadAgain_whenItTurnsUpAfterARestart() throws {
        try folder.write("one\n", to: "logs/a.log")
        var harness = SourceSetHarness(folder, patterns)
        harness.look()
        harness.rest()
        try folder.rename("logs/a.log", to: "more/b.log.1")
        try folder.write("two\n", to: "logs/a.log")
        harness.lookLater()
        harness.save()
        harness.crash()
        try folder.write("three\n", to: "more/b.log")
        harness.lookLater()
        #expect(harness.lines.map(\.text).sorted() == ["one", "three", "two"])
    }
}
