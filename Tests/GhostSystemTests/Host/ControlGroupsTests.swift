import GhostTestSupport
import Testing

@testable import GhostSystem

/// The kernel's files are plain ones here, so what is written into them can be read; `scripts/control-groups` has a kernel.
struct ControlGroupsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A group with these controllers, of which its children have some.
    private func group(
        _ path: String,
        has: String,
        handsOn: String = "",
        members: String = "",
        type: Bool = true
    ) throws {
        try folder.write("\(has)\n", to: "\(path)/cgroup.controllers")
        try folder.write("\(handsOn)\n", to: "\(path)/cgroup.subtree_control")
        try folder.write(members, to: "\(path)/cgroup.procs")
        if type { try folder.write("domain\n", to: "\(path)/cgroup.type") }
    }

    private func find(own: String, root: String = "/", process: Int32 = 77) throws -> ControlGroups {
        let mounts = "30 24 0:26 \(root) \(folder.path("cg")) rw,nosuid shared:4 - cgroup2 cgroup2 rw\n"
        return try ControlGroups.find(project: "p", mounts: mounts, own: "1:name=x:/y\n0::\(own)\n", process: process)
    }

    private func reason(own: String) throws -> String? {
        do throws(ControlGroups.Unavailable) {
            let mounts = "30 24 0:26 / \(folder.path("cg")) rw - cgroup2 cgroup2 rw\n"
            _ = try ControlGroups.find(project: "p", mounts: mounts, own: "0::\(own)\n", process: 77)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func theNearestThatHandsBothOn_isTaken_andNothingIsChanged() throws {
        try group("cg", has: "memory cpu io", handsOn: "memory cpu", members: "1\n", type: false)
        try group("cg/user.slice", has: "memory cpu", handsOn: "cpu memory")
        try group("cg/user.slice/me.scope", has: "memory cpu", members: "77\n78\n")
        let groups = try find(own: "/user.slice/me.scope")
        #expect(groups.parent == folder.path("cg/user.slice"))
        #expect(groups.controllers == [.memory, .cpu] && groups.preparation == .nothing)
        #expect(groups.folder(of: "api-1") == folder.path("cg/user.slice/ghost-p-api-1"))
        // A mount that shows a part only, as in a container.
        #expect(try find(own: "/box/user.slice", root: "/box").parent == folder.path("cg/user.slice"))
        #expect(try find(own: "/../elsewhere").parent == folder.path("cg"))
    }

    @Test func aGroupOfOnesOwn_isMadeToHandOn_byLeavingIt() throws {
        try group("cg", has: "memory cpu", handsOn: "memory", members: "1\n", type: false)
        try group("cg/a.service", has: "memory cpu", members: "77\n")
        let groups = try find(own: "/a.service")
        #expect(groups.parent == folder.path("cg/a.service"))
        #expect(groups.preparation == .leave(into: folder.path("cg/a.service/ghost-p")))
        try folder.write("", to: "cg/a.service/ghost-p/cgroup.procs")
        try groups.prepare()
        #expect(folder.read("cg/a.service/ghost-p/cgroup.procs") == "0")
        #expect(folder.read("cg/a.service/cgroup.subtree_control") == "+cpu +memory")
    }

    @Test func theTopmost_orOneWithoutProcesses_isTold() throws {
        try group("cg", has: "memory cpu", members: "1\n77\n", type: false)
        #expect(try find(own: "/").preparation == .handOn)
        try group("cg/s", has: "memory cpu")
        try group("cg/s/leaf", has: "", members: "77\n")
        let groups = try find(own: "/s/leaf")
        #expect(groups.parent == folder.path("cg/s") && groups.preparation == .handOn)
    }

    @Test func oneController_isBetterThanNone() throws {
        try group("cg", has: "cpu io", handsOn: "io", members: "1\n77\n", type: false)
        let groups = try find(own: "/")
        #expect(groups.controllers == [.cpu] && groups.obstacle(to: .cpu) == nil)
        #expect(groups.obstacle(to: .memory)?.description.hasSuffix("does not hand on the controller memory") == true)
        try groups.prepare()
        // Shorter than what stood there; the kernel's file takes each write for itself.
        #expect(folder.read("cg/cgroup.subtree_control")?.hasPrefix("+cpu") == true)
        try folder.write("max 100000", to: "cg/ghost-p-api-1/cpu.max")
        try groups.set(.init(memory: nil, cpu: 0.25), of: "api-1")
        #expect(folder.read("cg/ghost-p-api-1/cpu.max")?.hasPrefix("25000 100000") == true)
    }

    @Test func limits_areWritten_andTakenAway() throws {
        try group("cg", has: "memory cpu", handsOn: "memory cpu", type: false)
        let groups = try find(own: "/")
        try folder.write("", to: "cg/ghost-p-api-1/memory.max")
        try folder.write("", to: "cg/ghost-p-api-1/cpu.max")
        #expect(groups.has("api-1") && !groups.has("api-2"))
        try groups.set(.init(memory: 5 << 20, cpu: 1.5), of: "api-1")
        #expect(folder.read("cg/ghost-p-api-1/memory.max") == "5242880")
        #expect(folder.read("cg/ghost-p-api-1/cpu.max") == "150000 100000")
        try folder.write("", to: "cg/ghost-p-api-1/memory.max")
        try folder.write("", to: "cg/ghost-p-api-1/cpu.max")
        try groups.set(.init(memory: nil, cpu: 1e300), of: "api-1")
        #expect(folder.read("cg/ghost-p-api-1/memory.max") == "max")
        #expect(folder.read("cg/ghost-p-api-1/cpu.max") == "2147483647 100000")
        try folder.write("", to: "cg/ghost-p-api-1/cpu.max")
        try groups.set(.init(memory: nil, cpu: 0.001), of: "api-1")
        #expect(folder.read("cg/ghost-p-api-1/cpu.max") == "1000 100000")
    }

    @Test func aGroupThatCannotBeMadeWhole_isNotLeft() throws {
        try group("cg", has: "memory cpu", handsOn: "memory cpu", type: false)
        let groups = try find(own: "/")
        // A plain folder has no memory.max.
        #expect(throws: SystemCallFailure.self) { try groups.make("api-2", .init(memory: 1, cpu: nil)) }
        #expect(!groups.has("api-2"))
        // What an earlier run left is killed before its name is taken; here it does not go.
        try folder.write("", to: "cg/ghost-p-api-1/cgroup.kill")
        let failure = #expect(throws: SystemCallFailure.self) { try groups.make("api-1", .init(memory: 1, cpu: nil)) }
        #expect(failure?.description.hasPrefix("cannot empty the control group of an earlier run /") == true)
        #expect(folder.read("cg/ghost-p-api-1/cgroup.kill") == "1")
    }

    @Test func groupsOfRunsThatAreOver_areRemoved() throws {
        try group("cg", has: "memory cpu", handsOn: "memory cpu", type: false)
        let groups = try find(own: "/")
        for name in ["ghost-p-api-1", "ghost-p-db-2", "ghost-other-api-1", "ghost-p"] {
            try Folder.create(folder.path("cg/\(name)"))
        }
        #expect(groups.clear(except: ["db-2"]) == [])
        let left = try Folder.entries(of: folder.path("cg")).filter { $0.hasPrefix("ghost") }
        #expect(left.sorted() == ["ghost-other-api-1", "ghost-p", "ghost-p-db-2"])
    }

    @Test func whyThereAreNone_isSaid() throws {
        #expect(throws: ControlGroups.Unavailable("this system has no control groups of version 2")) {
            try ControlGroups.find(project: "p", mounts: "", own: "", process: 77)
        }
        try folder.write("\n", to: "cg/cgroup.controllers")
        #expect(try reason(own: "/") == "\(folder.path("cg")) has no controllers of memory and processors")
        try folder.write("cpu memory\n", to: "cg/cgroup.controllers")
        #expect(try reason(own: "/a")?.hasSuffix("run Ghost as root, or as a service with Delegate=yes") == true)
        try group("cg/a", has: "memory cpu", members: "77\n78\n")
        #expect(
            try reason(own: "/a")
                == "\(folder.path("cg/a")) can hand memory and cpu on to groups below it only while it "
                + "has no processes itself, and it has others than Ghost; start Ghost alone in a group, as a service with "
                + "Delegate=yes is"
        )
    }
}
