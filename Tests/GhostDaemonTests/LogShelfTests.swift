import Foundation
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

    private func move(_ name: String, to other: String) throws {
        try FileManager.default.moveItem(atPath: folder.path(name), toPath: folder.path(other))
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

    /// Another shelf knows nothing of what the first one handed out, as after a restart of Ghost.
    @Test func cursors_outliveARestart_thoughTheNumbersOfFilesDoNot() async throws {
        try folder.write(line(0, "oldest"), to: "daemons/api.log.2")
        try folder.write(line(1, "old"), to: "daemons/api.log.1")
        try folder.write(line(2, "two") + line(3, "three"), to: "daemons/api.log")
        let before = try await shelf().page(LogRequest())
        #expect(before.lines.map(\.generation) == [1, 2, 3, 3])
        try FileManager.default.removeItem(atPath: folder.path("daemons/api.log.2"))
        try FileManager.default.removeItem(atPath: folder.path("daemons/api.log.1"))
        try move("daemons/api.log", to: "daemons/api.log.1")
        try folder.write(line(4, "four"), to: "daemons/api.log")
        var request = LogRequest()
        func messages() async throws -> [String] {
            let page = try await shelf().page(request)
            #expect(page.gap == nil)
            return page.lines.map { String($0.message.dropFirst(25)) }
        }
        request.entry = .after(before.after)
        #expect(try await messages() == ["four"])
        request.entry = .after(before.lines[2].cursor)
        #expect(try await messages() == ["three", "four"])
        request.entry = .before(before.lines[3].cursor)
        #expect(try await messages() == ["two"])
    }

    @Test func aCursorOfAFileThatIsGone_isAGap_neverAnotherFilesLine() async throws {
        // What every file begins with is longer than what a file is known by.
        let banner = String(repeating: line(0, "the same banner"), count: 10)
        try folder.write(banner + line(1, "one") + line(2, "two"), to: "daemons/api.log")
        let known = try await shelf().page(LogRequest())
        try move("daemons/api.log", to: "daemons/gone")
        try folder.write(banner + line(5, "longer than before") + line(6, "six"), to: "daemons/api.log")
        var request = LogRequest()
        for cursor in [known.after, known.lines[11].cursor] {
            request.entry = .after(cursor)
            let page = try await shelf().page(request)
            #expect(page.gap?.reason == "the place in api.log is gone; what is left is sent from its beginning")
            #expect(page.lines.count == 12)
            request.entry = .before(cursor)
            let older = try await shelf().page(request)
            #expect(older.gap?.reason == "the place in api.log is gone; nothing before it can be told from it")
            #expect(older.lines.isEmpty)
        }
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
