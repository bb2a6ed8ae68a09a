import Foundation
import GhostModel
import GhostStore
import GhostSystem
import GhostTestSupport
import Testing

@testable import GhostLogs

struct SourceSetTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    // MARK: Finding

    @Test func filesByPathFolderAndPattern_areFollowed_nowAndLater() throws {
        for name in ["one.log", "sub/a.log", "sub/b.txt", "deep/x/y/z.log", "logs/c.log", "logs/.hidden"] {
            try folder.write("\(name)\n", to: name)
        }
        var harness = SourceSetHarness(folder, ["one.log", "sub/*.log", "deep/**/*.log", "logs", "later/*/q.log"])
        harness.look()
        #expect(harness.texts.keys.sorted() == ["deep/x/y/z.log", "logs/c.log", "one.log", "sub/a.log"])
        for name in [
            "sub/d.log", "sub/e.txt", "deep/n.log", "deep/x/w/v.log", "logs/f", "later/1/q.log", "later/2/q.log",
        ] {
            try folder.write("\(name)\n", to: name)
        }
        // A folder is watched once it was seen, and folders in it are seen then.
        harness.look()
        harness.look()
        #expect(
            harness.texts.keys.sorted() == [
                "deep/n.log", "deep/x/w/v.log", "deep/x/y/z.log", "later/1/q.log", "later/2/q.log", "logs/c.log",
                "logs/f",
                "one.log", "sub/a.log", "sub/d.log",
            ]
        )
        try folder.append("more\n", to: "later/2/q.log")
        harness.look()
        #expect(harness.texts["later/2/q.log"] == ["later/2/q.log", "more"])
    }

    @Test func aFileThatIsNamed_isReportedUntilItIsThere() throws {
        var harness = SourceSetHarness(folder, ["no/such/a.log"])
        harness.look()
        #expect(harness.conditions == ["no/such/a.log": .unreadable(.missing)])
        try folder.write("here\n", to: "no/such/a.log")
        harness.look()
        harness.look()
        #expect(harness.texts == ["no/such/a.log": ["here"]])
        #expect(harness.conditions == ["no/such/a.log": .readable])
    }

    @Test func rotatedSiblings_areNoSourcesOfTheirOwn() throws {
        for (name, text) in [
            ("a.log.2", "1"), ("a.log.1", "2"), ("a.log", "3"), ("b.log.1", "alone"), ("a-20261122.log", "0"),
        ] {
            try folder.write("\(text)\n", to: name)
            try setModified(name, secondsAgo: 100 - (Int(text) ?? 50))
        }
        var harness = SourceSetHarness(folder, ["*"])
        harness.look()
        #expect(harness.texts["a.log"]?.sorted() == ["0", "1", "2", "3"])
        #expect(harness.texts["b.log.1"] == ["alone"])
        #expect(harness.texts.count == 2)
        // The log that it was put away from appears: what was read under the other name is not read again.
        try folder.write("new\n", to: "b.log")
        harness.look()
        #expect(harness.texts["b.log"] == ["new"])
        #expect(harness.texts.count == 3)
    }

    @Test func oneFileUnderSeveralNames_isReadOnce() throws {
        try folder.write("one\n", to: "a.log")
        try folder.link("a.log", to: "b.log")
        try link("current.log", to: "a.log")
        var harness = SourceSetHarness(folder, ["*.log"])
        harness.look()
        #expect(harness.texts == ["a.log": ["one"]])
        let path = folder.path("a.log")
        #expect(
            harness.conditions == [
                "a.log": .readable, "b.log": .sameFile(as: path), "current.log": .sameFile(as: path),
            ]
        )
        try folder.append("two\n", to: "b.log")
        harness.look()
        #expect(harness.texts == ["a.log": ["one", "two"]])
        // The name that it is read under goes: it is read on under the other one.
        try folder.remove("a.log")
        harness.lookLater(times: 3)
        try folder.append("three\n", to: "b.log")
        harness.lookLater()
        #expect(harness.texts == ["a.log": ["one", "two"], "b.log": ["three"]])
        #expect(harness.losses == [])
    }

    @Test func whatIsNoFile_isReported_andHoldsNothingUp() throws {
        try folder.write("one\n", to: "a.log")
        try #require(mkfifo(folder.path("pipe.log"), 0o600) == 0)
        try link("loop.log", to: "loop.log")
        try link("dangling.log", to: "nowhere")
        try link("null.log", to: "/dev/null")
        try FileManager.default.createDirectory(atPath: folder.path("folder.log"), withIntermediateDirectories: false)
        try folder.write("x", to: "alone.gz")
        var harness = SourceSetHarness(folder, ["*.log", "*.gz"])
        harness.look()
        #expect(
            harness.conditions == [
                "a.log": .readable, "pipe.log": .unreadable(.notAFile(.pipe)),
                "loop.log": .unreadable(.symbolicLinkLoop),
                "dangling.log": .unreadable(.missing), "null.log": .unreadable(.notAFile(.device)),
                "alone.gz": .compressed,
            ]
        )
        #expect(harness.texts == ["a.log": ["one"]])
    }

    // MARK: Changing

    @Test func rotation_isFollowed_whereverTheOldFileGoes() throws {
        try folder.write("one\n", to: "a.log")
        var harness = SourceSetHarness(folder, ["*.log"])
        harness.look()
        try folder.append("two\n", to: "a.log")
        // Under a name that fits the pattern and is no usual one.
        try folder.rename("a.log", to: "backup.log")
        try folder.write("three\n", to: "a.log")
        harness.look()
        try folder.append("late\n", to: "backup.log")
        harness.lookLater()
        #expect(harness.texts == ["a.log": ["one", "two", "three", "late"]])
        #expect(harness.conditions["backup.log"] == .sameFile(as: folder.path("a.log")))
    }

    @Test func aFileThatTakesAnothersName_isReadOn() throws {
        try folder.write("one\n", to: "a.log")
        try folder.write("new\n", to: "a.log.tmp")
        var harness = SourceSetHarness(folder, ["*"])
        harness.look()
        try folder.append("more\n", to: "a.log.tmp")
        try #require(rename(folder.path("a.log.tmp"), folder.path("a.log")) == 0)
        harness.lookLater()
        #expect(harness.lines.map(\.text).sorted() == ["more", "new", "one"])
        try folder.append("last\n", to: "a.log")
        harness.lookLater()
        #expect(harness.lines.map(\.text).sorted() == ["last", "more", "new", "one"])
        #expect(harness.losses == [])
    }

    @Test func lateBytes_areFound_afterTheFileWasLetGo() throws {
        try folder.write("one\n", to: "a.log")
        var harness = SourceSetHarness(folder, ["*.log"])
        harness.look()
        try folder.rename("a.log", to: "a.log.1")
        try folder.write("two\n", to: "a.log")
        harness.look()
        harness.rest()
        #expect(harness.set.descriptors == 0)
        try folder.append("late\n", to: "a.log.1")
        harness.look()
        #expect(harness.texts == ["a.log": ["one", "two", "late"]])
        try folder.append("three\n", to: "a.log")
        harness.look()
        #expect(harness.texts["a.log"]?.last == "three")
    }

    @Test func aFolderThatIsReplaced_isWatchedAnew() throws {
        try folder.write("one\n", to: "logs/a.log")
        var harness = SourceSetHarness(folder, ["logs/*.log"])
        harness.look()
        try folder.rename("logs", to: "old")
        try folder.write("two\n", to: "logs/a.log")
        harness.look()
        harness.lookLater()
        try folder.append("three\n", to: "logs/a.log")
        harness.look()
        #expect(harness.texts["logs/a.log"] == ["one", "two", "three"])
    }

    @Test func aLogBehindALink_isFollowed_alsoWhenTheLinkMovesWhileNobodyLooks() throws {
        try folder.write("one\n", to: "store/a-1.log")
        try folder.write("", to: "logs/other.log")
        try link("logs/a.log", to: "../store/a-1.log")
        var harness = SourceSetHarness(folder, ["logs/*.log"])
        harness.look()
        try folder.append("two\n", to: "store/a-1.log")
        harness.look()
        #expect(harness.texts == ["logs/a.log": ["one", "two"]])
        harness.save()
        try folder.append("three\n", to: "store/a-1.log")
        try folder.write("four\n", to: "store/a-2.log")
        try folder.remove("logs/a.log")
        try link("logs/a.log", to: "../store/a-2.log")
        harness.crash()
        harness.lookLater()
        #expect(harness.texts == ["logs/a.log": ["one", "two", "three", "four"]])
        #expect(harness.losses == [])
    }

    @Test func archivesThatCannotBeRead_areSaid() throws {
        try folder.write("one\n", to: "a.log")
        try folder.write("x", to: "a.log.1.zst")
        try folder.write("x", to: "a.log.2.xz")
        var harness = SourceSetHarness(folder, ["*.log"])
        harness.look()
        let status = try #require(harness.set.statuses.first)
        #expect(status.unreadableArchives.sorted() == ["a.log.1.zst", "a.log.2.xz"])
        #expect(
            status.explanation == "a.log.1.zst and 1 more of \(folder.path("a.log")) cannot be read, only gzip can; "
                + "let the rotation use gzip, or unpack what is needed"
        )
    }

    // MARK: Watching

    @Test func withoutNotifications_filesAreSwept() throws {
        try folder.write("one\n", to: "a.log")
        let table: [(WatchOutcome, String)] = [
            (
                .exhausted(setting: "fs.inotify.max_user_watches"),
                "fs.inotify.max_user_watches is used up; raise it to be told at once"
            ),
            (
                .uncertain(why: "the folder is on NFS, where others may write without notice"),
                "the folder is on NFS, where others may write without notice"
            ),
            (.refused(ErrorNumber(13)), "the system refused a watch: Permission denied"),
        ]
        for (outcome, why) in table {
            var harness = SourceSetHarness(folder, ["*.log"], watches: FixedWatches(outcome: outcome))
            harness.look()
            let before = harness.texts["a.log"]?.count ?? 0
            try folder.append("more\n", to: "a.log")
            try folder.write("new\n", to: "b\(before).log")
            harness.look()
            #expect(harness.texts["a.log"]?.count == before)
            harness.lookLater(times: 1)
            harness.look()
            #expect(harness.texts["a.log"]?.count == before + 1)
            #expect(harness.texts["b\(before).log"] == ["new"])
            let status = try #require(harness.set.statuses.first)
            #expect(status.watch == .swept(why: why))
            #expect(status.explanation == "\(folder.path("a.log")) is looked at every 2 seconds because \(why)")
        }
    }

    @Test func anOverflow_hasEverythingLookedAt_andIsCounted() throws {
        try folder.write("one\n", to: "a.log")
        var harness = SourceSetHarness(folder, ["*.log"], watches: FixedWatches(outcome: .watching))
        harness.look()
        try folder.append("two\n", to: "a.log")
        try folder.write("new\n", to: "b.log")
        harness.look()
        #expect(harness.texts == ["a.log": ["one"]])
        var changes = ChangedNames()
        changes.noteOverflow()
        harness.take(changes)
        harness.look()
        #expect(harness.texts == ["a.log": ["one", "two"], "b.log": ["new"]])
        #expect(harness.set.omissions.overflows == 1)
    }

    @Test func withoutAnyHint_everythingIsFoundInTime() throws {
        try folder.write("one\n", to: "a.log")
        var harness = SourceSetHarness(folder, ["*.log"], watches: FixedWatches(outcome: .watching))
        harness.look()
        try folder.append("two\n", to: "a.log")
        try folder.write("new\n", to: "b.log")
        harness.lookLater(times: 5 * SourceSet.patrolTurns + 5)
        #expect(harness.texts == ["a.log": ["one", "two"], "b.log": ["new"]])
    }

    @Test func aFolderThatComesLater_isFound_alsoWithoutAnyHint() throws {
        var told = SourceSetHarness(folder, ["later/deep/*.log", "here/*.log"])
        var swept = SourceSetHarness(
            folder,
            ["later/deep/*.log"],
            watches: FixedWatches(outcome: .uncertain(why: "nobody tells"))
        )
        told.look()
        swept.look()
        // What patterns do not lead through has nothing looked for.
        try folder.write("x\n", to: "unrelated.log")
        told.look()
        #expect(!told.set.rootsAreDue)
        try folder.write("one\n", to: "later/deep/a.log")
        told.look()
        #expect(told.texts == ["later/deep/a.log": ["one"]])
        swept.lookLater(times: 3)
        #expect(swept.texts == ["later/deep/a.log": ["one"]])
        try folder.rename("later", to: "gone")
        try folder.write("two\n", to: "later/deep/a.log")
        // Nothing tells that a folder further up has another name now.
        told.lookLater(times: 5 * SourceSet.patrolTurns + 5)
        #expect(told.texts["later/deep/a.log"]?.last == "two")
    }

    @Test func fewFilesAreOpenAtOnce_howeverManyAreRead() throws {
        for number in 0..<300 { try folder.write("first \(number)\n", to: "\(number).log") }
        var harness = SourceSetHarness(folder, ["*.log"])
        harness.look()
        #expect(harness.lines.count == 300)
        #expect(harness.set.descriptors <= SourceSet.mostAwake + SourceSet.awakeSlack)
        for number in 0..<300 {
            try folder.rename("\(number).log", to: "\(number).log.1")
            try folder.write("second \(number)\n", to: "\(number).log")
        }
        harness.lookLater()
        #expect(harness.lines.count == 600)
        #expect(harness.set.descriptors <= SourceSet.mostDescriptors + SourceSet.awakeSlack)
        try folder.append("late\n", to: "17.log.1")
        try folder.append("late\n", to: "299.log.1")
        harness.look()
        #expect(harness.texts["17.log"] == ["first 17", "second 17", "late"])
        #expect(harness.texts["299.log"] == ["first 299", "second 299", "late"])
        #expect(harness.losses == [])
    }

    // MARK: Restarting

    @Test func aRestart_goesOn_andCostsNothingForUnchangedFiles() throws {
        for number in 0..<50 { try folder.write("first \(number)\n", to: "\(number).log") }
        var harness = SourceSetHarness(folder, ["*.log"])
        harness.look()
        #expect(harness.set.positionsToSave().saved.count == 50)
        harness.save()
        try folder.append("second\n", to: "7.log")
        harness.look()
        #expect(harness.set.positionsToSave().saved.map(\.path) == [folder.path("7.log")])
        harness.save()
        try folder.append("third\n", to: "8.log")
        harness.crash()
        harness.look()
        #expect(harness.set.descriptors == 1)
        #expect(harness.lines.count == 52)
        #expect(harness.texts["8.log"] == ["first 8", "third"])
        #expect(harness.set.positionsToSave().saved.map(\.path) == [folder.path("8.log")])
    }

    @Test func aDamagedPosition_isLeftOut() throws {
        try folder.write("one\n", to: "a.log")
        var harness = SourceSetHarness(folder, ["*.log"])
        harness.look()
        let good = try #require(harness.set.positionsToSave().saved.first)
        for index in good.body.indices {
            var body = good.body
            body[index] ^= 1
            #expect(throws: UnreadableSave.self) { try RestingTailer(saved: body) }
        }
        #expect(throws: UnreadableSave.self) { try RestingTailer(saved: Array(good.body.dropLast())) }
    }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: folder.path(name), withDestinationPath: target)
    }

    private func setModified(_ name: String, secondsAgo: Int) throws {
        let date = Date(timeIntervalSinceNow: -Double(secondsAgo))
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: folder.path(name))
    }
}

/// A watcher that always answers the same and never tells anything.
struct FixedWatches: FolderWatching {
    var outcome: WatchOutcome

    func watch(_ folder: String, as number: Int) -> WatchOutcome { isFolder(folder) ? outcome : .missing }
    func unwatch(_ number: Int) {}
}
