import GhostModel
import GhostTestSupport
import NIOCore
import NIOSSL
import Testing

@testable import GhostServer

/// A server among clients that mean it ill; scripts/hostile plays more of the same.
@Suite(.timeLimit(.minutes(5)))
struct HostileClientTests {
    @Test func malformedRequests_harmNobody() async throws {
        try await LiveServer.with { server in
            var random = SeededRandom(seed: 7)
            for _ in 0..<200 {
                let answer = try await server.ask(Self.malformed(&random))
                #expect(!answer.hasPrefix("HTTP/1.1 5"))
            }
            #expect(try await server.health().hasPrefix("HTTP/1.1 200 OK"))
        }
    }

    /// A request that is none, and ends the connection.
    private static func malformed(_ random: inout SeededRandom) -> [UInt8] {
        let noise = (0..<Int.random(in: 1...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        let heads = [
            "GET /api/health HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "GET  HTTP/1.1\r\n\r\n",
            "G\0T / HTTP/1.1\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
            "GET /%2e%2e/%00 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", "\r\n\r\n\r\n",
            "GET /api/v1/daemons/%ff HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        ]
        // The end of a head behind the noise: otherwise the server waits for it, as it should.
        let head = heads[Int.random(in: 0..<heads.count, using: &random)]
        return Array(head.utf8) + noise + Array("\r\n\r\nConnection: close\r\n\r\n".utf8)
    }

    @Test func aFloodOfSilence_leavesRoomForAQuestion() async throws {
        let walls = ServerWalls()
        try await LiveServer.with(walls: walls) { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<Newcomers.most + 100 {
                    group.addTask {
                        try await server.connect().executeThenClose { inbound, _ in
                            do { for try await _ in inbound {} } catch {}
                        }
                    }
                }
                try await eventually("the oldest had to go") { walls.newcomers.turnedAway >= 100 }
                #expect(walls.newcomers.count <= Newcomers.most)
                #expect(try await server.health().hasPrefix("HTTP/1.1 200 OK"))
                group.cancelAll()
            }
        }
    }

    @Test(arguments: [
        "GET /" + String(repeating: "a", count: 200_000) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + String(repeating: "a", count: 200_000) + "\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + String(repeating: "A: b\r\n", count: 20_000) + "\r\n",
    ])
    func whatIsTooLarge_isRefused(request: String) async throws {
        try await LiveServer.with { server in
            let answer = try await server.ask(Array(request.utf8))
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"))
            #expect(try await server.health().hasPrefix("HTTP/1.1 200 OK"))
        }
    }

    @Test func aLongPath_isToldSo() async throws {
        try await LiveServer.with { server in
            let path = "/api/v1/logs?text=" + String(repeating: "a", count: RequestLimits.target)
            let request = "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
            let answer = try await server.ask(Array(request.utf8))
            #expect(answer.hasPrefix("HTTP/1.1 414"))
        }
    }
}

struct TLSTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func files(
        certificate: String = TestCertificate.certificate,
        key: String = TestCertificate.key
    ) throws -> TLSFiles {
        TLSFiles(
            certificate: try folder.write(certificate, to: "cert.pem"),
            key: try folder.write(key, to: "key.pem", mode: 0o600)
        )
    }

    @Test(.timeLimit(.minutes(5))) func withACertificate_everythingIsEncrypted() async throws {
        let identity = try TLSIdentity(try files())
        try await LiveServer.with(tls: identity) { server in
            let certificate = try NIOSSLCertificate(bytes: Array(TestCertificate.certificate.utf8), format: .pem)
            #expect(try await server.health(trusting: certificate).hasPrefix("HTTP/1.1 200 OK"))
            #expect(try await !server.health().contains("200 OK"))
        }
    }

    @Test func whatCannotBeUsed_isToldWithTheFile() throws {
        let broken = try files(certificate: "no certificate")
        let fault = #expect(throws: TLSFault.self) { _ = try TLSIdentity(broken) }
        #expect(
            fault?.description.hasPrefix("\(broken.certificate) cannot be used as the certificate of server.tls (")
                == true
        )
        let missing = TLSFiles(certificate: try files().certificate, key: folder.path("none.pem"))
        #expect(throws: TLSFault.self) { _ = try TLSIdentity(missing) }
    }
}
