#if os(Linux)
import Glibc

/// The process that listens on a TCP port.
public struct PortHolder: Sendable, Equatable {
    /// The process.
    public var pid: Int32
    /// Its short name, as `ps` shows it.
    public var name: String

    /// Finds who listens on `port`, or nil if nobody does or the owner is not ours to see.
    ///
    /// `/proc/net/tcp` and `tcp6` give the socket's inode, the descriptors in `/proc/PID/fd` the process. That takes a
    /// walk over all processes, so it is for error messages only.
    public static func find(port: Int) -> PortHolder? {
        let tables = ["/proc/net/tcp", "/proc/net/tcp6"].compactMap { try? AtomicFile.read($0, limit: 16 << 20) }
        let inodes = Set(tables.flatMap { listeningInodes(port: port, table: $0) })
        guard !inodes.isEmpty, let entries = try? Folder.entries(of: "/proc") else { return nil }
        for entry in entries {
            guard let pid = Int32(entry), let descriptors = try? Folder.entries(of: "/proc/\(pid)/fd") else { continue }
            for descriptor in descriptors where inodes.contains(target(ofLink: "/proc/\(pid)/fd/\(descriptor)")) {
                let name = try? AtomicFile.read("/proc/\(pid)/comm", limit: 64)
                return PortHolder(pid: pid, name: String((name ?? "?").prefix { $0 != "\n" }))
            }
        }
        return nil
    }

    /// The link targets `socket:[N]` of the sockets in state LISTEN (0A) on `port`; columns as in proc_net(5).
    static func listeningInodes(port: Int, table: String) -> [String] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let columns = line.split(separator: " ")
            guard columns.count > 9, columns[3] == "0A",
                let localPort = columns[1].split(separator: ":").last, Int(localPort, radix: 16) == port
            else { return nil }
            return "socket:[\(columns[9])]"
        }
    }

    private static func target(ofLink path: String) -> String {
        var buffer = [CChar](repeating: 0, count: 64)
        let count = readlink(path, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : ""
    }
}
#endif
