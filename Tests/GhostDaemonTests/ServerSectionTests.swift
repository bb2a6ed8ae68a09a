import GhostModel
import Testing

@testable import GhostDaemon

struct ServerSectionTests {
    private func plan(_ text: String) throws -> ServerPlan {
        try PlanLoader.parse(text, folder: "/project", name: "ghost.yaml").server
    }

    private func problems(_ text: String) -> [String] {
        do {
            _ = try plan(text)
            return []
        } catch let failure as ConfigurationFailure {
            return failure.problems.map(\.message)
        } catch {
            return ["\(error)"]
        }
    }

    @Test func everything_isRead() throws {
        let text = """
            server:
              host: 0.0.0.0
              token: all
              tls: { cert: tls/cert.pem, key: /etc/key.pem }
              cors: [https://status.example.com, "http://10.0.0.1:3000"]
            """
        let read = try plan(text)
        #expect(read.host == "0.0.0.0")
        #expect(read.token == .all)
        #expect(read.tls == TLSFiles(certificate: "/project/tls/cert.pem", key: "/etc/key.pem"))
        #expect(read.cors == ["https://status.example.com", "http://10.0.0.1:3000"])
        #expect(try plan("server: { cors: \"*\" }").cors == ["*"])
    }

    @Test(arguments: ["0.0.0.0", "::", "10.0.0.1", "example.com"])
    func anOpenAddress_needsATokenOrEncryption(host: String) throws {
        let open = problems("server: { host: \"\(host)\" }")
        #expect(open.count == 1)
        #expect(open.first?.hasPrefix("server.host \(host) can be reached from other machines") == true)
        #expect(open.first?.contains("token: all") == true)
        #expect(problems("server: { host: \"\(host)\", token: all }").isEmpty)
        #expect(problems("server: { host: \"\(host)\", tls: { cert: c, key: k } }").isEmpty)
    }

    @Test(arguments: ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
    func thisMachine_needsNothing(host: String) {
        #expect(problems("server: { host: \"\(host)\" }").isEmpty)
    }

    @Test(arguments: [
        ("server: { token: none }", "server.token must be one of changes, all"),
        ("server: { tls: { cert: a } }", "server.tls needs cert and key, the files of a certificate and its key"),
        (
            "server: { cors: [example.com] }",
            "server.cors lists origins such as https://status.example.com:8443, or \"*\""
        ),
        (
            "server: { cors: [\"https://a/b\"] }",
            "server.cors lists origins such as https://status.example.com:8443, or \"*\""
        ),
        (
            "server: { token: all, cors: \"*\" }",
            "server.cors must not be \"*\" where every request shows the token; name the origins of your pages"
        ),
    ])
    func mistakes_areTold(text: String, message: String) {
        #expect(problems(text) == [message])
    }
}
