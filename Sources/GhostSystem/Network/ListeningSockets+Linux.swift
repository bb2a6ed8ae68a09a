#if os(Linux)
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension ListeningSockets {
    /// The largest table of sockets that is read, in bytes.
    private static let largestTable = 16 << 20

    /// The sockets as they are now.
    public static func look() -> ListeningSockets {
        ListeningSockets(
            tables: ["/proc/net/tcp", "/proc/net/tcp6"].compactMap { try? AtomicFile.read($0, limit: largestTable) }
        )
    }
}

extension PortState {
    /// Tries to take the port on the loopback addresses, and lets go of it at once; takes some microseconds.
    public init(of port: Int) {
        let states = [AF_INET, AF_INET6].map { Self.attempt(port, Int32($0)) }
        self = states.contains(.taken) ? .taken : states.contains(.free) ? .free : .unknown
    }

    private static func attempt(_ port: Int, _ family: Int32) -> PortState {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .unknown }
        defer { close(descriptor) }
        // Connections that are over and still remembered stand in nobody's way.
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let number = in_port_t(truncatingIfNeeded: port).bigEndian
        let result: Int32
        if family == AF_INET {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = number
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        } else {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = number
            address.sin6_addr = in6addr_loopback
            result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
        guard result != 0 else { return .free }
        return errno == EADDRINUSE ? .taken : .unknown
    }
}

/// The sockets that a process has open.
enum OpenSockets {
    /// Whether one of the descriptors of a process leads to what is looked for; stops at the first.
    static func any(of pid: Int32, _ isWanted: (String) -> Bool) -> Bool {
        guard let folder = opendir("/proc/\(pid)/fd") else { return false }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let target = SymbolicLink.text(of: "/proc/\(pid)/fd/\(name)"), isWanted(target) { return true }
        }
        return false
    }
}
#endif
