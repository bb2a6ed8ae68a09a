import GhostModel
import GhostTestSupport
import Synchronization
import Testing

@testable import GhostServer

/// The front handler over a real socket, byte by byte.
struct FrontTests {
    private static let status = "GET /api/orchestrator/status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    private static let last = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"

    private static func expectedStatus() throws -> String {
        String(
            decoding: try JSONText.encode(StatusBody(data: SampleStates.state(1).at(SampleStates.start))),
            as: UTF8.self
        )
    }

    @Test func pipelinedRequests_areAnsweredInTheirOrder() async throws {
        try await ServedState.with { served in
            let body = try Self.expectedStatus()
            let text = try await served.talk(String(repeating: Self.status, count: 40) + Self.last)
            #expect(text.ranges(of: body).count == 40)
            #expect(text.ranges(of: "HTTP/1.1 200 OK\r\n").count == 41)
            #expect(text.hasSuffix("\r\n\r\n{\"status\":\"ok\"}\n"))
            #expect(text.contains("Content-Length: \(body.utf8.count)\r\n"))
            #expect(text.contains("ETag: W/\"1-"))
            #expect(text.contains("Cache-Control: no-cache\r\n"))
        }
    }

    @Test func aRequestInSingleBytes_isAnsweredAlike() async throws {
        try await ServedState.with { served in
            let connection = try await served.connect()
            connection.sendInSingleBytes(Self.status + Self.last)
            try await eventually("the server closes") { connection.isClosed }
            #expect(connection.text.contains(try Self.expectedStatus()))
            #expect(connection.text.hasSuffix("{\"status\":\"ok\"}\n"))
        }
    }

    @Test func afterAnotherPath_theRouterHasTheConnection_andAnswersTheSame() async throws {
        try await ServedState.with { served in
            let other = "GET /api/v1/errors HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            let text = try await served.talk(Self.status + other + Self.status + Self.last)
            #expect(text.ranges(of: try Self.expectedStatus()).count == 2)
            #expect(text.contains("{\"errors\":[],\"overflow\":0}"))
            #expect(text.hasSuffix("{\"status\":\"ok\"}\n"))
        }
    }

    @Test func head_hasTheLengthAndNoBody() async throws {
        try await ServedState.with { served in
            let length = try Self.expectedStatus().utf8.count
            let head = "HEAD /api/orchestrator/status HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
            let text = try await served.talk(head)
            #expect(text.contains("Content-Length: \(length)\r\n"))
            #expect(text.hasSuffix("\r\n\r\n"))
            #expect(text.ranges(of: "\r\n\r\n").count == 1)
        }
    }

    @Test func http10_isAnsweredAndClosed() async throws {
        try await ServedState.with { served in
            let text = try await served.talk("GET /api/orchestrator/health HTTP/1.0\r\nHost: localhost\r\n\r\n")
            #expect(text.contains("Connection: close\r\n"))
            #expect(text.contains("\"healthPercentage\":100"))
        }
    }

    @Test func whoEndsTheirInput_isAnsweredFirst() async throws {
        try await ServedState.with { served in
            let connection = try await served.connect()
            try await connection.send(Self.status + "GET /half")
            try await connection.endInput()
            try await eventually("the server closes") { connection.isClosed }
            #expect(connection.text.contains(try Self.expectedStatus()))
        }
    }

    @Test func aKnownEntityTag_getsNotModified() async throws {
        try await ServedState.with { served in
            let first = try await served.talk(Self.status + Self.last)
            let start = try #require(first.ranges(of: "ETag: ").first?.upperBound)
            let tag = String(first[start...].prefix { $0 != "\r\n" })
            let again =
                "GET /api/orchestrator/status HTTP/1.1\r\nHost: 127.0.0.1\r\nIf-None-Match: \(tag)\r\nConnection: close\r\n\r\n"
            let text = try await served.talk(again)
            #expect(text.hasPrefix("HTTP/1.1 304 Not Modified\r\n"))
            #expect(text.contains("ETag: \(tag)\r\n"))
            #expect(text.hasSuffix("\r\n\r\n"))
            served.state.commit(to: served.feed) { $0.watchdog.restartCount += 1 }
            try await eventually("the change is served") {
                try await served.talk(again).hasPrefix("HTTP/1.1 200 OK\r\n")
            }
        }
    }

