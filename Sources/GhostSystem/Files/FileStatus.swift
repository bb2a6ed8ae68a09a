import CGhostSystem

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the system says about a file, with the time of its creation where the file system knows it.
public struct FileStatus: Sendable, Hashable {
    /// What kind of thing it is.
    public var kind: Kind
    public var device: UInt64
    public var inode: UInt64
    /// In bytes.
    public var length: Int64
    /// When it was last written, in nanoseconds since 1970.
    public var modified: Int64
    /// When anything about it was last changed, in nanoseconds since 1970; nobody can set it.
    public var changed: Int64
    /// When it was created, in nanoseconds since 1970; 0 where the file system does not know.
    public var born: Int64

    /// What a name can stand for.
    public enum Kind: Sendable, Hashable {
        case file
        case folder
        case pipe
        case socket
        case device
        case other
    }

    /// Looks at what `path` leads to.
    public init(path: String) throws(ErrorNumber) {
        try self.init { ghost_facts_of_path(path, &$0) }
    }

    /// Looks at an open file.
    public init(descriptor: Int32) throws(ErrorNumber) {
        try self.init { ghost_facts_of_descriptor(descriptor, &$0) }
    }

    private init(_ look: (inout ghost_file_facts) -> Int32) throws(ErrorNumber) {
        var facts = ghost_file_facts()
        var code = look(&facts)
        while code == EINTR { code = look(&facts) }
        guard code == 0 else { throw ErrorNumber(code) }
        kind =
            switch mode_t(facts.mode) & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFIFO: .pipe
            case S_IFSOCK: .socket
            case S_IFCHR, S_IFBLK: .device
            default: .other
            }
        device = facts.device
        inode = facts.inode
        length = facts.length
        modified = facts.modified
        changed = facts.changed
        born = facts.born
    }
}
