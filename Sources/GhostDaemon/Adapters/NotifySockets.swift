import Dispatch
import GhostModel
import GhostSupervision
import GhostSystem
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The sockets that daemons tell their state to: one for each, in a private folder.
///
/// A daemon that an earlier Ghost started goes on speaking to the same path, so it is heard by the next Ghost too.
final class NotifySockets: Notifications {
    private let folder: String
    private let queue = DispatchQueue(label: "ghost.notify")
    private let sockets = Mutex<[DaemonName: NotifySocket]>([:])

    /// - Parameter folder: the absolute path of the folder for the sockets, which is created when it is needed.
    init(folder: String) {
        self.folder = folder
    }

    func open(
        _ daemon: DaemonName,
        tell: @escaping @Sendable (NotifyMessage) -> Void
    ) throws(SystemCallFailure) -> String {
        close(daemon)
        try Folder.create(folder, mode: 0o700)
        let path = "\(folder)/\(StateFolder.hash(of: daemon.text)).sock"
        let descriptor = try Self.bind(path)
        let socket = NotifySocket(owning: descriptor, path: path, queue: queue)
        socket.listen(tell)
        sockets.withLock { $0[daemon] = socket }
        return path
    }

    func close(_ daemon: DaemonName) {
        sockets.withLock { $0.removeValue(forKey: daemon) }?.close()
    }

    private static func bind(_ path: String) throws(SystemCallFailure) -> Int32 {
        var address = sockaddr_un()
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < room else { throw SystemCallFailure("bind", path, code: ErrorNumber(ENAMETOOLONG)) }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        #if canImport(Glibc)
        let kind = Int32(SOCK_DGRAM.rawValue)
        #else
        let kind = SOCK_DGRAM
        #endif
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw SystemCallFailure("make the socket", path) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        unlink(path)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { plain in
                #if canImport(Glibc)
                Glibc.bind(descriptor, plain, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                #elseif canImport(Musl)
                Musl.bind(descriptor, plain, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                #else
                Darwin.bind(descriptor, plain, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                #endif
            }
        }
        guard isBound else {
            let failure = SystemCallFailure("bind", path)
            closeSocket(descriptor)
            throw failure
        }
        SocketFile.restrictToOwner(path)
        return descriptor
    }
}

/// A bound socket; it is closed when nobody keeps it.
private final class NotifySocket: Sendable {
    private let path: String
    private let descriptor: Int32
    // Sources may be used from any thread (dispatch_source_create(3)); the Swift overlay does not say so.
    private nonisolated(unsafe) let source: any DispatchSourceRead

    /// The most datagrams that are taken at once, so that one daemon cannot keep the others waiting.
    private static let mostAtOnce = 100

    init(owning descriptor: Int32, path: String, queue: DispatchQueue) {
        self.descriptor = descriptor
        self.path = path
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    }

    func listen(_ tell: @escaping @Sendable (NotifyMessage) -> Void) {
        source.setEventHandler { [descriptor] in
            var buffer = [UInt8](repeating: 0, count: NotifyMessage.longest)
            for _ in 0..<Self.mostAtOnce {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                tell(NotifyMessage(buffer[..<count]))
            }
        }
        source.setCancelHandler { [descriptor] in closeSocket(descriptor) }
        source.activate()
    }

    func close() {
        unlink(path)
        source.cancel()
    }

    deinit { source.cancel() }
}

private func closeSocket(_ descriptor: Int32) {
    _ = close(descriptor)
}
