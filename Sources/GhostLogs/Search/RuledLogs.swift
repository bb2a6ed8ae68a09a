public import GhostModel
import GhostSystem

/// The files that rules describe, as logs that can be searched.
public enum RuledLogs {
    /// Looks which files there are now; blocking.
    ///
    /// - Parameter folder: where file names start that are not absolute.
    public static func find(_ rules: RuleSet, in folder: String, now: Timestamp) -> [SearchedLog] {
        let patterns = Set(rules.components.flatMap(\.files)).sorted()
        var set = SourceSet(patterns: patterns, in: folder)
        set.discover(with: NoWatching(), now: now)
        return set.statuses.filter { $0.id != nil }.map(\.path).sorted().flatMap { path in
            rules.components(forFile: path).map { component in
                SearchedLog(.component(component.name), path: path, zone: component.zone ?? rules.hostZone)
            }
        }
    }

    /// For one look nothing needs to be watched.
    private struct NoWatching: FolderWatching {
        func watch(_ folder: String, as number: Int) -> WatchOutcome { .uncertain(why: "it is looked at once") }
        func unwatch(_ number: Int) {}
    }
}
