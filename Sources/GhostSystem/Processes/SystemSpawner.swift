import CGhostSystem
import Dispatch
import GhostModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Makes real processes: each the leader of a session and group of its own, with no descriptors but its own three.
///
/// Ends are taken from the kernel on one serial queue, which does nothing else and never waits long.
public final class SystemSpawner: Spawner {
    private let exits: DispatchQueue

    /// Creates a spawner; nothing is started yet.
    public init() {
        exits = DispatchQueue(label: "ghost.exits", target: .global(qos: .userInitiated))
    }

    public func spawn(
        _ request: SpawnRequest,
        onExit: @escaping @Sendable (ProcessExit) -> Void
    ) throws(SpawnError) -> any RunningProcess {
        if let fault = request.unusableText {
            throw SpawnError(executable: request.executable, reason: .unusableText(fault))
        }
        guard request.attributes == ProcessAttributes() else {
            let text = "it is to run with a user, limits or a mask of its own, which only the keeper can give it"
            throw SpawnError(executable: request.executable, reason: .keeper(text))
        }
        let pid = try start(request)
        do {
            return try SpawnedProcess(pid: pid, exits: exits, onExit: onExit)
        } catch {
            // Nobody would notice the end of this process, so it must not go on.
            _ = ghost_signal_group(-1, pid, SIGKILL)
            Self.reapKilled(pid)
            throw SpawnError(executable: request.executable, reason: .unwatched(error))
        }
    }

    /// Spawns and gives up every descriptor that was opened for it.
    private func start(_ request: SpawnRequest) throws(SpawnError) -> pid_t {
        var output: Int32 = -1
        var error: Int32 = -1
        var opened: [Int32] = []
        defer { for descriptor in opened { _ = closeDescriptor(descriptor) } }
        func open(_ path: String) throws(SpawnError) -> Int32 {
            switch OutputFile.descriptor(appendingTo: path) {
            case .success(let descriptor):
                opened.append(descriptor)
                return descriptor
            case .failure(let fault):
                throw SpawnError(executable: request.executable, reason: fault.asReason(path: path))
            }
        }
        switch request.output {
        case .nowhere: break
        case .descriptor(let descriptor): (output, error) = (descriptor, descriptor)
        case .file(let path):
            output = try open(path)
            error = output
        case .captured(let files):
            output = try open(files.path)
            error = files.plan.streams == .split ? try open(files.errorPath) : output
        }

        var pid: pid_t = 0
        let descriptors = ghost_descriptors(input: -1, output: output, error: error)
        let failure = CStringArray.withPointers(to: request.arguments) { arguments in
            CStringArray.withPointers(to: request.environment.map { "\($0.key)=\($0.value)" }) { environment in
                ghost_spawn(
                    request.executable,
                    arguments,
                    environment,
                    request.workingDirectory,
                    descriptors,
                    &pid
                )
            }
        }
        guard failure == 0 else {
            throw SpawnError(executable: request.executable, reason: .system(ErrorNumber(failure)))
        }
        return pid
    }

    /// Takes a killed child from the kernel; gives up after a second, which leaves a zombie.
    ///
    /// Its end cannot be waited for with a time limit where there is no descriptor for it, which is why it came to this.
    private static func reapKilled(_ pid: pid_t) {
        var facts = ghost_exit()
        for _ in 0..<1000 where ErrorNumber(ghost_reap(pid, &facts)) == .tooManyProcesses {
            usleep(1000)
        }
    }
}

extension SpawnRequest {
    /// What in this request C cannot hand over, in words; nil if nothing.
    var unusableText: String? {
        if arguments.contains(where: { $0.utf8.contains(0) }) { return "an argument holds a NUL byte" }
        for (key, value) in environment {
            if key.isEmpty || key.utf8.contains(UInt8(ascii: "=")) || key.utf8.contains(0) {
                return "\"\(key)\" cannot be the name of a variable"
            }
            if value.utf8.contains(0) { return "the variable \(key) holds a NUL byte" }
        }
        return nil
    }
}
