import GhostModel
import GhostSystem

/// Looks at the processes of runs, all of them in one go.
struct RunLooker: Sendable {
    private let project: String
    private let path: String?
    private var table: ProcessTable
    /// The first process of each run of the look that is being made.
    private var leaders: [RunID: Int32] = [:]
    /// What each run was given; it does not change by itself.
    private var limits: [RunID: (descriptors: Int?, threads: Int?)] = [:]

    /// Programs whose first argument that is a file is what they run.
    private static let interpreters = [
        "sh", "bash", "dash", "zsh", "ksh", "python", "node", "deno", "bun", "ruby", "perl", "php", "lua",
    ]

    init(project: String, path: String?) {
        self.project = project
        self.path = path
        table = ProcessTable(project: project)
    }

    mutating func expect(pid: Int32, of run: RunID) { leaders[run] = pid }

    /// Completes the looks; those whose process cannot be found any more are left out.
    mutating func see(_ looks: inout [RunLook]) {
        defer {
            limits = limits.filter { leaders[$0.key] != nil }
            leaders = [:]
        }
        guard !looks.isEmpty else { return }
        let entries = table.look()
        let machine = Machine(entries, project: project)
        let wantsPorts = looks.contains { !$0.plan.declaredPorts.isEmpty }
        let sockets = wantsPorts ? ListeningSockets.look() : ListeningSockets()
        var seen: [RunLook] = []
        for var look in looks {
            guard let pid = leaders[look.run], let leader = machine.entries[pid] else { continue }
            see(&look, leader, machine)
            for port in look.plan.declaredPorts {
                let holder = machine.holder(of: port.number, sockets, for: look.run, leader)
                look.ports.append(.init(port: port, holder: holder))
            }
            seen.append(look)
        }
        looks = seen
    }

    private mutating func see(_ look: inout RunLook, _ leader: ProcessEntry, _ machine: Machine) {
        var parts: ProcessDetails.Parts = look.plan.process.user == nil ? [] : .user
        let known = limits[look.run]
        if known == nil { parts.insert(.limits) }
        let details = ProcessDetails(of: leader.pid, with: parts)
        let limit = known ?? (details.descriptorLimit, details.threadLimit)
        limits[look.run] = limit
        look.executable = details.executable
        look.words = details.words
        look.user = details.user
        if let user = look.plan.process.user {
            look.declaredUser = (try? Account(user: user, group: look.plan.process.group))?.user
        }
        if let folder = details.folder, let status = details.folderStatus {
            look.folder = .init(path: folder, device: status.device, inode: status.inode)
        }
        let declared = look.plan.workingDirectory
        if let status = try? FileStatus(path: declared) {
            look.declaredFolder = .init(path: declared, device: status.device, inode: status.inode)
        }
        seeFiles(&look)
        let own = machine.processes(of: look.run, leader)
        look.usage.memoryBytes = own.reduce(0) { $0 + $1.residentBytes }
        look.usage.cpuNanoseconds = own.reduce(0) { $0 + $1.cpuNanoseconds }
        look.usage.threads = own.reduce(0) { $0 + $1.threads }
        look.usage.descriptors = details.descriptors
        look.usage.descriptorLimit = limit.descriptors
        look.usage.threadLimit = limit.threads
        look.instances = machine.instances(besides: look.run)
        let pids = Set(own.map(\.pid))
        look.orphans = own.filter { $0.session != leader.pid && !pids.contains($0.parent) }.map(\.pid).sorted()
    }

