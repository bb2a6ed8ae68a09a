/// The TCP sockets of this machine that somebody listens on.
public struct ListeningSockets: Sendable, Hashable {
    /// The kernel's names of the sockets of each port.
    private var sockets: [Int: Set<String>] = [:]

    /// Nobody listens.
    public init() {}

    /// Reads tables in the form of `/proc/net/tcp`, see proc_net(5).
    init(tables: [String]) {
        for table in tables {
            for line in table.split(separator: "\n").dropFirst() {
                let columns = line.split(separator: " ", maxSplits: 10)
                // 0A is LISTEN.
                guard columns.count > 9, columns[3] == "0A", let port = columns[1].split(separator: ":").last,
                    let number = Int(port, radix: 16)
                else { continue }
                sockets[number, default: []].insert("socket:[\(columns[9])]")
            }
        }
    }

    /// Whether somebody listens on a port.
    public func isOpen(_ port: Int) -> Bool { sockets[port] != nil }

    /// The process among `pids` that listens on a port; nil if none of them does, or none may be looked into.
    public func holder(of port: Int, among pids: some Sequence<Int32>) -> Int32? {
        guard let wanted = sockets[port] else { return nil }
        return pids.first { pid in OpenSockets.any(of: pid) { wanted.contains($0) } }
    }
}

/// Whether a program can listen on a TCP port of this machine now.
public enum PortState: Sendable, Hashable {
    /// It can.
    case free
    /// Somebody listens there.
    case taken
    /// It cannot be told, for instance because this user may not use the port.
    case unknown
}
