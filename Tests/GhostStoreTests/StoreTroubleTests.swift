import GRDB
import GhostModel
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

struct StoreTroubleTests {
    private static func execute(_ sql: String, at path: String) throws {
        try DatabaseQueue(path: path).writeWithoutTransaction { try $0.execute(sql: sql) }
    }

    @Test func newerSchema_isRefusedAndLeftAsItIs() throws {
        let folder = try TemporaryFolder()
        try folder.openStore().commit(.sample(1))
        try Self.execute("PRAGMA user_version = 99", at: folder.storePath)
        let failure = StoreFailure.newerSchema(path: folder.storePath, found: 99, known: Schema.migrations.count)
        #expect(throws: failure) { try folder.openStore() }
        #expect("\(failure)".contains("written by a later Ghost"))
        try Self.execute("PRAGMA user_version = \(Schema.migrations.count)", at: folder.storePath)
        #expect(try folder.openStore().load()?.sequence == 1)
    }

    @Test func databaseOfAnotherProgram_isRefusedAndLeftAsItIs() throws {
        let folder = try TemporaryFolder()
        try Self.execute("CREATE TABLE theirs (x)", at: folder.storePath)
        #expect(throws: StoreFailure.foreign(path: folder.storePath)) { try folder.openStore() }
        let theirs = try DatabaseQueue(path: folder.storePath)
        let mode = try theirs.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
        #expect(mode == "delete")
    }

    @Test func stateOfOtherLogs_isRefusedAndLeftAsItIs() throws {
        let folder = try TemporaryFolder()
        try folder.openStore().commit(.sample(1))
        let failure = StoreFailure.otherSubject(path: folder.storePath, found: "logs", wanted: "/other")
        #expect(throws: failure) { try folder.openStore(subject: "/other") }
        #expect(try folder.openStore().load()?.sequence == 1)
    }

    @Test(arguments: [0, 50, 2000, 4096])
    func damagedFile_isMovedAsideAndANewStoreBegins(offset: Int) throws {
        let folder = try TemporaryFolder()
        let epoch: String
        do {
            let store = try folder.openStore()
            epoch = store.epoch
            try store.commit(.sample(1, body: [UInt8](repeating: 7, count: 20_000)))
        }
        // Into the database itself, so that the journal does not hide the damage.
        try Self.execute("PRAGMA wal_checkpoint(TRUNCATE)", at: folder.storePath)
        try overwrite(folder.storePath, at: offset, count: 3000)
        let store = try folder.openStore()
        let aside = try #require(store.movedAside)
        #expect(aside == folder.storePath + ".damaged-\(Timestamp.test.description.filter { $0 != ":" })")
        #expect(TemporaryFolder.text(of: aside) != nil)
        #expect(store.epoch != epoch)
        #expect(try store.load() == nil)
        try store.commit(.sample(1))
        #expect(try folder.openStore().load()?.sequence == 1)
    }

    @Test func textInsteadOfADatabase_isMovedAside() throws {
        let folder = try TemporaryFolder()
        try folder.write(String(repeating: "this is not a database\n", count: 100), to: "state.sqlite")
        #expect(try folder.openStore().movedAside != nil)
    }

    @Test func emptyFile_isANewStore() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "state.sqlite")
        let store = try folder.openStore()
        #expect(store.movedAside == nil)
        #expect(try store.load() == nil)
    }

    @Test func missingFolder_isAFailureThatNamesThePath() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("nowhere/state.sqlite")
        #expect {
            try StateStore.open(path: path, subject: "logs", now: .test)
        } throws: { error in
            guard case .refused(path, .open, _, _) = error as? StoreFailure else { return false }
            return "\(error)".contains(path)
        }
    }

    @Test(.enabled(if: getuid() != 0, "root may write everywhere"))
    func readOnlyFolder_isAFailureThatSaysSo() throws {
        let folder = try TemporaryFolder()
        try folder.openStore().commit(.sample(1))
        chmod(folder.storePath, 0o400)
        #expect(throws: StoreFailure.readOnly(path: folder.storePath)) { try folder.openStore() }
    }

    @Test func fullStore_refusesTheWholeChangeAndGoesOnOnceThereIsRoom() throws {
        let folder = try TemporaryFolder()
        let store = try folder.openStore()
        try store.commit(.sample(1))
        // What SQLite says when the disk is full, without filling one.
        let pages = try #require(Int(try store.setting("page_count") ?? ""))
        _ = try store.setting("max_page_count = \(pages + 1)")
        let large = StateChange.sample(2, body: [UInt8](repeating: 1, count: 500_000))
        #expect(throws: StoreFailure.full(path: folder.storePath)) { try store.commit(large) }
        #expect(try store.load()?.folds.map(\.body) == [[1, 2, 3]])
        _ = try store.setting("max_page_count = 100000")
        try store.commit(large)
        #expect(try store.load()?.sequence == 2)
    }

    @Test func lockedStore_isAFailureThatSaysSo() throws {
        let folder = try TemporaryFolder()
        let store = try folder.openStore()
        let other = try DatabaseQueue(path: folder.storePath)
        try other.writeWithoutTransaction { database in
            try database.execute(sql: "BEGIN IMMEDIATE")
            #expect(throws: StoreFailure.busy(path: folder.storePath)) { try store.commit(.sample(1)) }
            try database.execute(sql: "ROLLBACK")
        }
        try store.commit(.sample(1))
    }

    @Test func failures_nameThePathAndWhatToDo() {
        let failures: [StoreFailure] = [
            .newerSchema(path: "/p", found: 2, known: 1), .otherSubject(path: "/p", found: "/a", wanted: "/b"),
            .foreign(path: "/p"), .damaged(path: "/p", detail: "d"),
            .full(path: "/p"), .readOnly(path: "/p"), .busy(path: "/p"),
            .settingRefused(path: "/p", setting: "s", found: "f"),
            .refused(path: "/p", action: .write, code: 1, detail: "d"),
        ]
        for failure in failures {
            #expect("\(failure)".contains("/p"))
            #expect("\(failure)".contains(";"))
        }
    }

    private func overwrite(_ path: String, at offset: Int, count: Int) throws {
        let stream = try #require(fopen(path, "r+"))
        defer { fclose(stream) }
        fseek(stream, offset, SEEK_SET)
        for _ in 0..<count { fputc(0xA5, stream) }
    }
}
