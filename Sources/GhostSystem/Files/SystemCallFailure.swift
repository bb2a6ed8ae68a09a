#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A call to the operating system that failed, with what it was to do.
public struct SystemCallFailure: Error, Equatable, CustomStringConvertible {
    /// What was being done, as an infinitive without "to": `create the folder`.
    public var action: String
    /// To which path or object.
    public var object: String
    /// Why, in the system's words.
    public var code: ErrorNumber

    /// Creates a failure with the number that the last failed call of this thread left.
    public init(_ action: String, _ object: String) {
        self.init(action, object, code: .last)
    }

    /// Creates a failure.
    public init(_ action: String, _ object: String, code: ErrorNumber) {
        self.action = action
        self.object = object
        self.code = code
    }

    /// One sentence: `cannot create the folder /x: Permission denied`.
    public var description: String { "cannot \(action) \(object): \(code)" }
}

extension ErrorNumber {
    /// There is no such file or folder.
    public static let missing = ErrorNumber(ENOENT)

    /// What something is that is no regular file.
    static func notAFile(mode: mode_t) -> ErrorNumber {
        ErrorNumber(mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
    }

    /// Whether the user lacks a right, rather than the system an object or a resource.
    public var isLackOfPermission: Bool { rawValue == EACCES || rawValue == EPERM || rawValue == EROFS }

    /// Whether the disk is full, or the user has used up what they may have of it.
    public var isLackOfSpace: Bool { rawValue == ENOSPC || rawValue == EDQUOT }
}

extension ErrorNumber {
    /// Whether somebody else listens on the address.
    public var isAddressInUse: Bool { rawValue == EADDRINUSE }
}