    @Test func gzip_isServedToThoseWhoTakeIt() async throws {
        try await ServedState.with { served in
            let connection = try await served.connect()
            try await connection.send(
                "GET /api/orchestrator/status HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
            )
            try await eventually("the server closes") { connection.isClosed }
            let bytes = connection.bytes
            let end = try #require(
                bytes.indices.dropLast(3).first { bytes[$0..<$0 + 4].elementsEqual("\r\n\r\n".utf8) }
            )
            #expect(String(decoding: bytes[..<end], as: UTF8.self).contains("Content-Encoding: gzip\r\n"))
            #expect(bytes[(end + 4)...].prefix(2) == [0x1F, 0x8B])
            #expect(bytes.count < (try Self.expectedStatus().utf8.count))
        }
    }

    @Test(arguments: [
        ("GET /healthz HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n", "HTTP/1.1 403 "),
        ("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", "HTTP/1.1 400 "),
        (
            "POST /api/orchestrator/status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            "HTTP/1.1 405 "
        ),
        (
            "GET /api/orchestrator/component/nobody HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            "HTTP/1.1 400 "
        ),
        ("GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "HTTP/1.1 404 "),
    ])
    func whatIsWrong_theRouterRefuses(request: String, answer: String) async throws {
        try await ServedState.with { served in
            let text = try await served.talk(request)
            #expect(text.hasPrefix(answer))
        }
    }

    @Test(arguments: [("http://localhost:3000", true), ("https://evil.test", false)])
    func origins(origin: String, isAllowed: Bool) async throws {
        try await ServedState.with { served in
            let request =
                "GET /api/orchestrator/status HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: \(origin)\r\nConnection: close\r\n\r\n"
            let text = try await served.talk(request)
            #expect(text.contains("Access-Control-Allow-Origin: \(origin)\r\n") == isAllowed)
            #expect(text.contains("Vary: Origin"))
        }
    }

    @Test func beforeTheFirstLook_requestsWait_andReadinessSaysWhy() async throws {
        try await ServedState.with(committed: false) { served in
            let ready = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            let early = try await served.talk(ready)
            #expect(early.hasPrefix("HTTP/1.1 503 "))
            #expect(early.contains("the logs have not been read yet"))
            let connection = try await served.connect()
            try await connection.send(Self.status + Self.last)
            served.feed.committed(at: SampleStates.start)
            try await eventually("the server closes") { connection.isClosed }
            #expect(connection.text.contains(try Self.expectedStatus()))
            #expect(try await served.talk(ready).hasPrefix("HTTP/1.1 200 "))
            served.feed.monitor(is: .ended)
            #expect(try await served.talk(ready).contains("the monitor ended and is started again"))
        }
    }

    @Test func requests_neverJudgeNorEncode() async throws {
        try await ServedState.with { served in
            _ = try await served.talk(Self.status + Self.last)
            let judged = served.state.judged.load(ordering: .relaxed)
            _ = try await served.talk(String(repeating: Self.status, count: 100) + Self.last)
            #expect(served.state.judged.load(ordering: .relaxed) == judged)
            for _ in 0..<50 { served.state.commit(to: served.feed) { $0.watchdog.restartCount += 1 } }
            try await eventually("nobody asks for a second") { !served.sources.publisher.isAwake }
            let atRest = served.state.judged.load(ordering: .relaxed)
            served.state.commit(to: served.feed) { $0.watchdog.restartCount += 1 }
            #expect(served.sources.publisher.current() == nil)
            #expect(served.state.judged.load(ordering: .relaxed) == atRest)
        }
    }
}

extension OrchestrationData {
    /// As it is judged at an instant.
    func at(_ time: Timestamp) -> OrchestrationData {
        var data = self
        data.timestamp = time
        data.lastUpdate = time
        data.sentinel.lastCheck = time
        data.watchdog.lastCheck = time
        data.executor.lastCheck = time
        data.selfcheck.lastCheck = time
        data.lifecycle.lastCheck = time
        return data
    }
}
