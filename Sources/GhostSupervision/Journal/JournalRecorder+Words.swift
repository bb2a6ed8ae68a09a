import GhostModel

extension UInt64 {
    /// Another sequence, never below 0.
    func moved(by amount: Int64) -> UInt64 { UInt64(clamping: Int64(clamping: self) + amount) }
}

extension RunEnd.Next {
    /// One word for programs.
    var word: String {
        switch self {
        case .asked: "asked"
        case .done: "done"
        case .givenUp: "given-up"
        case .restart: "restart"
        case .paused: "paused"
        }
    }
}

extension DaemonOrder {
    /// `start api`, `send USR1 to api`.
    func words(for name: DaemonName) -> String {
        switch self {
        case .start, .stop, .restart: "\(self) \(name)"
        case .signal(let signal): "send \(signal) to \(name)"
        }
    }
}
