import GhostModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The keeper's program: where it is, and how it is started.
public struct KeeperProgram: Sendable, Hashable {
    /// The absolute path of the file.
    public let path: String

    /// Its name.
    public static let name = "ghost-keeper"

    /// Names a program that is known to be there.
    public init(path: String) {
        self.path = path
    }

    /// Finds it beside the program that runs now.
    public static func find() throws(KeeperMissing) -> KeeperProgram {
        let folder = Self.ownExecutable.parentFolder
        let path = "\(folder)/\(name)"
        guard access(path, X_OK) == 0 else { throw KeeperMissing(path: path) }
        return KeeperProgram(path: path)
    }

    /// The absolute path of the program that runs now.
    private static var ownExecutable: String {
        #if canImport(Darwin)
        var buffer = [CChar](repeating: 0, count: 4096)
        var size = UInt32(buffer.count)
        guard _NSGetExecutablePath(&buffer, &size) == 0 else { return "/" }
        return buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "/" }
        #else
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let bytes = buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }
        return bytes.isEmpty ? "/" : String(decoding: bytes, as: UTF8.self)
        #endif
    }

    /// Starts it for a state folder: in a session of its own, so that nothing that is meant for Ghost reaches it.
    ///
    /// It is Ghost's child until Ghost ends, and goes on then; its complaints go to `keeper.log` in the folder.
    func start(
        folder: String,
        spawner: SystemSpawner,
        onExit: @escaping @Sendable (ProcessExit) -> Void
    ) throws(SpawnError) -> Int32 {
        let request = SpawnRequest(
            executable: path,
            arguments: [Self.name, folder],
            environment: [:],
            workingDirectory: "/",
            output: .file("\(folder)/keeper.log")
        )
        return try spawner.spawn(request, onExit: onExit).identity.pid
    }
}

/// There is no keeper beside Ghost.
public struct KeeperMissing: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where it was looked for.
    public var path: String

    public var description: String {
        "there is no program \(path), which keeps daemons running when Ghost does not; "
            + "install \(KeeperProgram.name) beside ghost (both are built by \"make release\")"
    }
}

/// How long to wait between two attempts to have a keeper.
struct KeeperPatience: Sendable, Hashable {
    private var failures = 0
    /// The first pause; each further one is twice as long, up to ``longest``.
    static let first: Duration = .milliseconds(20)
    /// The longest pause.
    static let longest: Duration = .seconds(5)

    /// The pause after one more failure.
    mutating func failed() -> Duration {
        defer { failures += 1 }
        return min(Self.first * (1 << min(failures, 16)), Self.longest)
    }

    mutating func succeeded() { failures = 0 }

    /// Whether the failures are so many that whoever waits should be told instead.
    var isExhausted: Bool { failures >= 5 }
}
