import GhostModel
import GhostSupervision
import GhostSystem
import GhostTestSupport
import Testing

/// Daemons whose control groups cannot be made, or not be entered.
struct LimitGroupTests {
    /// Starts programs, but into no control group.
    private struct NoGroups: Spawner {
        let plain = SystemSpawner()

        func spawn(
            _ request: SpawnRequest,
            onExit: @escaping @Sendable (ProcessExit) -> Void
        ) throws(SpawnError) -> any RunningProcess {
            try begin(request, onExit: onExit).wait()
        }

        func begin(
            _ request: SpawnRequest,
            onExit: @escaping @Sendable (ProcessExit) -> Void
        ) throws(SpawnError) -> any StartingProcess {
            if let group = request.attributes.controlGroup {
                return Refusal(error: SpawnError(executable: "sh", reason: .controlGroup(group, ErrorNumber(2))))
            }
            return try plain.begin(request, onExit: onExit)
        }

        private struct Refusal: StartingProcess {
            let error: SpawnError

            func wait() throws(SpawnError) -> any RunningProcess { throw error }
        }
    }

    @Test(arguments: [
        (LimitGroup.refused("its limits are only watched: no room"), "api: its limits are only watched: no room"),
        (.folder("/cg/api-1"), "api: it cannot be put into the control group /cg/api-1 ("),
    ])
    func aGroupThatRefuses_keepsNoDaemonFromRunning(group: LimitGroup, told: String) async throws {
        let project = try Project()
        let api = project.shell("api", "echo run; exec sleep 1000")
        let adjust: (inout SupervisorPorts) -> Void = { ports in
            ports.spawner = NoGroups()
            ports.limitGroup = { _, _ in group }
            ports.clearLimitGroups = { runs in runs.isEmpty ? ["db-7"] : [] }
        }
        try await project.supervising([api], adjust: adjust) {
            try await eventually("it is up") { project.status("api")?.phase == .up && project.output("api") == "run\n" }
        }
        let texts = project.events.map(\.description)
        #expect(texts.filter { $0.hasPrefix(told) }.count == 1)
        #expect(texts.contains("what was left in the control groups of db-7 was killed"))
        #expect(project.status("api")?.run == "api#1")
    }
}
