import GhostModel
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import GhostServer

struct PeerBucketsTests {
    private func at(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }

    @Test func aBucket_fillsEvenly() {
        var bucket = TokenBucket(capacity: 2, perSecond: 10, at: at(0))
        #expect(bucket.take(at: at(0)) == nil)
        #expect(bucket.take(at: at(0)) == nil)
        #expect(bucket.take(at: at(0)) == .milliseconds(100))
        #expect(bucket.take(at: at(50)) == .milliseconds(50))
        #expect(bucket.take(at: at(100)) == nil)
        #expect(bucket.take(at: at(90)) != nil)
        #expect(bucket.isFull(at: at(10_000)))
    }

    @Test func addresses_areToldApart_upToABound() {
        var peers = PeerBuckets()
        for _ in 0..<Int(PeerLimits.burst) { #expect(peers.take("10.0.0.1", at: at(0)) == nil) }
        #expect(peers.take("10.0.0.1", at: at(0)) != nil)
        #expect(peers.take("10.0.0.2", at: at(0)) == nil)
        for number in 0..<20_000 { _ = peers.take("n\(number)", at: at(0)) }
        #expect(peers.count <= PeerBuckets.mostPeers)
        #expect(peers.take("another", at: at(0)) != nil)
        // Whoever was quiet for long enough is forgotten.
        #expect(peers.take("another", at: at(60_000)) == nil)
        #expect(peers.count < 10)
    }

    @Test func thisMachine_isNotCounted() {
        let limits = PeerLimits()
        for _ in 0..<1000 {
            #expect(limits.take("127.0.0.1") == nil)
            #expect(limits.take(nil) == nil)
        }
        var refused = 0
        for _ in 0..<1000 where limits.take("192.0.2.1") != nil { refused += 1 }
        #expect(refused > 500)
    }
}

struct HeadGuardTests {
    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", HeadEnd.Verdict.ended), ("GET / HTTP/1.1\nHost: a\n\n", .ended),
        ("\r\n\r\nGET / HTTP/1.1\r\n", .goesOn), ("\r\n\r\nGET / HTTP/1.1\r\n\r\n", .ended), ("", .goesOn),
    ])
    func theEndOfAHead_isAnEmptyLine(text: String, verdict: HeadEnd.Verdict) {
        var whole = HeadEnd()
        #expect(whole.take(text.utf8) == verdict)
        var pieces = HeadEnd()
        var last = HeadEnd.Verdict.goesOn
        for byte in text.utf8 where last == .goesOn { last = pieces.take([byte]) }
        #expect(last == verdict)
    }

    @Test func aHeadWithoutEnd_isTooLong() {
        var head = HeadEnd()
        #expect(head.take(repeatElement(UInt8(ascii: "a"), count: RequestLimits.head)) == .goesOn)
        #expect(head.take([UInt8(ascii: "a")]) == .tooLong)
    }

    @Test func aConnectionThatSaysNothing_isClosedInTime() throws {
        let newcomers = Newcomers()
        let channel = EmbeddedChannel(handler: HeadGuard(newcomers))
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
        #expect(newcomers.count == 1)
        try channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.1\r\n"))
        channel.embeddedEventLoop.advanceTime(by: .seconds(9))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(!channel.isActive)
        #expect(newcomers.count == 0)
    }

    @Test func aConnectionWithARequest_isLeftAlone() throws {
        let newcomers = Newcomers()
        let channel = EmbeddedChannel(handler: HeadGuard(newcomers))
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
        let text = "GET / HTTP/1.1\r\nHost: a\r\n\r\nmore"
        try channel.writeInbound(ByteBuffer(string: text))
        #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(string: text))
        #expect(newcomers.count == 0)
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        #expect(channel.isActive)
        try channel.writeInbound(ByteBuffer(string: "x"))
        #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(string: "x"))
        _ = try channel.finish()
    }

    @Test func aFlood_losesItsOldest() throws {
        let newcomers = Newcomers()
        var channels: [EmbeddedChannel] = []
        for _ in 0..<Newcomers.most + 10 {
            let channel = EmbeddedChannel(handler: HeadGuard(newcomers))
            try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
            channels.append(channel)
        }
        #expect(channels.prefix(10).allSatisfy { !$0.isActive })
        #expect(channels.dropFirst(10).allSatisfy { $0.isActive })
        #expect(newcomers.turnedAway == 10)
        for channel in channels { _ = try? channel.finish() }
        #expect(newcomers.count == 0)
    }
}

