import GhostModel
import GhostTestSupport
import Testing

@testable import GhostSystem

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

struct FilesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func aReplacedFile_hasTheNewBytesAndLeavesNothingBeside() throws {
        let path = folder.path("state")
        try AtomicFile.replace(path, with: "one")
        try AtomicFile.replace(path, with: "two")
        #expect(try AtomicFile.read(path) == "two")
        #expect(try Folder.entries(of: folder.path) == ["state"])
    }

    @Test func aMissingFile_isNil_andALargeOneIsCut() throws {
        #expect(try AtomicFile.read(folder.path("nothing")) == nil)
        try folder.write("0123456789", to: "long")
        #expect(try AtomicFile.read(folder.path("long"), limit: 4) == "0123")
    }

    @Test func replacingInAMissingFolder_saysWhatFailed() {
        #expect {
            try AtomicFile.replace(folder.path("nowhere/state"), with: "x")
        } throws: { error in
            "\(error)" == "cannot create \(folder.path("nowhere/.state.tmp")): No such file or directory"
        }
    }

    @Test func aFolder_isCreatedWithItsParents_alsoTwice() throws {
        try Folder.create(folder.path("a/b/c"))
        try Folder.create(folder.path("a/b/c"))
        #expect(try Folder.entries(of: folder.path("a/b")) == ["c"])
        try folder.write("x", to: "file")
        #expect(throws: SystemCallFailure("create the folder", folder.path("file"), code: ErrorNumber(ENOTDIR))) {
            try Folder.create(folder.path("file"))
        }
    }

    @Test func theLock_belongsToOne_andNamesIt() throws {
        let path = folder.path("lock")
        #expect(try !InstanceLock.isHeld(path))
        #expect(access(path, F_OK) != 0, "asking creates nothing")
        let lock = try InstanceLock.acquire(path)
        #expect(try InstanceLock.isHeld(path))
        #expect(throws: InstanceLock.Failure.held(pid: getpid())) { try InstanceLock.acquire(path) }
        withExtendedLifetime(lock) {}
    }

    @Test func theLock_isFreeOnceItsOwnerIsGone() throws {
        let path = folder.path("lock")
        do { _ = try InstanceLock.acquire(path) }
        _ = try InstanceLock.acquire(path)
    }

    @Test(arguments: [
        ("a/b", "/p", "/p/a/b"), ("/x/../y", "/p", "/y"), ("../q", "/p/r", "/p/q"), (".", "/p", "/p"), ("/", "/p", "/"),
        ("../../..", "/p", "/"),
    ])
    func paths_areResolvedByText(path: String, folder: String, expected: String) {
        #expect(path.absolutePath(in: folder) == expected)
    }

    @Test func parents_andLastParts() {
        #expect("/a/b".parentFolder == "/a")
        #expect("/a".parentFolder == "/")
        #expect("a".parentFolder == ".")
        #expect("/a/b.log".lastPathPart == "b.log")
    }
}

struct LineLogTests {
    private let folder: TemporaryFolder
    private let time = Timestamp(milliseconds: 0)

    init() throws { folder = try TemporaryFolder() }

    @Test func lines_areAppendedInOrder() async {
        let log = LineLog(path: folder.path("x.log")) { time }
        for number in 0..<100 { log.write(ComponentLine("line \(number)")) }
        await log.drain()
        let expected = (0..<100).map { "[1970-01-01T00:00:00.000Z] line \($0)\n" }.joined()
        #expect(folder.read("x.log") == expected)
    }

    @Test func aLongLog_isPutAwayBetweenLines() async {
        let log = LineLog(path: folder.path("x.log"), rotation: LogRotation(bytes: 100, keep: 2)) { time }
        for number in 0..<8 {
            log.write(ComponentLine("line \(number)"))
            await log.drain()
        }
        // 34 bytes a line: two fit, and the two newest put-away files are kept.
        func lines(_ numbers: ClosedRange<Int>) -> String {
            numbers.map { "[1970-01-01T00:00:00.000Z] line \($0)\n" }.joined()
        }
        #expect(folder.read("x.log") == lines(6...7))
        #expect(folder.read("x.log.1") == lines(4...5))
        #expect(folder.read("x.log.2") == lines(2...3))
        #expect(folder.read("x.log.3") == nil)
    }

    @Test func linesThatCannotBeWritten_areCountedAndToldOnceItWorksAgain() async throws {
        let log = LineLog(path: folder.path("later/x.log")) { time }
        log.write(ComponentLine("lost"))
        log.write(ComponentLine("lost as well"))
        await log.drain()
        #expect(log.droppedLines == 2)
        try Folder.create(folder.path("later"))
        log.write(ComponentLine("back"))
        await log.drain()
        #expect(
            folder.read("later/x.log") == """
                [1970-01-01T00:00:00.000Z] 2 lines of this log could not be written
                [1970-01-01T00:00:00.000Z] back

                """
        )
        #expect(log.droppedLines == 0)
    }
}
