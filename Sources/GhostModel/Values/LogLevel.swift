/// How serious a log record says it is, least first.
///
/// The words of other systems are mapped: notice is ``info``, severe and failure are ``error``, verbose is ``trace``,
/// assert, alert and emergency are ``fatal``.
public enum LogLevel: String, Sendable, Codable, CaseIterable, Comparable {
    case trace
    case debug
    case info
    case warning
    case error
    case fatal

    private var rank: Int {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .warning: 3
        case .error: 4
        case .fatal: 5
        }
    }

    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }
}
