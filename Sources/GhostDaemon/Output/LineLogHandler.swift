import GhostModel
import GhostSystem
public import Logging

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Writes Ghost's own log to standard error: one line each, `TIME LEVEL MESSAGE key=value`.
public struct LineLogHandler: LogHandler {
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]

    /// Creates a handler that drops what is below `level`.
    public init(level: Logger.Level) {
        logLevel = level
    }

    /// A logger that writes here.
    public static func logger(level: Logger.Level) -> Logger {
        Logger(label: "ghost") { _ in LineLogHandler(level: level) }
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var line = ComponentLine("\(Clocks.wall()) \(event.level.rawValue) \(event.message)", stamp: .none)
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: {
            $0.key < $1.key
        }) {
            line.fields.append(.init(key, "\(value)"))
        }
        var text = line.rendered(at: Clocks.wall())
        // One write a line: lines of several threads do not mix, and nothing is held back.
        text.withUTF8 { bytes in _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
    }
}
