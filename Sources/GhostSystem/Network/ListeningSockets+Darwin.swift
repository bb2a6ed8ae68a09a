#if canImport(Darwin)
extension ListeningSockets {
    /// Nothing: Darwin tells whose sockets are whose only through private interfaces.
    public static func look() -> ListeningSockets { ListeningSockets() }
}

extension PortState {
    /// Not known here; the daemon itself will say.
    public init(of port: Int) {
        self = .unknown
    }
}

/// The sockets that a process has open; not told here.
enum OpenSockets {
    static func any(of pid: Int32, _ isWanted: (String) -> Bool) -> Bool { false }
}
#endif
