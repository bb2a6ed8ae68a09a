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

/// A wait that should end and does not is ended by the suite's limit.
@Suite(.timeLimit(.minutes(5)))
struct ChangeWatchTests {
    private let folder: TemporaryFolder
    private let longest: Duration = .seconds(86_400)

    init() throws { folder = try TemporaryFolder() }

    /// Waits until a change ends a wait that does not end by itself.
    private func seesEnd(_ watch: ChangeWatch, _ change: @Sendable @escaping () throws -> Void) async throws {
        // What happened so far does not count.
        let quiet = Task { await watch.wait() }
        quiet.cancel()
        await quiet.value
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watch.wait() }
            group.addTask { try change() }
            try await group.waitForAll()
        }
    }

    @Test func aWrite_aNewFile_andARename_endAWaitAtOnce() async throws {
        try folder.write("one\n", to: "logs/a.log")
        let watch = ChangeWatch(folder: folder.path("logs"), longestWait: longest)
        try await seesEnd(watch) { try folder.write("two\n", to: "logs/a.log") }
        try await seesEnd(watch) { try folder.write("new\n", to: "logs/b.log") }
        try await seesEnd(watch) { rename(folder.path("logs/a.log"), folder.path("logs/a.log.1")) }
    }

    @Test func aChangeBetweenTwoWaits_isNotMissed() async throws {
        try folder.write("one\n", to: "logs/a.log")
        let watch = ChangeWatch(folder: folder.path("logs"), longestWait: longest)
        let first = Task { await watch.wait() }
        first.cancel()
        await first.value
        try folder.write("two\n", to: "logs/a.log")
        await watch.wait()
    }

    @Test func aFolderThatIsMissing_isWaitedForAndThenWatched() async throws {
        let watch = ChangeWatch(folder: folder.path("later"), longestWait: .milliseconds(20))
        await watch.wait()
        mkdir(folder.path("later"), 0o755)
        await watch.wait()
        let patient = ChangeWatch(folder: folder.path("later"), longestWait: longest)
        try await seesEnd(patient) { try folder.write("here\n", to: "later/a.log") }
    }

    @Test func cancellation_endsAWait() async throws {
        let watch = ChangeWatch(folder: folder.path, longestWait: longest)
        let waiter = Task { await watch.wait() }
        waiter.cancel()
        await waiter.value
    }
}
