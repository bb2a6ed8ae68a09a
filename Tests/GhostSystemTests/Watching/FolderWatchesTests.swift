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

struct FolderWatchesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Watches that the kernel tells: a user may have few, and other tests hold some for a while.
    private func toldWatches() async throws -> FolderWatches {
        var watches = FolderWatches()
        try await eventually("a watch can be had", within: .seconds(120)) {
            watches = FolderWatches()
            defer { watches.unwatch(0) }
            return switch watches.watch(folder.path, as: 0) {
            case .exhausted, .refused: false
            case .watching, .uncertain, .missing: true
            }
        }
        return watches
    }

    #if os(Linux)
    @Test(arguments: [
        (EMFILE, true, WatchOutcome.exhausted(setting: "fs.inotify.max_user_instances")),
        (EMFILE, false, .refused(ErrorNumber(EMFILE))), (ENOMEM, true, .refused(ErrorNumber(ENOMEM))),
    ])
    func withoutNotifications_theLimitIsNamed_thatIsUsedUp(code: Int32, hasDescriptorsLeft: Bool, means: WatchOutcome) {
        let refusal = FolderNotifications.refusal(code, hasDescriptorsLeft: hasDescriptorsLeft)
        #expect(refusal.outcome == means)
    }

    @Test func changes_areToldByNameAndFolder() async throws {
        try folder.write("one\n", to: "a/x.log")
        try folder.write("one\n", to: "b/y.log")
        let watches = try await toldWatches()
        let outcome = watches.watch(folder.path("a"), as: 1)
        #expect(outcome == watches.watch(folder.path("b"), as: 2))
        #expect(watches.watch(folder.path("c"), as: 3) == .missing)
        #expect(watches.takeChanges().isEmpty)
        try folder.write("two\n", to: "a/x.log")
        try folder.write("new\n", to: "b/z.log")
        await watches.wait(atMost: .seconds(60))
        var names: [Int: Set<String>] = [:]
        try await eventually("both are told") {
            names.merge(watches.takeChanges().names) { $0.union($1) }
            return names == [1: ["x.log"], 2: ["z.log"]]
        }
        watches.unwatch(1)
        try folder.write("three\n", to: "a/x.log")
        #expect(watches.takeChanges().names[1] == nil)
    }

    @Test func aFolderThatGoes_isTold_andCanBeWatchedAgain() async throws {
        try folder.write("one\n", to: "a/x.log")
        let watches = try await toldWatches()
        _ = watches.watch(folder.path("a"), as: 1)
        rename(folder.path("a"), folder.path("b"))
        var ended: Set<Int> = []
        try await eventually("the end is told") {
            ended.formUnion(watches.takeChanges().endedFolders)
            return ended == [1]
        }
        try folder.write("one\n", to: "a/x.log")
        _ = watches.watch(folder.path("a"), as: 1)
        try folder.write("two\n", to: "a/x.log")
        try await eventually("it is told again") { watches.takeChanges().names == [1: ["x.log"]] }
    }

    @Test func twoPathsToOneFolder_areBothTold() async throws {
        try folder.write("one\n", to: "a/x.log")
        symlink("a", folder.path("link"))
        let watches = try await toldWatches()
        _ = watches.watch(folder.path("a"), as: 1)
        _ = watches.watch(folder.path("link"), as: 2)
        try folder.write("two\n", to: "a/x.log")
        try await eventually("both are told") { watches.takeChanges().names == [1: ["x.log"], 2: ["x.log"]] }
    }

    @Test(arguments: [(0x6969, "NFS"), (0x6573_5546, "FUSE"), (0x794C_7630, "overlay"), (0xFF53_4D42, "SMB")])
    func fileSystemsThatDoNotTellEverything_areKnown(number: UInt32, name: String) {
        let why = FileSystemKind(number: number).withoutNotifications
        #expect(why == "the folder is on \(name), where others may write without notice")
    }

    @Test func aLocalFileSystem_tellsEverything() {
        #expect(FileSystemKind(number: 0xEF53).withoutNotifications == nil)
        #expect([0xEF53, 0x794C_7630].allSatisfy { FileSystemKind(number: $0).clock == .ofThisMachine })
        #expect([0x6969, 0xFF53_4D42].allSatisfy { FileSystemKind(number: $0).clock == .ofAnotherMachine })
        #expect(FileSystemKind(path: folder.path("no such")) == nil)
    }
    #endif

    @Test func withTooManyNames_everythingMayHaveChanged() {
        var changes = ChangedNames()
        for number in 0..<ChangedNames.capacity { changes.note("\(number)", in: 1) }
        #expect(changes.overflows == 0)
        changes.note("one more", in: 1)
        #expect(changes.overflows == 1)
        #expect(changes.names.isEmpty)
        #expect(!changes.isEmpty)
    }
}

struct FolderListingTests {
    @Test func entries_areSorted_andFoundByTheirBeginning() throws {
        let folder = try TemporaryFolder()
        for name in ["b.log", "a.log.1", "a.log", "é.log", "a", "sub/x"] { try folder.write("", to: name) }
        symlink("a.log", folder.path("link"))
        mkfifo(folder.path("pipe"), 0o600)
        let listing = try FolderListing(of: folder.path)
        let names = (0..<listing.count).map { listing[$0].name }
        #expect(names == ["a", "a.log", "a.log.1", "b.log", "link", "pipe", "sub", "é.log"])
        #expect(listing.names(startingWith: "a.log") == ["a.log", "a.log.1"])
        #expect(listing.names(startingWith: "x") == [])
        #expect(listing.entry(named: "sub")?.kind == .folder)
        #expect(listing.entry(named: "link")?.kind == .symbolicLink)
        #expect(listing.entry(named: "pipe")?.kind == .special)
        #expect(listing.entry(named: "a.lo") == nil)
        let inode = try FileStatus(path: folder.path("b.log")).inode
        #expect(listing.names(ofInodes: [inode]) == ["b.log"])
        #expect(throws: SystemCallFailure.self) { try FolderListing(of: folder.path("nowhere")) }
    }

    @Test func namesThatAreNoText_areCounted() throws {
        let folder = try TemporaryFolder()
        let path = (Array(folder.path.utf8) + [0x2F, 0x61, 0xFF, 0x62, 0]).map { CChar(bitPattern: $0) }
        // Some file systems refuse such names.
        let file = open(path, O_CREAT | O_WRONLY, 0o600)
        guard file >= 0 else { return }
        close(file)
        let listing = try FolderListing(of: folder.path)
        #expect((listing.count, listing.unreadableNames) == (0, 1))
    }
}
