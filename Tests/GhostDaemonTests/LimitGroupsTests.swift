import GhostModel
import GhostSupervision
import GhostTestSupport
import Testing

@testable import GhostDaemon
@testable import GhostSystem

/// What is said about limits; the kernel's files are plain ones here.
struct LimitGroupsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func groups(_ controllers: String) throws -> LimitGroups {
        try folder.write(controllers, to: "cg/cgroup.controllers")
        try folder.write(controllers, to: "cg/cgroup.subtree_control")
        try folder.write("", to: "cg/cgroup.procs")
        let mounts = "30 24 0:26 / \(folder.path("cg")) rw - cgroup2 cgroup2 rw\n"
        return LimitGroups(.success(try ControlGroups.find(project: "p", mounts: mounts, own: "0::/\n", process: 7)))
    }

    private func plan(_ limits: ResourceLimits) throws -> Plan {
        var daemon = DaemonPlan(
            name: try #require(DaemonName("api")),
            command: Command(program: "sh", arguments: []),
            workingDirectory: "/"
        )
        daemon.process.limits = limits
        return Plan(directory: "/", daemons: [daemon])
    }

    @Test func whatCannotBeEnforced_isSaidOfEachLimit() throws {
        let both = try plan(ResourceLimits(memory: 1 << 20, cpu: 1))
        let watched = "; what it uses is looked at every 1m and told as drift"
        let none = LimitGroups(.failure(.init("there are none")))
        #expect(
            none.notes(for: both)
                == ["limits.memory and limits.cpu of api cannot be enforced here: there are none\(watched)"]
        )
        #expect(none.notes(for: try plan(ResourceLimits(files: 5))) == [])
        let reason =
            "the kernel, or the control group above \(folder.path("cg")), does not hand on the controller memory"
        #expect(
            try groups("cpu\n").notes(for: both) == [
                "limits.memory of api cannot be enforced here: \(reason)\(watched)"
            ]
        )
        #expect(try groups("cpu memory\n").notes(for: both) == [])
    }

    @Test func aRunWithoutAGroup_hasItsLimitsFromItsNextStartOn() throws {
        let groups = try groups("cpu memory\n")
        let run = RunID(daemon: try #require(DaemonName("api")), number: 3)
        let limits = ResourceLimits(memory: 1 << 20)
        let later = "the limits of api hold from its next start on: api#3 was started without a control group"
        #expect(groups.change(limits, of: run) == later)
        #expect(groups.obstacle(to: limits, of: run) == later)
        #expect(groups.change(ResourceLimits(), of: run) == nil, "nothing is wanted")
        try folder.write("max", to: "cg/ghost-p-api-3/memory.max")
        try folder.write("max 100000", to: "cg/ghost-p-api-3/cpu.max")
        #expect(groups.change(limits, of: run) == nil)
        #expect(folder.read("cg/ghost-p-api-3/memory.max") == "1048576")
        #expect(groups.group(of: run, ResourceLimits(files: 1)) == .none)
        guard case .refused(let reason) = groups.group(of: run, limits) else {
            Issue.record("a group in use was taken")
            return
        }
        #expect(reason.hasPrefix("its limits are only watched: cannot empty the control group of an earlier run "))
    }
}
