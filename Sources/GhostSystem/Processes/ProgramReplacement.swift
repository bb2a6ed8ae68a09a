import CGhostSystem

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Another program that takes the place of the one that runs, in the same process and at the same terminal.
public struct ProgramReplacement: Sendable, Hashable {
    /// The absolute path of the file to execute.
    public var executable: String
    /// The words that it sees, its own name first.
    public var arguments: [String]
    /// Its whole environment.
    public var environment: [String: String]
    /// The limit of open files that it gets; nil for what this one has.
    public var descriptorLimit: ProcessAttributes.ResourceLimit?
    /// Whether this process was started to outlive its terminal.
    public var hangup: Hangup

    /// What becomes of the signal of a terminal that is closed.
    public enum Hangup: Sendable, Hashable {
        case ignored
        case usual
    }

    /// Describes a replacement.
    public init(
        executable: String,
        arguments: [String],
        environment: [String: String],
        descriptorLimit: ProcessAttributes.ResourceLimit?,
        hangup: Hangup
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.descriptorLimit = descriptorLimit
        self.hangup = hangup
    }

    /// Goes on in the other program; returns only if that cannot be done, with the reason.
    ///
    /// Every other thread ends at once, so everything that must be finished has to be.
    public func perform() -> SystemCallFailure {
        var limit = rlimit()
        if let descriptorLimit {
            limit.rlim_cur = rlim_t(descriptorLimit.soft ?? .max)
            limit.rlim_max = rlim_t(descriptorLimit.hard ?? .max)
        }
        let error = CStringArray.withPointers(to: arguments) { arguments in
            CStringArray.withPointers(to: environment.map { "\($0.key)=\($0.value)" }) { environment in
                withUnsafePointer(to: &limit) { limit in
                    ghost_replace_program(
                        executable,
                        arguments,
                        environment,
                        hangup == .ignored ? 1 : 0,
                        descriptorLimit == nil ? nil : limit
                    )
                }
            }
        }
        return SystemCallFailure("execute", executable, code: ErrorNumber(error))
    }
}

/// The program that runs now.
public enum OwnProgram {
    /// The absolute path of its file, also when it is not in the `PATH`.
    ///
    /// A file that was replaced meanwhile is named all the same: the new one is what the next start should use.
    public static var path: String {
        #if canImport(Darwin)
        var buffer = [CChar](repeating: 0, count: 4096)
        var size = UInt32(buffer.count)
        guard _NSGetExecutablePath(&buffer, &size) == 0 else { return CommandLine.arguments[0] }
        #else
        var buffer = [CChar](repeating: 0, count: 4096)
        guard readlink("/proc/self/exe", &buffer, buffer.count - 1) > 0 else { return "/proc/self/exe" }
        #endif
        let path = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if access(path, X_OK) == 0 { return path }
        let replaced = " (deleted)"
        guard path.hasSuffix(replaced) else { return "/proc/self/exe" }
        let former = String(path.dropLast(replaced.utf8.count))
        return access(former, X_OK) == 0 ? former : "/proc/self/exe"
    }
}
