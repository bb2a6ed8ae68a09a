extension ExitStatus {
    /// How it ended in words: `exit 127 (command not found)`, `signal 9 (KILL)`.
    public var words: String {
        switch self {
        case .exited(let code): Self.meaning(of: code).map { "exit \(code) (\($0))" } ?? "exit \(code)"
        case .signaled(let signal): Self.name(of: signal).map { "signal \(signal) (\($0))" } ?? "signal \(signal)"
        case .unknown: "it is not known how"
        }
    }

    /// What to think of it, for somebody who did not expect it; nil if there is nothing to add.
    public var advice: String? {
        switch self {
        case .exited(126): "The shell found the command but may not run it: look at its permissions."
        case .exited(127): "The shell did not find the command: look at its spelling and at PATH."
        case .signaled(9), .exited(137):
            "Ghost did not send this KILL. Somebody did, or the kernel because memory ran out; \"dmesg\" tells which."
        case .signaled(4), .signaled(8), .signaled(11), .exited(139):
            "The program made a mistake that the processor refuses; a core dump or a debugger tells where."
        case .signaled(6), .exited(134): "The program gave up by itself; its last lines usually say why."
        case .signaled(15), .exited(143): "Ghost did not send this TERM; another process asked it to end."
        case .exited, .signaled, .unknown: nil
        }
    }

    /// What an exit code of 126 and above means by the conventions of shells.
    private static func meaning(of code: Int32) -> String? {
        switch code {
        case 0: "success"
        case 126: "command cannot be run"
        case 127: "command not found"
        case 129...159: name(of: code - 128).map { "what a shell says of signal \(code - 128), \($0)" }
        default: nil
        }
    }

    /// The name of a signal, where it has the same number on all platforms or this one.
    static func name(of signal: Int32) -> String? {
        #if canImport(Darwin)
        let own: [Int32: String] = [10: "BUS", 12: "SYS", 30: "USR1", 31: "USR2"]
        #else
        let own: [Int32: String] = [7: "BUS", 10: "USR1", 12: "USR2", 31: "SYS"]
        #endif
        let shared: [Int32: String] = [
            1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 5: "TRAP", 6: "ABRT", 8: "FPE", 9: "KILL", 11: "SEGV", 13: "PIPE",
            14: "ALRM", 15: "TERM", 24: "XCPU", 25: "XFSZ",
        ]
        return own[signal] ?? shared[signal]
    }

    /// Reads ``description``: `1`, `signal:9`, `unknown`.
    public init?(_ text: String) {
        if text == "unknown" {
            self = .unknown
        } else if text.hasPrefix("signal:"), let signal = Int32(text.dropFirst("signal:".count)) {
            self = .signaled(signal)
        } else if let code = Int32(text) {
            self = .exited(code)
        } else {
            return nil
        }
    }
}

extension ExitStatus {
    /// The number of a signal on this platform.
    public static func number(of signal: Signal) -> Int32? { (1...31).first { name(of: $0) == signal.rawValue } }
}
