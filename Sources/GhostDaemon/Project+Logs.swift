public import GhostLogs
import GhostModel

extension Project {
    /// The logs of daemons and components by name; those of all daemons if no name is given.
    ///
    /// - Throws: ``GhostFailure`` that names the nearest for a name that nobody has.
    public func logs(named names: [String]) throws -> [SearchedLog] {
        let known = try daemonsWithLogs()
        return try (names.isEmpty ? known : names).flatMap { name -> [SearchedLog] in
            if known.contains(name) { return [SearchedLog(.daemon(name), path: state.log(of: name))] }
            guard let kind = ComponentKind(rawValue: name) else {
                throw GhostFailure(.noInput, unknownDaemon(name, known: known))
            }
            return kind.fileNames.map { SearchedLog(.component(name), path: "\(state.logs)/\($0)") }
        }
    }
}
