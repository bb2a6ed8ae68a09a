import CGhostSystem
import GhostModel
import GhostTestSupport
import Testing

@testable import GhostSystem

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What the real keeper notes beside a log about when it took its bytes in.
struct KeeperTimesTests {
    private let folder: TemporaryFolder
    private let spawner: KeeperSpawner

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("", to: "state/.keep")
        spawner = KeeperSpawner(
            folder: folder.path("state"),
            project: "times-\(folder.path)",
            program: try KeeperProgram.find()
        )
        _ = spawner.takeOver { _ in }
    }

    private func start(_ number: Int, _ script: String, rotateBytes: Int64? = nil, keep: Int = 3) throws {
        var plan = OutputPlan(rotateBytes: rotateBytes, keep: keep)
        plan.age = nil
        var request = SpawnRequest(
            executable: "/bin/sh",
            arguments: ["sh", "-c", script],
            environment: ["PATH": "/usr/bin:/bin"],
            workingDirectory: folder.path,
            output: .captured(.init(path: folder.path("a.log"), errorPath: "", plan: plan))
        )
        request.run = .init(
            run: RunID(daemon: try #require(DaemonName("a")), number: number),
            stop: StopSequence()
        )
        _ = try spawner.spawn(request) { _ in }
    }

    /// The entries of a file of times, as offsets and milliseconds; nil if it is none that is about this log.
    private func noted(in log: String) -> [(offset: UInt64, time: Int64)]? {
        guard let bytes = try? AtomicFile.readBytes(folder.path(".\(log).times"), limit: 2 << 20), bytes.count >= 32,
            let inode = try? FileStatus(path: folder.path(log)).inode,
            bytes.starts(with: Array("ghost-times 1\n\0\0".utf8)), number(bytes, 16) == inode
        else { return nil }
        return stride(from: 32, to: bytes.count - 15, by: 16).map { (number(bytes, $0), Int64(number(bytes, $0 + 8))) }
    }

    private func number(_ bytes: [UInt8], _ place: Int) -> UInt64 {
        bytes[place..<place + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private func end() {
        for pid in MarkedProcesses.find(prefix: spawner.project).map(\.pid) { kill(pid, SIGKILL) }
        spawner.close(.finished)
    }

    @Test func eachPieceOfOutput_hasItsTime() async throws {
        defer { end() }
        let before = Clocks.wall().milliseconds
        try start(1, "echo one; until [ -e go ]; do sleep 0.01; done; echo two; sleep 1000")
        try await eventually("the first is written") { folder.read("a.log") == "one\n" }
        let between = Clocks.wall().milliseconds
        // Two pieces within a tenth of a second share their time.
        try await eventually("time passes") { Clocks.wall().milliseconds >= between + 150 }
        try folder.write("", to: "go")
        try await eventually("the second is written") { folder.read("a.log") == "one\ntwo\n" }
        let after = Clocks.wall().milliseconds
        let entries = try #require(noted(in: "a.log"))
        #expect(entries.map(\.offset) == [0, 4])
        #expect((before...between).contains(entries[0].time), "\(entries)")
        #expect((between + 150...after).contains(entries[1].time), "\(entries)")
    }

    @Test func times_moveWithTheirLog_andGoWithIt() async throws {
        defer { end() }
        try start(1, "i=1000; while [ $i -lt 5000 ]; do i=$((i+1)); echo $i; done; sleep 1000", rotateBytes: 2000)
        try await eventually("all is written") { folder.read("a.log")?.hasSuffix("5000\n") == true }
        for log in ["a.log", "a.log.1", "a.log.2", "a.log.3"] {
            let entries = try #require(noted(in: log), "\(log)")
            #expect(entries.first?.offset == 0, "\(log)")
        }
        let names = try Folder.entries(of: folder.path).filter { $0.hasPrefix(".a.log") }
        #expect(Set(names) == [".a.log.times", ".a.log.1.times", ".a.log.2.times", ".a.log.3.times"])
    }

    @Test func whatIsDamaged_isBegunAnew_andOutputIsWrittenAllTheSame() async throws {
        defer { end() }
        try folder.write("before\n", to: "a.log")
        try folder.write(String(repeating: "x", count: 100), to: ".a.log.times")
        try start(1, "echo one; sleep 1000")
        try await eventually("it is written") { folder.read("a.log") == "before\none\n" }
        #expect(noted(in: "a.log")?.map(\.offset) == [7])
        // A folder in its place cannot be written, and is no trouble.
        unlink(folder.path(".a.log.times"))
        mkdir(folder.path(".a.log.times"), 0o700)
        try start(2, "echo two; sleep 1000")
        try await eventually("it is written as well") { folder.read("a.log") == "before\none\ntwo\n" }
    }

    @Test func aLogThatWasEmptied_beginsItsTimesAnew() async throws {
        defer { end() }
        try start(1, "echo a long first line; until [ -e go ]; do sleep 0.01; done; echo two; sleep 1000")
        try await eventually("the first is written") { folder.read("a.log") == "a long first line\n" }
        try folder.write("", to: "a.log")
        try folder.write("", to: "go")
        try await eventually("the second is written") { folder.read("a.log") == "two\n" }
        #expect(noted(in: "a.log")?.map(\.offset) == [0])
    }

    @Test func aFileThatIsFull_isThinnedOut() async throws {
        defer { end() }
        try folder.write(String(repeating: "y", count: 100_000), to: "a.log")
        let inode = try FileStatus(path: folder.path("a.log")).inode
        func number(_ value: UInt64, _ width: Int) -> [UInt8] {
            (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
        }
        var bytes = Array("ghost-times 1\n\0\0".utf8) + number(inode, 8) + number(100, 8)
        bytes.reserveCapacity(2 << 20)
        for entry in 0..<UInt64(65_536) { bytes += number(entry, 8) + number(5000 + entry, 8) }
        let file = try OwnedDescriptor(
            opening: folder.path(".a.log.times"),
            flags: O_WRONLY | O_CREAT,
            mode: 0o600,
            action: "write"
        )
        bytes.withUnsafeBytes { _ = file.writeAll($0) }
        try start(1, "echo one; sleep 1000")
        try await eventually("it is written") { folder.read("a.log")?.hasSuffix("yone\n") == true }
        let entries = try #require(noted(in: "a.log"))
        #expect(entries.count == 32_769)
        #expect(entries.dropLast().map(\.offset) == (0..<32_768).map { 2 * $0 })
        #expect(entries.dropLast().map(\.time) == (0..<32_768).map { 5000 + 2 * $0 })
        #expect(entries.last?.offset == 100_000)
        let interval = try AtomicFile.readBytes(folder.path(".a.log.times"), limit: 2 << 20).map { $0[24] }
        #expect(interval == 200)
    }
}
