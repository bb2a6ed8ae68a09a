import GhostLogs
import GhostModel
import GhostServer
import GhostTestSupport
import Testing

@testable import GhostDaemon

struct LogShelfTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func shelf() -> LogShelf {
        let daemons = LogCatalogue.Daemons(folder: folder.path("daemons"), names: { ["api", "db"] })
        return LogShelf(LogCatalogue(componentFolder: folder.path, daemons: daemons, rules: nil))
    }

    private func line(_ second: Int, _ text: String) -> String { "2026-11-22T16:00:0\(second).000Z \(text)\n" }

    @Test func allLogs_areFound_alsoThoseOfDaemonsThatAreGone() async throws {
        try folder.write(line(1, "a"), to: "daemons/api.log")
        try folder.write(line(2, "b"), to: "daemons/gone.log")
        try folder.write("[2026-11-22T16:00:03.000Z] 🟢 api is running (PID: 1)\n", to: "sentinel-status.log")
        let page = try await shelf().page(LogRequest())
        #expect(page.lines.map { $0.daemon ?? $0.component } == ["api", "gone", "sentinel"])
        var request = LogRequest()
        request.daemons = ["gone"]
        #expect(try await shelf().page(request).lines.count == 1)
        request.daemons = []
        request.components = ["sentinel"]
        #expect(try await shelf().page(request).lines.count == 1)
    }

    @Test(arguments: ["../sentinel-status", "/etc/passwd", "daemons/api", "api.log", "", "ap", "sentinel"])
    func namesAreLookedUp_neverMadeIntoPaths(name: String) async throws {
        try folder.write(line(1, "a"), to: "daemons/api.log")
        var request = LogRequest()
        request.daemons = [name]
        do throws(LogRefusal) {
            _ = try await shelf().page(request)
            Issue.record("\(name) was found")
        } catch {
            guard case .unknownDaemon(name, _) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func whatCannotBeUsed_isRefused() async {
        var request = LogRequest()
        request.entry = .after("nonsense")
        await #expect(throws: LogRefusal.badCursor) { try await shelf().page(request) }
        request.entry = .newest
        request.regex = "("
        await #expect(throws: LogRefusal.self) { try await shelf().page(request) }
        await #expect(throws: LogRefusal.badCursor) { try await shelf().follow(LogRequest(), from: "nonsense") }
    }

    @Test func aFollower_getsEveryLineOnce_acrossRotationAndResumption() async throws {
        try folder.write(line(0, "old"), to: "daemons/api.log")
        let shelf = shelf()
        var request = LogRequest()
        request.daemons = ["api"]
        let following = try await shelf.follow(request, from: nil)
        #expect(await following.next(within: .zero) == .quiet)
        try folder.write(line(0, "old") + line(1, "one"), to: "daemons/api.log")
        guard case .lines(let first, let cursor) = await following.next(within: .seconds(10)) else {
            Issue.record("no lines came")
            return
        }
        #expect(first.map { String($0.message.dropFirst(25)) } == ["one"])
        try folder.write(line(0, "old") + line(1, "one") + line(2, "two"), to: "daemons/api.log.1")
        try folder.write(line(3, "three"), to: "daemons/api.log")
        let resumed = try await shelf.follow(request, from: cursor)
        guard case .lines(let second, _) = await resumed.next(within: .seconds(10)) else {
            Issue.record("no lines came")
            return
        }
        #expect(second.map { String($0.message.dropFirst(25)) } == ["two", "three"])
    }

    @Test func aPlaceThatIsGone_isAGap() async throws {
        try folder.write(line(0, "old") + line(1, "older"), to: "daemons/api.log")
        let shelf = shelf()
        let cursor = try await shelf.page(LogRequest()).after
        try folder.write(line(5, "new"), to: "daemons/api.log")
        let following = try await shelf.follow(LogRequest(), from: cursor)
        guard case .gap(let gap) = await following.next(within: .seconds(10)) else {
            Issue.record("no gap came")
            return
        }
        #expect(gap.reason == "the place in api.log is gone; what is left is sent from its beginning")
        guard case .lines(let lines, _) = await following.next(within: .seconds(10)) else {
            Issue.record("no lines came")
            return
        }
        #expect(lines.count == 1)
    }
}
