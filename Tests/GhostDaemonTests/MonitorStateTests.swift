import GhostModel
import GhostTestSupport
import Testing

@testable import GhostDaemon

struct MonitorStateTests {
    @Test func usualFolder_belongsToTheLogFolder() {
        let folder = StateFolder.monitor(of: "/var/log/x", stateHome: "/state", home: "/home/me")
        #expect(folder?.path.hasPrefix("/state/ghost/monitor/") == true)
        #expect(folder?.path.count == "/state/ghost/monitor/".count + 16)
        #expect(folder != StateFolder.monitor(of: "/var/log/y", stateHome: "/state", home: "/home/me"))
        let other = StateFolder.monitor(of: "/var/log/x", stateHome: nil, home: "/home/me")
        #expect(other?.path.hasPrefix("/home/me/.local/state/ghost/monitor/") == true)
        // A relative path is no state home.
        #expect(StateFolder.monitor(of: "/var/log/x", stateHome: "state", home: "/home/me") == other)
        #expect(StateFolder.monitor(of: "/var/log/x", stateHome: nil, home: nil) == nil)
    }

    @Test func secondMonitorOfAFolder_isRefusedWithThePid() throws {
        let folder = try TemporaryFolder()
        let first = try MonitorState.own(logFolder: folder.path, stateFolder: folder.path("state"))
        #expect {
            _ = try MonitorState.own(logFolder: folder.path, stateFolder: folder.path("state"))
        } throws: { error in
            guard let failure = error as? GhostFailure else { return false }
            return failure.exitCode == .alreadyRunning && failure.message.contains("pid ")
        }
        withExtendedLifetime(first) {}
    }

    @Test func folderThatCannotBeMade_isNoReasonNotToWatch() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "file")
        let state = try MonitorState.own(logFolder: folder.path, stateFolder: folder.path("file/state"))
        #expect(throws: (any Error).self) { try state.openStore() }
    }

    @Test func readingOnce_keepsNothingUnlessAFolderIsNamed() throws {
        let folder = try TemporaryFolder()
        let log = "logs/" + ComponentKind.watchdog.fileName
        try folder.write("[2026-11-22T16:04:01.123Z] ✅ api restart attempt 1\n", to: log)
        func judge(_ state: String?) throws -> OrchestrationData {
            try MonitorOnce.judge(
                folder: folder.path("logs"),
                name: "logs",
                at: Timestamp(milliseconds: 1_795_363_445_000),
                stateFolder: state.map(folder.path)
            )
        }
        let unsaved = try judge(nil)
        #expect(unsaved.persistence == Persistence(state: .memory))
        #expect(unsaved.epoch == nil)
        let first = try judge("state")
        #expect(first.persistence == Persistence(state: .saved))
        #expect(first.watchdog.restartCount == 1)
        // The log is gone, the total stays.
        try folder.write("", to: log)
        let second = try judge("state")
        #expect(second.watchdog.restartCount == 1)
        #expect(second.epoch == first.epoch)
        #expect(try judge(nil).watchdog.restartCount == 0)
    }
}
