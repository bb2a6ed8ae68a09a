import GhostModel
public import GhostSystem

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The folder that holds everything Ghost keeps about one project: `.ghost/` beside `ghost.yaml` unless said otherwise.
public struct StateFolder: Sendable, Equatable {
    /// The absolute path of the folder.
    public let path: String

    /// Names a state folder; nothing is touched.
    public init(path: String) {
        self.path = path
    }

    /// The folder of the project in `directory`.
    public init(project directory: String) {
        path = directory + "/.ghost"
    }

    /// The folder in which `ghost monitor` keeps what it counted in one log folder.
    ///
    /// - Parameters:
    ///   - logFolder: its absolute path without symbolic links, so that two names of one folder share a state.
    ///   - stateHome: `$XDG_STATE_HOME`, or nil.
    ///   - home: `$HOME`, or nil.
    /// - Returns: nil if neither is an absolute path.
    static func monitor(of logFolder: String, stateHome: String?, home: String?) -> StateFolder? {
        let base = stateHome.flatMap { $0.hasPrefix("/") ? $0 : nil }
        let fallback = home.flatMap { $0.hasPrefix("/") ? $0 + "/.local/state" : nil }
        return (base ?? fallback).map { StateFolder(path: "\($0)/ghost/monitor/\(hash(of: logFolder))") }
    }

    /// Names the project on this machine: the same for as long as the folder has this path.
    public var identifier: String { Self.hash(of: path) }

    /// The lock that makes one Ghost the owner.
    public var lock: String { path + "/lock" }
    /// The component logs.
    public var logs: String { path + "/logs" }
    /// The outputs of the daemons.
    public var daemonLogs: String { path + "/logs/daemons" }
    /// The outputs of tasks.
    public var taskLogs: String { path + "/logs/tasks" }
    /// What is known of the runs that were started.
    public var runs: String { path + "/runs" }
    /// What people wanted of the daemons, and their deaths.
    public var supervision: String { path + "/supervision.json" }
    /// The sockets that daemons tell their state to.
    ///
    /// A path that would be too long for the kernel moves to the user's runtime folder.
    ///
    /// - Parameter runtimeFolder: `$XDG_RUNTIME_DIR`, or nil for the temporary folder.
    public func notifySockets(runtimeFolder: String?) -> String {
        let usual = path + "/notify"
        let longestName = "/0123456789abcdef.sock".utf8.count
        guard usual.utf8.count + longestName > Self.longestSocketPath else { return usual }
        return "\(runtimeFolder ?? "/tmp/ghost-\(getuid())")/ghost/\(Self.hash(of: path)).notify"
    }
    /// What the logs added up to, and how far they were read.
    public var database: String { path + "/state.sqlite" }
    /// The secret that lets requests over TCP change something.
    public var token: String { path + "/token" }
    /// What a Ghost in the background says.
    public var ghostLog: String { path + "/ghost.log" }
    /// The next task id.
    public var taskCounter: String { path + "/next-task" }

    /// The output of one daemon.
    public func log(of daemon: String) -> String { "\(daemonLogs)/\(daemon).log" }

    /// The longest path of a socket that the kernel takes; 107 on Linux, 103 on Darwin, less a margin.
    static let longestSocketPath = 100

    /// The control socket.
    ///
    /// A path that is too long for the kernel moves to the user's runtime folder.
    ///
    /// - Parameter runtimeFolder: `$XDG_RUNTIME_DIR`, or nil for the temporary folder.
    public func socket(runtimeFolder: String?) -> String {
        let usual = path + "/ghost.sock"
        guard usual.utf8.count > Self.longestSocketPath else { return usual }
        return "\(runtimeFolder ?? "/tmp/ghost-\(getuid())")/ghost/\(Self.hash(of: path)).sock"
    }

    /// Creates the folder and its parts, readable by the owner only, ignored by git.
    public func create() throws(SystemCallFailure) {
        try Folder.create(path, mode: 0o700)
        for folder in [logs, daemonLogs, runs] { try Folder.create(folder, mode: 0o700) }
        let ignore = path + "/.gitignore"
        if try AtomicFile.read(ignore) == nil { try AtomicFile.replace(ignore, with: "*\n") }
    }

    /// FNV-1a over the bytes of the text, as 16 hexadecimal digits; for names, not for security.
    static func hash(of text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