    private func seeFiles(_ look: inout RunLook) {
        let plan = look.plan
        let program = try? ExecutableLookup.resolve(
            plan.command.program,
            path: plan.environment["PATH"] ?? path,
            workingDirectory: plan.workingDirectory
        )
        guard let program else {
            if plan.command.program.contains("/") {
                look.files[Self.plain(plan.command.program.absolutePath(in: plan.workingDirectory))] = .some(nil)
            }
            return
        }
        look.program = SymbolicLink.resolved(program)
        look.files[Self.plain(program)] = Self.mark(of: program)
        let name = program.lastPathPart
        guard Self.interpreters.contains(where: { name.hasPrefix($0) }) else { return }
        for argument in plan.command.arguments where !argument.hasPrefix("-") {
            let path = argument.absolutePath(in: plan.workingDirectory)
            if let mark = Self.mark(of: path) {
                look.files[Self.plain(path)] = mark
                return
            }
        }
    }

    /// The path as people write it, without the steps to where one is.
    private static func plain(_ path: String) -> String { path.replacing("/./", with: "/") }

    private static func mark(of path: String) -> RunLook.FileMark? {
        guard let status = try? FileStatus(path: path), status.kind == .file else { return nil }
        return .init(
            device: status.device,
            inode: status.inode,
            length: status.length,
            modified: status.modified,
            clock: FileClock(of: path)
        )
    }
}

/// The processes of the machine, by what is asked about them.
struct Machine: Sendable {
    let entries: [Int32: ProcessEntry]
    private var bySession: [Int32: [ProcessEntry]] = [:]
    private var byRun: [RunID: [ProcessEntry]] = [:]
    private var byDaemon: [DaemonName: [RunID]] = [:]
    private var runs: [Int32: RunID] = [:]

    init(_ all: [ProcessEntry], project: String) {
        entries = Dictionary(all.map { ($0.pid, $0) }) { first, _ in first }
        for entry in all {
            bySession[entry.session, default: []].append(entry)
            guard let mark = entry.mark, let run = RunID(description: String(mark.dropFirst(project.count + 1))) else {
                continue
            }
            runs[entry.pid] = run
            if byRun[run] == nil { byDaemon[run.daemon, default: []].append(run) }
            byRun[run, default: []].append(entry)
        }
    }

    /// The processes of a run: those of its session, and those that carry its mark.
    func processes(of run: RunID, _ leader: ProcessEntry) -> [ProcessEntry] {
        let session = bySession[leader.pid] ?? []
        return session + (byRun[run] ?? []).filter { $0.session != leader.pid }
    }

    /// Processes of other runs of the same daemon.
    func instances(besides run: RunID) -> [Int32] {
        (byDaemon[run.daemon] ?? []).filter { $0 != run }.flatMap { byRun[$0] ?? [] }.map(\.pid).sorted()
    }

    /// Who listens on a port, as the run sees it.
    func holder(
        of port: Int,
        _ sockets: ListeningSockets,
        for run: RunID,
        _ leader: ProcessEntry
    ) -> RunLook.PortLook.Holder {
        guard sockets.isOpen(port) else { return .nobody }
        let own = processes(of: run, leader).map(\.pid)
        if sockets.holder(of: port, among: own) != nil { return .own }
        let others = entries.keys.filter { !own.contains($0) }.sorted()
        guard let pid = sockets.holder(of: port, among: others), let entry = entries[pid] else { return .unseen }
        return holder(entry, for: run.daemon, startedBefore: entry.start < leader.start)
    }

    /// Who a process that holds a port is to a daemon.
    func holder(_ entry: ProcessEntry, for daemon: DaemonName, startedBefore: Bool) -> RunLook.PortLook.Holder {
        guard let owner = runs[entry.pid] else {
            let details = ProcessDetails(of: entry.pid)
            let name = details.executable?.withoutDeletion.lastPathPart ?? details.words.first ?? "a program"
            return .stranger(name: name, pid: entry.pid, wasThereBefore: startedBefore)
        }
        // Replicas may well share a port.
        if owner.daemon != daemon, owner.daemon.base == daemon.base { return .own }
        return .daemon(owner.daemon, pid: entry.pid)
    }
}

extension DaemonName {
    /// The name without the number of a replica.
    var base: Substring { text.prefix { $0 != "@" } }
}
