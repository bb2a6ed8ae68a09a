import GhostModel
import GhostSystem

/// What the first looks at a run have seen, with which later ones are compared.
struct DriftBaseline: Sendable, Hashable {
    var files: [String: RunLook.FileMark] = [:]
    /// Whether the process was in the declared folder.
    var folder: RunLook.FolderMark?
    /// What it executes, once that has stood still from one look to the next while it was ready.
    var executable: String?
    var candidate: String?

    /// Programs that prepare something, however long it takes, and then become the one that is meant.
    private static let beginners: Set = ["sh", "bash", "dash", "ash", "zsh", "ksh", "busybox", "env", "nice", "setsid"]

    /// Takes in what a look has seen for the first time.
    mutating func take(_ look: RunLook) {
        for (path, mark) in look.files where files[path] == nil { files[path] = mark }
        if folder == nil, let own = look.folder, let declared = look.declaredFolder, own.isSame(as: declared) {
            folder = own
        }
        guard executable == nil, look.readiness == .ready, let now = look.executable?.withoutDeletion,
            !Self.beginners.contains(now.lastPathPart)
        else { return }
        if candidate == now { executable = now }
        candidate = now
    }
}

/// What one look says about a run, before anybody has confirmed it.
struct DriftSigns: Sendable, Hashable {
    private(set) var evidence: [DriftKind: String] = [:]

    init(_ look: RunLook, _ baseline: DriftBaseline, _ trends: UsageTrends) {
        evidence[.program] = Self.program(look, baseline)
        evidence[.command] = Self.command(look, baseline)
        evidence[.folder] = Self.folder(look, baseline)
        evidence[.user] = Self.user(look)
        evidence[.port] = Self.port(look)
        evidence[.instances] = Self.processes(look.instances, "of an earlier run of it")
        evidence[.orphans] = Self.processes(look.orphans, "that it started and that left it")
        if let pending = look.pending {
            let keys = pending.keys.joined(separator: ", ")
            if let file = pending.environmentFile {
                evidence[.environment] = "\(file) was changed since it was started; \"ghost reload\" takes it over"
            } else {
                evidence[.configuration] = "the configuration says otherwise (\(keys)); \"ghost reload\" takes it over"
            }
        }
        for (kind, text) in trends.evidence(look) { evidence[kind] = text }
    }

    private static func program(_ look: RunLook, _ baseline: DriftBaseline) -> String? {
        for (path, mark) in look.files.sorted(by: { $0.key < $1.key }) {
            guard let mark else { return "\(path) is gone since it was started" }
            let written = Timestamp(milliseconds: mark.modified / 1_000_000)
            let latest = mark.clock == .ofThisMachine ? look.startedAt : look.startedAt.advanced(by: slack)
            let isNewer = written > latest
            if isNewer || baseline.files[path].map({ $0 != mark }) ?? false {
                return "\(path) was changed since it was started"
            }
        }
        guard let executable = look.executable, executable.isDeleted, let program = look.program,
            executable.withoutDeletion == program
        else { return nil }
        return "\(program) was replaced since it was started"
    }

    /// How far the clock of another machine may be ahead.
    private static let slack: Duration = .seconds(2)

    private static func command(_ look: RunLook, _ baseline: DriftBaseline) -> String? {
        if let before = baseline.executable, let now = look.executable?.withoutDeletion, now != before {
            return "it executes \(now), and was \(before)"
        }
        // Whoever writes something else over its own words is not compared, nor is a program that another one has become.
        let declared = [look.plan.command.program] + look.plan.command.arguments
        guard look.words.first == declared.first, look.words != declared else { return nil }
        return "it was started as \"\(look.words.joined(separator: " "))\""
    }

    private static func folder(_ look: RunLook, _ baseline: DriftBaseline) -> String? {
        guard let folder = look.folder else { return nil }
        if folder.path.isDeleted { return "the folder that it runs in, \(folder.path.withoutDeletion), was deleted" }
        guard let before = baseline.folder, folder.isSame(as: before), let declared = look.declaredFolder,
            !declared.isSame(as: folder)
        else { return nil }
        return "\(declared.path) is another folder now; it still runs in the former one"
    }

    private static func user(_ look: RunLook) -> String? {
        guard let declared = look.declaredUser, let user = look.user, user != declared else { return nil }
        return "it runs as user \(user), not as \(look.plan.process.user ?? "\(declared)")"
    }

    private static func port(_ look: RunLook) -> String? {
        for seen in look.ports {
            let number = seen.port.number
            switch (seen.holder, seen.port.source) {
            case (.own, _), (.unseen, .probe), (.daemon, .probe): continue
            // A daemon that is not ready need not listen yet.
            case (.nobody, _):
                if look.readiness == .ready { return "nobody listens on port \(number)" }
            case (.unseen, .key): return "port \(number) is held by a process that this user may not look into"
            case (.daemon(let name, let pid), .key): return "port \(number) is held by \(name) (PID \(pid))"
            case (.stranger(let name, let pid, let wasThereBefore), let source):
                // What came after it may well be a part of it, such as the proxy of a container.
                if wasThereBefore || source == .key { return "port \(number) is held by \(name) (PID \(pid))" }
            }
        }
        return nil
    }

    private static func processes(_ pids: [Int32], _ what: String) -> String? {
        guard !pids.isEmpty else { return nil }
        let shown = pids.prefix(5).map { "\($0)" }.joined(separator: ", ") + (pids.count > 5 ? ", …" : "")
        let are = pids.count == 1 ? "a process \(what) is" : "\(pids.count) processes \(what) are"
        return "\(are) there (PID \(shown))"
    }
}

extension RunLook.FolderMark {
    func isSame(as other: Self) -> Bool { device == other.device && inode == other.inode }
}

extension String {
    private static var deletion: String { " (deleted)" }

    /// Whether the kernel says of this path that what was there is gone.
    var isDeleted: Bool { hasSuffix(Self.deletion) }

    var withoutDeletion: String { isDeleted ? String(dropLast(Self.deletion.count)) : self }
}
