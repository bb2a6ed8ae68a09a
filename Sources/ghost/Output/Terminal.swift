import GhostDaemon
import GhostSystem

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

    /// Writes a line if it can be written, and goes on in any case.
    ///
    /// For verbs that others depend on, and whose output is only news: whoever closes the terminal, or fills the disk that
    /// it goes to, must not stop supervision.
    static func tell(_ text: String) {
        var line = text + "\n"
        line.withUTF8 { _ = writeOnce(UnsafeRawBufferPointer($0), to: STDOUT_FILENO) }
    }

    /// Says something on standard error and goes on.
    static func warn(_ text: String) {
        var line = "ghost: \(text)\n"
        line.withUTF8 { _ = writeOnce(UnsafeRawBufferPointer($0), to: STDERR_FILENO) }
    }

    static func write(_ text: String) { write(text, to: STDOUT_FILENO) }

    static func write(_ bytes: UnsafeRawBufferPointer) { write(bytes, to: STDOUT_FILENO) }

    /// Says something on standard error, and goes on.
    static func note(_ text: String) { write("ghost: \(text)\n", to: STDERR_FILENO) }

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
            let count = writeOnce(rest, to: descriptor)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { giveUp(on: descriptor) }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
    }

    /// Ends the process because its output cannot be written; quietly if only nobody reads any more.
    private static func giveUp(on descriptor: Int32) -> Never {
        guard descriptor == STDOUT_FILENO, errno != EPIPE else {
            exit(descriptor == STDOUT_FILENO ? 0 : ExitCode.inputOutput.rawValue)
        }
        fail(GhostFailure(SystemCallFailure("write to", "standard output"), otherwise: .inputOutput))
    }

    private static func writeOnce(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
        #if canImport(Glibc)
        Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
        Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #else
        Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }
}
