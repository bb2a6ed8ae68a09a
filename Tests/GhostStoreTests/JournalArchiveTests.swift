import GhostModel
import GhostSystem
import GhostTestSupport
import Testing

@testable import GhostStore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

struct JournalArchiveTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.storePath }

    private func event(_ sequence: UInt64, _ daemon: String) -> JournalEvent {
        JournalEvent(
            sequence: sequence,
            epoch: "",
            at: .test,
            monotonic: 7,
            daemon: DaemonName(daemon),
            kind: sequence.isMultiple(of: 2) ? .ended : .started,
            text: "event \(sequence)"
        )
    }

    private func files() throws -> Set<String> { Set(try Folder.entries(of: folder.path)) }

    @Test func whatWasKept_isReadAndNothingIsWritten() throws {
        let epoch = try keep()
        // Closing has taken the write-ahead log in.
        let before = try files()
        let archive = try #require(try JournalArchive(path: path))
        #expect(archive.epoch == epoch)
        #expect(archive.newestSequence == 3)
        #expect(try archive.newest(limit: 10).map(\.sequence) == [3, 2, 1])
        #expect(try archive.newest(of: DaemonName("api"), kind: .started, limit: 10).map(\.sequence) == [3, 1])
        #expect(try archive.event(2)?.text == "event 2")
        #expect(try archive.event(9) == nil)
        #expect(try archive.daemons() == ["api", "db"])
        #expect(try archive.pruned() == 0)
        #expect(try files() == before)
    }

    private func keep() throws -> String {
        let store = try JournalStore(path: path, subject: "logs")
        try store.commit([event(1, "api"), event(2, "db"), event(3, "api")], now: .test)
        return store.epoch
    }

    @Test func whatAGhostThatWasKilledLeft_isReadWithItsLog() throws {
        let store = try JournalStore(path: path, subject: "logs")
        try store.commit([event(1, "api")], now: .test)
        #expect(try files().contains("state.sqlite-wal"), "it is not in the database itself yet")
        let archive = try #require(try JournalArchive(path: path))
        #expect(try archive.newest(limit: 10).map(\.sequence) == [1])
    }

    @Test func aPathThatMeansSomethingInURIs_isAPath() throws {
        let odd = folder.path("a?b#c%41 ü.sqlite")
        do {
            let store = try JournalStore(path: odd, subject: "logs")
            try store.commit([event(1, "api")], now: .test)
        }
        #expect(try JournalArchive(path: odd)?.newestSequence == 1)
    }

    @Test func whereNoJournalIs_thereIsNone() throws {
        #expect(try JournalArchive(path: path) == nil)
        #expect(try JournalArchive(path: folder.path("no/folder.sqlite")) == nil)
        #expect(try files().isEmpty)
        try folder.write("", to: "state.sqlite")
        #expect(try JournalArchive(path: path) == nil)
    }

    @Test func whatCannotBeUsed_isSaid() throws {
        try folder.write(String(repeating: "no database ", count: 1000), to: "state.sqlite")
        #expect {
            _ = try JournalArchive(path: path)
        } throws: { error in
            guard case StoreFailure.damaged? = error as? StoreFailure else { return false }
            return true
        }
        try folder.write("x", to: "secret", mode: 0o000)
        guard geteuid() != 0 else { return }
        #expect(throws: StoreFailure.notReadable(path: folder.path("secret"))) {
            _ = try JournalArchive(path: folder.path("secret"))
        }
    }
}
