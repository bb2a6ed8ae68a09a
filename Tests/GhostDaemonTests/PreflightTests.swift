import GhostModel
import GhostTestSupport
import Testing

@testable import GhostDaemon

struct PreflightTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func problems(_ daemons: String) throws -> [String] {
        let path = "env: {PATH: '/nowhere:/no/where:/nowhere'}"
        let text = "daemons:\n" + daemons.replacing("PATH", with: path)
        let plan = try PlanLoader.parse(text, folder: folder.path, name: "ghost.yaml", surroundings: Surroundings())
        do throws(GhostFailure) {
            try Preflight.check(plan)
            return []
        } catch {
            #expect(error.exitCode == .cannotSpawn)
            return error.message.split(separator: "\n").map(String.init)
        }
    }

    private static let looked = "not found in PATH (looked in /nowhere, /no/where); install it or give its path"

    @Test func aMissingProgram_isToldOnce() throws {
        let found = try problems(
            """
              a: {command: nothere, PATH}
              worker: {command: nothere --worker, replicas: 3, PATH}
              b: {command: nothere, PATH}
              ok: /bin/sh
            """
        )
        #expect(
            found == ["daemons \"a\", \"worker\" (3 replicas) and \"b\" cannot start: nothere \(Self.looked)"]
        )
    }

    @Test func theSameFolders_areToldOnce() throws {
        let found = try problems(
            """
              a: {command: nothere, PATH}
              b: {command: norhere, PATH}
              c: {command: ./notthere}
              one: {command: nor/here, replicas: 2}
            """
        )
        #expect(
            found == [
                "daemon \"a\" cannot start: nothere \(Self.looked)",
                "daemon \"b\" cannot start: norhere not found in the same folders",
                "daemon \"c\" cannot start: ./notthere not found: there is no file \(folder.path)/./notthere",
                "daemon \"one\" (2 replicas) cannot start: nor/here not found: there is no file \(folder.path)/nor/here",
            ]
        )
    }

    @Test func aMissingUser_isToldOnce() throws {
        let found = try problems("  a: {command: /bin/sh, user: nobody-of-this-name, replicas: 2}\n")
        #expect(found.count == 1 && found[0].hasPrefix("daemon \"a\" (2 replicas) cannot start: there is no user"))
    }
}
