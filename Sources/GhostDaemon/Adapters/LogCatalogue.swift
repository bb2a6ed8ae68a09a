import GhostLogs
import GhostModel
import GhostSystem

/// Which logs there are to be read: the only place where names become paths.
struct LogCatalogue: Sendable {
    /// The folder of the component logs.
    let componentFolder: String
    /// Tells the daemons and where their output is; nil when there are none.
    let daemons: Daemons?
    /// What describes further components, and where its file names start; nil if nothing does.
    let rules: (set: RuleSet, folder: String)?

    /// The daemons of a project.
    struct Daemons: Sendable {
        /// The folder of their outputs.
        let folder: String
        /// Their names in the order of the plan.
        let names: @Sendable () -> [String]
    }

    /// The logs that there are now; blocking.
    func logs(now: Timestamp) -> [SearchedLog] {
        let components = ComponentKind.allCases.flatMap { kind in
            kind.fileNames.map { SearchedLog(.component(kind.rawValue), path: "\(componentFolder)/\($0)") }
        }
        let described = rules.map { RuledLogs.find($0.set, in: $0.folder, now: now) } ?? []
        return components + outputs + described
    }

    private var outputs: [SearchedLog] {
        guard let daemons else { return [] }
        let declared = daemons.names()
        let known = Set(declared)
        // Those of daemons that are no longer declared are worth reading as well.
        let left = ((try? Folder.entries(of: daemons.folder)) ?? [])
            .filter { $0.hasSuffix(".log") }
            .map { String($0.dropLast(".log".count)) }
            .filter { !known.contains($0) && DaemonName($0) != nil }
            .sorted()
        return (declared + left).map { SearchedLog(.daemon($0), path: "\(daemons.folder)/\($0).log") }
    }
}

extension LogCatalogue {
    /// A name that no log has.
    enum Unknown: Error, Hashable {
        case daemon(String, nearest: String?)
        case component(String, nearest: String?)
    }

    /// Those of `logs` that are meant; all of them if no name is given.
    static func chosen(
        daemons: [String],
        components: [String],
        from logs: [SearchedLog]
    ) throws(Unknown) -> [SearchedLog] {
        guard !daemons.isEmpty || !components.isEmpty else { return logs }
        let knownDaemons = Set(logs.compactMap(\.daemon))
        let knownComponents = Set(logs.compactMap(\.component))
        for name in daemons where !knownDaemons.contains(name) {
            throw .daemon(name, nearest: NearestWord.to(name, among: knownDaemons.sorted()))
        }
        for name in components where !knownComponents.contains(name) {
            throw .component(name, nearest: NearestWord.to(name, among: knownComponents.sorted()))
        }
        return logs.filter { log in
            log.daemon.map(daemons.contains) ?? false || log.component.map(components.contains) ?? false
        }
    }
}