struct AnswerDeadlineTests {
    private func ask(
        _ path: String,
        limit: Duration = .milliseconds(50),
        _ work: @escaping @Sendable () async throws -> Void
    ) async throws -> Response {
        let base = CallbackResponder<APIContext> { _, _ in
            try await work()
            return Response(status: .ok)
        }
        let responder = AnswerDeadline(base, limit: limit, now: { TestRouter.now })
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let head = HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: path)
        let context = APIContext(source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: logger))
        return try await responder.respond(
            to: Request(head: head, body: RequestBody(buffer: ByteBuffer())),
            context: context
        )
    }

    @Test(arguments: ["/api/v1/logs", "/api/logs"])
    func whatTakesTooLong_isAnApology(path: String) async throws {
        let response = try await ask(path) { try await Task.sleep(for: .seconds(60)) }
        #expect(response.status == .serviceUnavailable)
        #expect(response.headers[.retryAfter] == "1")
        #expect(response.headers[.xContentTypeOptions] == "nosniff")
    }

    @Test func whatIsInTime_isTheAnswer() async throws {
        #expect(try await ask("/api/v1/logs", limit: .seconds(60)) {}.status == .ok)
    }

    @Test func whoAsksToWait_isWaitedFor() async throws {
        #expect(
            try await ask("/api/v1/daemons?wait=10s") { try await Task.sleep(for: .milliseconds(120)) }.status == .ok
        )
    }
}

struct AuditTrailTests {
    private final class Notes: AuditSink {
        let notes = Mutex<[AuditedRequest]>([])
        func note(_ request: AuditedRequest) { notes.withLock { $0.append(request) } }
    }

    @Test func changes_areKeptWithWhoAndOutcome_readsAreNot() async throws {
        let notes = Notes()
        var router = TestRouter()
        router.state.supervised = [ScriptedControl.api]
        router.control = ControlSources(
            control: ScriptedControl(),
            journal: ScriptedJournal(),
            usage: ScriptedUsage(),
            token: AccessToken(String(repeating: "ab", count: 32)),
            audit: notes
        )
        _ = try await router.get("/api/v1/daemons")
        _ = try await router.get("/api/v1/daemons/api/stop", method: .post)
        let shown: HTTPFields = [.authorization: "Bearer " + String(repeating: "ab", count: 32)]
        _ = try await router.get("/api/v1/daemons/api/stop", method: .post, headers: shown)
        let kept = notes.notes.withLock { $0 }
        #expect(kept.map(\.status) == [401, 200])
        #expect(kept.allSatisfy { $0.method == "POST" && $0.path == "/api/v1/daemons/api/stop" })
    }

    @Test func aFloodOfRefusals_isBounded() async throws {
        let notes = Notes()
        let trail = AuditTrail(audit: notes)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let context = APIContext(source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: logger))
        let head = HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/api/v1/shutdown")
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
        for _ in 0..<100 {
            _ = try await trail.handle(request, context: context) { _, _ in Response(status: .unauthorized) }
        }
        _ = try await trail.handle(request, context: context) { _, _ in Response(status: .accepted) }
        let kept = notes.notes.withLock { $0 }
        #expect(kept.count == AuditTrail.refusalsPerMinute + 1)
        #expect(kept.last?.status == 202)
        #expect(kept.last?.leftOut == 100 - AuditTrail.refusalsPerMinute)
    }
}
