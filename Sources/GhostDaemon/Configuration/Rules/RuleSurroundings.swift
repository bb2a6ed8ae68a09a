public import GhostModel
public import GhostSystem
import Yams

/// What the reading of rules depends on besides their text.
public struct RuleSurroundings: Sendable {
    /// Finds a time zone by what somebody wrote.
    public var findZone: @Sendable (String) -> Result<ZoneTable, ZoneFilesFailure>
    /// The names of all zones, one of which was meant where another was written.
    public var zoneNames: @Sendable () -> [String]
    /// The zone of times that name none, where the rules name none either.
    public var hostZone: ZoneTable
    /// The daemons whose logs may be named; nil where nobody knows which there are.
    public var daemonLogs: DaemonLogs?

    /// Creates surroundings.
    public init(
        findZone: @escaping @Sendable (String) -> Result<ZoneTable, ZoneFilesFailure>,
        zoneNames: @escaping @Sendable () -> [String] = { [] },
        hostZone: ZoneTable = .utc,
        daemonLogs: DaemonLogs? = nil
    ) {
        self.findZone = findZone
        self.zoneNames = zoneNames
        self.hostZone = hostZone
        self.daemonLogs = daemonLogs
    }

    /// The time zones of this system, and the one that it is set to.
    public static func system() -> RuleSurroundings {
        RuleSurroundings(
            findZone: { text in Result { () throws(ZoneFilesFailure) in try ZoneFiles.zone(text) } },
            zoneNames: ZoneFiles.names,
            hostZone: ZoneFiles.host(variable: HostEnvironment.value(of: "TZ"))
        )
    }

    /// The zone that a node names; nil, and a problem, if there is none such.
    func zone(at node: Node, path: String, problems: inout ProblemList) -> ZoneTable? {
        guard let text = node.scalar?.string else {
            problems.add("\(path) must be utc, an offset such as +02:00, or a name such as Europe/Berlin", at: node)
            return nil
        }
        switch findZone(text) {
        case .success(let zone): return zone
        case .failure(let failure):
            let suggestion = NearestZone.to(text, among: zoneNames())
            problems.add("\(path): \(failure)", at: node, suggestion: suggestion)
            return nil
        }
    }
}

/// Where the daemons of a configuration have their logs.
public struct DaemonLogs: Sendable, Equatable {
    /// The daemons, replicas each for itself.
    public var names: [String]
    /// The absolute path of the folder of their logs.
    public var folder: String

    /// Creates it.
    public init(names: [String], folder: String) {
        self.names = names
        self.folder = folder
    }

    /// The logs of a daemon, or of all its replicas; empty if there is none of this name.
    func paths(of name: String) -> [String] {
        names.filter { $0 == name || $0.hasPrefix("\(name)@") }.map { "\(folder)/\($0).log" }
    }
}
