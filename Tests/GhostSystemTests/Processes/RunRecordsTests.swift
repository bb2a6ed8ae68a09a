import GhostModel
import GhostSystem
import GhostTestSupport
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

@Suite struct RunRecordsTests {
    let folder: TemporaryFolder
    let records: RunRecords
    let api: DaemonName
    let db: DaemonName

    init() throws {
        folder = try TemporaryFolder()
        records = RunRecords(directory: folder.path("runs"))
        api = try #require(DaemonName("api"))
        db = try #require(DaemonName("db"))
    }

    private func record(_ daemon: DaemonName, _ number: Int, pid: Int32 = 4242) -> RunRecord {
        RunRecord(
            run: RunID(daemon: daemon, number: number),
            process: ProcessIdentity(pid: pid, start: 77, boot: "b00t"),
            stop: StopSequence(signal: .int, grace: .milliseconds(1500))
        )
    }

    @Test func theTextIsTheDocumentedFormat() {
        #expect(record(api, 3).text == "ghost-run 1\nrun api#3\nprocess 4242 77 b00t\nstop INT 1500\n")
        #expect(RunRecord(record(api, 3).text) == record(api, 3))
        #expect(RunRecord(record(api, 3).text + "later line\n") == record(api, 3))
    }

    @Test(arguments: [
        "", "ghost-run 2\nrun api#3\nprocess 4242 77 b\nstop INT 1500\n", "ghost-run 1\nrun api#3\nprocess 4242 77 b\n",
        "ghost-run 1\nrun api\nprocess 4242 77 b\nstop INT 1500\n",
        "ghost-run 1\nrun api#3\nprocess 1 77 b\nstop INT 1\n",
        "ghost-run 1\nrun api#3\nprocess -5 77 b\nstop INT 1\n", "ghost-run 1\nrun api#0\nprocess 5 77 b\nstop INT 1\n",
        "ghost-run 1\nrun api#3\nprocess 5 77 b\nstop NONE 1\n",
        "ghost-run 1\nrun api#3\nprocess 5 77 b\nstop INT -1\n",
    ])
    func anythingElseIsRefused(text: String) {
        #expect(RunRecord(text) == nil)
    }

    @Test func recordsAreKeptReplacedAndRemoved() throws {
        #expect(try records.load() == RunRecords.Content())
        try records.write(record(db, 1))
        try records.write(record(api, 3))
        try records.write(record(api, 4))
        #expect(try records.load().records == [record(api, 4), record(db, 1)])
        try records.remove(api)
        try records.remove(api)
        #expect(try records.load().records == [record(db, 1)])
    }

    @Test func foreignFilesAreNamedAndNotRead() throws {
        try records.write(record(db, 1))
        try folder.write("junk", to: "runs/api")
        try folder.write(record(db, 2).text, to: "runs/web")
        try folder.write("draft", to: "runs/.api.tmp")
        let content = try records.load()
        #expect(content.records == [record(db, 1)])
        #expect(content.unreadable == [folder.path("runs/api"), folder.path("runs/web")])
    }

    @Test func aFolderThatCannotBeWrittenIsAnError() throws {
        try folder.write("", to: "file")
        let broken = RunRecords(directory: folder.path("file/runs"))
        #expect(throws: RunRecordError.self) { try broken.write(record(api, 1)) }
    }

    // MARK: Identity and leftovers

    private final class Ends: Sendable {
        let statuses = Mutex<[GhostModel.ExitStatus]>([])
    }

    private func spawn(_ script: String, ends: Ends) throws -> any RunningProcess {
        try SystemSpawner().spawn(
            SpawnRequest(
                executable: "/bin/sh",
                arguments: ["sh", "-c", script],
                environment: ["PATH": "/usr/bin:/bin"],
                workingDirectory: folder.path,
                output: .file(folder.path("out"))
            )
        ) { exit in ends.statuses.withLock { $0.append(exit.status) } }
    }

    @Test func anIdentityIsOnlyAliveIfAllOfItMatches() throws {
        let own = ProcessIdentity(of: getpid())
        #expect(own.liveness() == .alive)
        #expect(ProcessIdentity(own.description) == own)
        var other = own
        other.start = own.start.map { $0 + 1 }
        #expect(other.liveness() == .gone)
        other = own
        other.boot = "another"
        #expect(other.liveness() == .gone)
        other = own
        other.start = nil
        #expect(other.liveness() == .undecidable)
        #expect(!other.isAlive)
        #expect(ProcessIdentity(other.description) == other)
    }

    @Test func leftoversAreStoppedAndKilledWhenTheyIgnoreIt() async throws {
        let ends = Ends()
        let polite = try spawn("echo up; exec sleep 1000", ends: ends)
        let stubborn = try spawn("trap '' TERM; echo up; while :; do sleep 1000; done", ends: ends)
        try await eventually("both run") { folder.read("out") == "up\nup\n" }
        var stopped: [Int32] = []
        let gone = record(DaemonName("gone") ?? api, 1)
        let outcomes = Leftovers.stop([
            RunRecord(
                run: RunID(daemon: api, number: 1),
                process: polite.identity,
                stop: StopSequence(grace: .seconds(10))
            ),
            RunRecord(
                run: RunID(daemon: db, number: 1),
                process: stubborn.identity,
                stop: StopSequence(grace: .milliseconds(50))
            ),
            gone,
        ]) { stopped.append($0.process.pid) }
        #expect(outcomes == [.stopped, .killed, .wasGone])
        #expect(stopped == [polite.identity.pid, stubborn.identity.pid])
        try await eventually("both ends are told") { ends.statuses.withLock(\.count) == 2 }
        #expect(Set(ends.statuses.withLock { $0 }) == [.signaled(SIGTERM), .signaled(SIGKILL)])
    }

    @Test func aForeignProcessWithTheSameNumberIsLeftAlone() async throws {
        let ends = Ends()
        let process = try spawn("exec sleep 1000", ends: ends)
        var identity = process.identity
        identity.start = identity.start.map { $0 + 1 }
        let outcomes = Leftovers.stop([
            RunRecord(run: RunID(daemon: api, number: 1), process: identity, stop: StopSequence(grace: .zero))
        ])
        #expect(outcomes == [.wasGone])
        identity.start = nil
        let undecided = Leftovers.stop([
            RunRecord(run: RunID(daemon: api, number: 1), process: identity, stop: StopSequence(grace: .zero))
        ])
        guard case .remains = undecided.first else {
            Issue.record("an identity that cannot be judged must remain: \(undecided)")
            return
        }
        #expect(process.identity.isAlive)
        process.signalGroup(.kill)
        try await eventually("it ends") { ends.statuses.withLock { $0 } == [.signaled(SIGKILL)] }
    }
}
