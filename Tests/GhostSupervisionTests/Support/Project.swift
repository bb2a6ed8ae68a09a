import GhostModel
import GhostSupervision
import GhostSystem
import GhostTestSupport
import Logging
import ServiceLifecycle
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A component log that is kept in memory, without its stamps.
final class MemoryLog: ComponentLogSink {
    private let lines = Mutex<[ComponentLine]>([])

    func write(_ line: ComponentLine) { lines.withLock { $0.append(line) } }

    var texts: [String] {
        lines.withLock { $0 }.map { line in
            var bare = line
            bare.stamp = .none
            return String(bare.rendered(at: Timestamp(milliseconds: 0)).dropLast())
        }
    }
}

/// Answers probes by looking whether a file is in the daemon's folder: the program of a command probe names it.
struct FileProbe: ProbeRunner {
    func attempt(_ probe: Probe, timeout: Duration, for daemon: DaemonPlan) async -> ProbeResult {
        guard case .command(let command) = probe else { return .failure("not a command") }
        return access("\(daemon.workingDirectory)/\(command.program)", F_OK) == 0
            ? .success : .failure("\(command.program) is not there")
    }
}

/// A project folder with a supervisor and everything that it tells.
final class Project: Sendable {
    let folder: TemporaryFolder
    let governor = MemoryLog()
    let sentinel = MemoryLog()
    let watchdog = MemoryLog()
    private let told = Mutex<[SupervisionEvent]>([])
    private let current = Mutex<Supervisor?>(nil)

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Restarts at once, whenever it dies.
    var eager: RestartPolicy { RestartPolicy(backoff: Backoff(base: .zero)) }

    var events: [SupervisionEvent] { told.withLock { $0 } }
    var statuses: [DaemonStatus] { current.withLock { $0 }?.statuses ?? [] }
    func status(_ daemon: String) -> DaemonStatus? { statuses.first { $0.name.text == daemon } }
    func output(_ daemon: String) -> String { folder.read("logs/daemons/\(daemon).log") ?? "" }

    /// A daemon that is a shell script in the project's folder.
    func shell(
        _ daemon: String,
        _ script: String,
        needs: [Dependency] = [],
        kind: DaemonPlan.Kind = .service,
        restart: RestartPolicy = RestartPolicy(),
        stop: StopSequence = StopSequence()
    ) -> DaemonPlan {
        DaemonPlan(
            name: name(daemon),
            command: Command(program: "sh", arguments: ["-c", script]),
            workingDirectory: folder.path,
            kind: kind,
            needs: needs,
            restart: restart,
            stop: stop
        )
    }

    func supervisor(
        _ daemons: [DaemonPlan],
        gate: @escaping @Sendable () async throws -> Void = {},
        adjust: (inout SupervisorPorts) -> Void = { _ in }
    ) throws -> Supervisor {
        let begin = ContinuousClock.now
        let path = folder.path
        var ports = SupervisorPorts(
            spawner: SystemSpawner(),
            prober: FileProbe(),
            records: RunRecords(directory: "\(path)/runs"),
            outputPath: { "\(path)/logs/daemons/\($0).log" },
            governorLog: governor,
            sentinelLog: sentinel,
            watchdogLog: watchdog,
            report: { [weak self] event, _ in self?.told.withLock { $0.append(event) } },
            monotonicNow: { MonotonicTime(nanoseconds: (ContinuousClock.now - begin).wholeNanoseconds) },
            wallNow: {
                var now = timespec()
                clock_gettime(CLOCK_REALTIME, &now)
                return Timestamp(milliseconds: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000)
            }
        )
        adjust(&ports)
        return try Supervisor(
            daemons: daemons,
            environment: ["PATH": "/usr/bin:/bin"],
            processID: getpid(),
            ports: ports,
            startGate: gate
        )
    }

    /// Runs a supervisor in a service group for the length of `body`, then shuts it down gracefully.
    func supervising(
        _ daemons: [DaemonPlan],
        gate: @escaping @Sendable () async throws -> Void = {},
        adjust: (inout SupervisorPorts) -> Void = { _ in },
        _ body: () async throws -> Void
    ) async throws {
        let supervisor = try supervisor(daemons, gate: gate, adjust: adjust)
        current.withLock { $0 = supervisor }
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: supervisor)], logger: Logger(label: "test"))
        )
        let running = Task { try await group.run() }
        do {
            try await body()
        } catch {
            await group.triggerGracefulShutdown()
            try? await running.value
            throw error
        }
        await group.triggerGracefulShutdown()
        try await running.value
    }
}
