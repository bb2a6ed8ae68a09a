#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// An `errno` value, which describes itself in the system's words.
public struct ErrorNumber: Error, Sendable, Hashable, CustomStringConvertible {
    /// The platform's number.
    public let rawValue: Int32

    /// Wraps a number that a system call gave.
    public init(_ rawValue: Int32) {
        self.rawValue = rawValue
    }

    public var description: String {
        guard let text = strerror(rawValue) else { return "error \(rawValue)" }
        return String(cString: text)
    }

    /// The number that the last failed call of this thread left.
    static var last: ErrorNumber { ErrorNumber(errno) }

    static let none = ErrorNumber(0)
    static let notFound = ErrorNumber(ENOENT)
    static let noSuchProcess = ErrorNumber(ESRCH)
    static let noPermission = ErrorNumber(EACCES)
    static let tooManyProcesses = ErrorNumber(EAGAIN)
    static let noMemory = ErrorNumber(ENOMEM)
    static let notAProgram = ErrorNumber(ENOEXEC)
    static let tooLong = ErrorNumber(E2BIG)
    static let busy = ErrorNumber(ETXTBSY)
    static let tooManyFilesHere = ErrorNumber(EMFILE)
    static let tooManyFilesEverywhere = ErrorNumber(ENFILE)
    static let alreadyExists = ErrorNumber(EEXIST)
    static let invalid = ErrorNumber(EINVAL)
    static let loop = ErrorNumber(ELOOP)
}
