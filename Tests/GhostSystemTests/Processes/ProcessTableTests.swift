import GhostModel
import GhostTestSupport
import Testing

@testable import GhostSystem

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What is seen of processes, ports and control groups.
@Suite(.enabled(if: isLinux))
struct ProcessTableTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func started(_ script: String, _ environment: [String: String] = [:]) throws -> any RunningProcess {
        try SystemSpawner().spawn(
            SpawnRequest(
                Command(program: "/bin/sh", arguments: ["-c", script]),
                environment: ["PATH": "/usr/bin:/bin"].merging(environment) { $1 },
                workingDirectory: folder.path,
                output: .file(folder.path("out"))
            )
        ) { _ in }
    }

    @Test func aProcessIsSeenWithItsSessionItsMarkAndWhatItUses() async throws {
        let process = try started("sleep 1000 & exec sleep 1000", ["GHOST_RUN": "p7/api#3"])
        defer { process.signalGroup(.kill) }
        let pid = process.identity.pid
        var table = ProcessTable(project: "p7")
        var mine: [ProcessEntry] = []
        try await eventually("both are seen") {
            mine = table.look().filter { $0.session == pid }
            return mine.count == 2 && mine.allSatisfy { $0.mark == "p7/api#3" }
        }
        let leader = try #require(mine.first { $0.pid == pid })
        #expect(leader.start == process.identity.start)
        #expect(leader.residentBytes > 0 && leader.threads == 1 && leader.parent == getpid())
        #expect(mine.contains { $0.parent == pid })
        var others = ProcessTable(project: "p")
        #expect(others.look().first { $0.pid == pid }?.mark == nil, "marks of other projects are nobody's here")
        #expect(table.look().contains { $0.pid == pid && $0.mark == "p7/api#3" }, "what is remembered is the same")
    }

    /// What was seen in the instant before its program began was never known as a daemon's.
    @Test func aProcessThatIsSeenTooEarlyIsLookedAtAgain() async throws {
        let script = "until [ -e go ]; do sleep 0.01; done; GHOST_RUN=p7/late#1 exec sleep 1000"
        let process = try started(script)
        defer { process.signalGroup(.kill) }
        let pid = process.identity.pid
        var table = ProcessTable(project: "p7")
        let early = try #require(table.look().first { $0.pid == pid })
        #expect(early.mark == nil)
        try folder.write("", to: "go")
        try await eventually("its mark is seen") {
            table.look().contains { $0.pid == pid && $0.start == early.start && $0.mark == "p7/late#1" }
        }
    }

    @Test func detailsAreThoseOfTheKernel() async throws {
        let process = try started("ulimit -n 99; exec sleep 1000")
        defer { process.signalGroup(.kill) }
        let pid = process.identity.pid
        try await eventually("it is what it will be") { ProcessDetails(of: pid).words == ["sleep", "1000"] }
        let details = ProcessDetails(of: pid)
        #expect(details.executable?.hasSuffix("/sleep") == true || details.executable?.contains("coreutils") == true)
        #expect(details.user == getuid())
        #expect(details.folder == SymbolicLink.resolved(folder.path))
        let status = try FileStatus(path: folder.path)
        #expect(details.folderStatus?.inode == status.inode)
        #expect(details.descriptorLimit == 99 && (details.descriptors ?? 0) >= 3)
        #expect(ProcessDetails(of: 2_000_000_000) == ProcessDetails())
    }

    @Test func aPortThatIsTakenIsFoundWithItsHolder() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(listener, $0, size)
                _ = listen(listener, 1)
                _ = getsockname(listener, $0, &size)
            }
        }
        let port = Int(in_port_t(bigEndian: address.sin_port))
        #expect(PortState(of: port) == .taken)
        let sockets = ListeningSockets.look()
        #expect(sockets.isOpen(port))
        #expect(sockets.holder(of: port, among: [1, getpid()]) == getpid())
        #expect(sockets.holder(of: port, among: [1_999_999_999]) == nil)
    }

    @Test func aFreePortIsFree() throws {
        // One of those that nobody is given by chance; whoever has it all the same makes it taken, not unknown.
        let free = (20_000..<20_050).first { PortState(of: $0) == .free }
        #expect(free != nil)
        #expect(free.map { ListeningSockets.look().isOpen($0) } == false)
    }
}

private var isLinux: Bool {
    #if os(Linux)
    true
    #else
    false
    #endif
}
