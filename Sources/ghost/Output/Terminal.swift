import GhostDaemon

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The terminal or pipe that the user sees.
enum Terminal {
    /// Whether standard output may carry colour: it is a terminal, and `NO_COLOR` is not set (https://no-color.org).
    static var hasColor: Bool {
        guard isatty(STDOUT_FILENO) == 1 else { return false }
        if let value = getenv("NO_COLOR"), value.pointee != 0 { return false }
        return environment("TERM") != "dumb"
    }

    static var currentFolder: String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }

    static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// Writes to standard output at once.
    ///
    /// When nobody reads any more (`ghost logs | head`), the process ends quietly.
    static func print(_ text: String) {
        write(text + "\n", to: STDOUT_FILENO)
    }

    static func write(_ text: String) { write(text, to: STDOUT_FILENO) }

    static func write(_ bytes: UnsafeRawBufferPointer) { write(bytes, to: STDOUT_FILENO) }

    /// Says why, on standard error, one line a problem, and ends the process.
    static func fail(_ failure: GhostFailure) -> Never {
        for line in failure.message.split(separator: "\n") { write("ghost: \(line)\n", to: STDERR_FILENO) }
        end(failure.exitCode)
    }

    static func end(_ code: GhostDaemon.ExitCode) -> Never { exit(code.rawValue) }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { write(UnsafeRawBufferPointer($0), to: descriptor) }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
        var rest = bytes
        while !rest.isEmpty {
            #if canImport(Glibc)
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            #elseif canImport(Musl)
            let count = Musl.write(descriptor, rest.baseAddress, rest.count)
            #else
            let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
            #endif
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { exit(descriptor == STDOUT_FILENO && errno == EPIPE ? 0 : 74) }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
    }
}
