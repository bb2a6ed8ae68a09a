import GhostClient
import GhostModel
import GhostTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a daemon's process is given, through the real keeper.
struct ProcessEndToEndTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func maskNicenessAndLimitsAreThoseOfTheConfiguration() async throws {
        let configuration = """
            daemons:
              d:
                command: "umask; nice; ulimit -n; exec sleep 1000"
                shell: true
                umask: "027"
                nice: 3
                limits: { files: 123, processes: 4000 }
            """
        let inherited = getpriority(.init(0), 0)
        try await withGhostUp(configuration, in: folder) { _, _ in
            try await eventually("it has said what it has") {
                folder.read(".ghost/logs/daemons/d.log") == "0027\n\(inherited + 3)\n123\n"
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func aDaemonRunsAsAnotherUser() async throws {
        let configuration = """
            daemons:
              d: { command: "id -un; id -gn; echo $HOME; exec sleep 1000", shell: true, user: nobody, cwd: / }
            """
        try await withGhostUp(configuration, in: folder) { _, _ in
            try await eventually("it has said who it is") {
                folder.read(".ghost/logs/daemons/d.log")?.hasPrefix("nobody\nnogroup\n") == true
            }
        }
        #expect(folder.read(".ghost/logs/daemons/d.log")?.hasSuffix("/nonexistent\n") == true)
    }

    @Test func aUserThatIsNotThereIsNamed() async throws {
        let configuration = "daemons: { d: { command: sleep 1000, user: no-such-user } }\n"
        try await withGhostUp(configuration, in: folder) { ghost, _ in
            try await eventually("it is told") {
                ghost.output.contains("there is no user \"no-such-user\" on this machine")
            }
        }
    }

    @Test func outputIsPutAwayAsTheConfigurationSays() async throws {
        let configuration = """
            daemons:
              d:
                command: "i=0; while [ $i -lt 400 ]; do echo 0123456789012345678901234567890123456789; i=$((i+1)); done; exec sleep 1000"
                shell: true
                log: { rotate: { size: 4KiB, keep: 2 } }
            """
        try await withGhostUp(configuration, in: folder) { _, _ in
            try await eventually("files are put away") {
                access(folder.path(".ghost/logs/daemons/d.log.1"), F_OK) == 0
                    && access(folder.path(".ghost/logs/daemons/d.log.2"), F_OK) == 0
            }
            #expect(access(folder.path(".ghost/logs/daemons/d.log.3"), F_OK) != 0)
        }
    }
}
