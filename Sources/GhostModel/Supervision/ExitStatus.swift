/// How a process ended.
public enum ExitStatus: Sendable, Hashable, CustomStringConvertible {
    /// It called exit; 0…255.
    case exited(Int32)
    /// A signal ended it; the platform's number.
    case signaled(Int32)
    /// Nobody could ask: it was not Ghost's child when it ended.
    case unknown

    /// Whether it exited with 0.
    public var isSuccess: Bool { self == .exited(0) }

    /// The form of the field `exit=`: `1`, `signal:9`, `unknown`.
    public var description: String {
        switch self {
        case .exited(let code): "\(code)"
        case .signaled(let signal): "signal:\(signal)"
        case .unknown: "unknown"
        }
    }

    /// Reads the form of ``description``; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let signal = "signal:"
        if text == "unknown" {
            self = .unknown
        } else if text.hasPrefix(signal), let number = Int32(text.dropFirst(signal.count)) {
            self = .signaled(number)
        } else if let code = Int32(text) {
            self = .exited(code)
        } else {
            return nil
        }
    }
}
