public import GhostModel

/// Names a followed file within a ``SourceSet``; never given to another one.
public struct SourceID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Counts the files that were ever followed.
    let number: Int

    public static func < (left: SourceID, right: SourceID) -> Bool { left.number < right.number }
    public var description: String { "\(number)" }
}

/// Where a line comes from.
public struct SourceLine: Sendable, Equatable {
    /// The file.
    public var source: SourceID
    /// The path under which it is followed.
    public var path: String
    /// Which content of that name it is, from 1.
    public var generation: Int
    /// Where its first byte is in that content.
    public var offset: Int64
    /// How many of its bytes were left out because it is too long.
    public var omitted: Int
}

/// Bytes of a followed file that were gone before they could be read.
public struct SourceLoss: Sendable, Equatable {
    public var source: SourceID
    /// The path that is followed.
    public var path: String
    /// The log's file name, or the name of the archive that cannot be read.
    public var file: String
    /// The incarnation that lost bytes; 0 for one that was never read before.
    public var generation: Int
    /// The offset of the first lost byte; nil if it is unknown.
    public var from: Int64?
    /// The offset after the last lost byte that was known to exist; nil if that is unknown.
    public var to: Int64?
    public var reason: LossEntry.Reason
    /// Nothing was lost earlier.
    public var lastSeen: Timestamp?
    /// Nothing was lost later.
    public var noticed: Timestamp
}

/// A followed file as a value.
public struct SourceStatus: Sendable, Equatable {
    /// Nil if nothing is read under this path.
    public var id: SourceID?
    public var path: String
    public var condition: Condition
    /// Which content of the name is being read, from 1; 0 before the first.
    public var generation: Int
    /// Where reading goes on in it.
    public var offset: Int64
    public var watch: Watch
    /// Files of the log that were put away and are compressed so that they cannot be read.
    public var unreadableArchives: [String]

    /// Whether a file can be read.
    public enum Condition: Sendable, Equatable {
        /// Not looked at yet.
        case waiting
        case readable
        case unreadable(SourceTrouble)
        /// The same file is read under another path.
        case sameFile(as: String)
        /// It is compressed, and there is no log that it was put away from.
        case compressed
    }

    /// How changes are noticed.
    public enum Watch: Sendable, Equatable {
        /// The system tells of each.
        case notified
        /// The system may not tell: `why` says why not. The file is looked at every ``SourceSet/sweepInterval``.
        case swept(why: String)
    }

    /// One sentence for people where something is to be said; nil if all is well.
    public var explanation: String? {
        switch condition {
        case .unreadable(let trouble): return trouble.explanation(path: path)
        case .sameFile(let other): return "\(path) is the same file as \(other) and is read under that name"
        case .compressed:
            return "\(path) is compressed and no log of its name is beside it; unpack it to have it read"
        case .waiting, .readable: break
        }
        if let archive = unreadableArchives.first {
            let others = unreadableArchives.count > 1 ? " and \(unreadableArchives.count - 1) more" : ""
            return "\(archive)\(others) of \(path) cannot be read, only gzip can; "
                + "let the rotation use gzip, or unpack what is needed"
        }
        if case .swept(let why) = watch {
            return "\(path) is looked at every \(SourceSet.sweepInterval.components.seconds) seconds because \(why)"
        }
        return nil
    }
}

/// What a ``SourceSet`` leaves out because of its limits, and how often its hints failed.
public struct SourceOmissions: Sendable, Equatable {
    /// Files beyond ``SourceSet/mostSources``.
    public var files = 0
    /// Folders beyond ``SourceSet/mostFolders`` or deeper than ``SourceSet/deepestFolder``.
    public var folders = 0
    /// Names that are not UTF-8.
    public var unreadableNames = 0
    /// How often the system dropped notifications, so that everything was looked at.
    public var overflows = 0
    /// Folders without a watch because the system's limit is reached.
    public var foldersWithoutWatch = 0
}
