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
}
