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

struct ChangeWatchTests {
    private let folder: TemporaryFolder
    /// Less than a wait that nothing ends, far more than one that is ended takes on a machine with much else to do.
    private let limit: Duration = .seconds(500)

    init() throws { folder = try TemporaryFolder() }

    /// Whether a wait ends long before it would end by itself.
    private func endsEarly(_ watch: ChangeWatch, _ change: @Sendable @escaping () throws -> Void) async throws -> Bool {
        // What happened so far does not count.
        let quiet = Task { await watch.wait() }
        quiet.cancel()
        await quiet.value
        let started = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watch.wait() }
            group.addTask { try change() }
            try await group.waitForAll()
        }
        return ContinuousClock.now - started < limit
    }

    @Test func aWrite_aNewFile_andARename_endAWaitAtOnce() async throws {
        try folder.write("one\n", to: "logs/a.log")
        let watch = ChangeWatch(folder: folder.path("logs"), longestWait: .seconds(600))
        #expect(try await endsEarly(watch) { try folder.write("two\n", to: "logs/a.log") })
        #expect(try await endsEarly(watch) { try folder.write("new\n", to: "logs/b.log") })
        #expect(try await endsEarly(watch) { rename(folder.path("logs/a.log"), folder.path("logs/a.log.1")) })
    }

    @Test func aChangeBetweenTwoWaits_isNotMissed() async throws {
        try folder.write("one\n", to: "logs/a.log")
        let watch = ChangeWatch(folder: folder.path("logs"), longestWait: .seconds(600))
        let first = Task { await watch.wait() }
        first.cancel()
        await first.value
        try folder.write("two\n", to: "logs/a.log")
        let started = ContinuousClock.now
        await watch.wait()
        #expect(ContinuousClock.now - started < limit)
    }

    @Test func aFolderThatIsMissing_isWaitedForAndThenWatched() async throws {
        let watch = ChangeWatch(folder: folder.path("later"), longestWait: .milliseconds(20))
        await watch.wait()
        mkdir(folder.path("later"), 0o755)
        await watch.wait()
        let patient = ChangeWatch(folder: folder.path("later"), longestWait: .seconds(600))
        #expect(try await endsEarly(patient) { try folder.write("here\n", to: "later/a.log") })
    }

    @Test func cancellation_endsAWait() async throws {
        let watch = ChangeWatch(folder: folder.path, longestWait: .seconds(600))
        let started = ContinuousClock.now
        let waiter = Task { await watch.wait() }
        waiter.cancel()
        await waiter.value
        #expect(ContinuousClock.now - started < limit)
    }
}
