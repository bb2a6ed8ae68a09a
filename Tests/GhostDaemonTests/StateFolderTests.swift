import GhostDaemon
import GhostTestSupport
import Testing

struct StateFolderTests {
    @Test func itIsPrivateAndIgnoredByGit() throws {
        let folder = try TemporaryFolder()
        let state = StateFolder(project: folder.path)
        try state.create()
        try state.create()
        #expect(folder.read(".ghost/.gitignore") == "*\n")
        #expect(state.log(of: "api") == folder.path("/.ghost/logs/daemons/api.log").replacing("//", with: "/"))
    }

    @Test func aSocketPathThatIsTooLong_movesToTheRuntimeFolder() {
        let short = StateFolder(path: "/p/.ghost")
        #expect(short.socket(runtimeFolder: "/run/user/0") == "/p/.ghost/ghost.sock")
        let long = StateFolder(path: "/" + String(repeating: "p", count: 100))
        let socket = long.socket(runtimeFolder: "/run/user/0")
        #expect(socket.hasPrefix("/run/user/0/ghost/"))
        #expect(socket.hasSuffix(".sock"))
        #expect(socket.utf8.count < 100)
        let other = StateFolder(path: "/" + String(repeating: "q", count: 100))
        #expect(other.socket(runtimeFolder: "/run/user/0") != socket)
    }
}
