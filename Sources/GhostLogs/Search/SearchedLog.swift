public import GhostModel

/// A log that can be searched, under the name that people give it.
///
/// Only what is in a list of these is ever opened: a name from a request is looked up, never made into a path.
public struct SearchedLog: Hashable, Sendable {
    /// Who writes it.
    public enum Writer: Hashable, Sendable {
        /// A supervised daemon.
        case daemon(String)
        /// A component: one of the five, or one that rules describe.
        case component(String)
    }

    public var writer: Writer
    /// The absolute path of the log; what was put away from it is found beside it.
    public var path: String
    /// The zone of times that name none.
    public var zone: ZoneTable

    /// Names a log.
    public init(_ writer: Writer, path: String, zone: ZoneTable = .utc) {
        self.writer = writer
        self.path = path
        self.zone = zone
    }

    /// The daemon that writes it; nil if a component does.
    public var daemon: String? {
        if case .daemon(let name) = writer { name } else { nil }
    }

    /// The component that writes it; nil if a daemon does.
    public var component: String? {
        if case .component(let name) = writer { name } else { nil }
    }

    /// The file's name without its folder.
    public var file: String { SourceSet.name(of: path) }

    /// Tells the log from others in a bookmark.
    var tag: UInt32 {
        let (kind, name) =
            switch writer {
            case .daemon(let name): ("d", name)
            case .component(let name): ("c", name)
            }
        let hash = ContentWindow(Array("\(kind)/\(name)/\(path)".utf8).span).hash
        return UInt32(truncatingIfNeeded: hash >> 32)
    }
}
