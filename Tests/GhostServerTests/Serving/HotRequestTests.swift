import GhostModel
import Testing

@testable import GhostServer

struct HotRequestTests {
    private func read(_ text: String) -> HotRequest.Reading { Array(text.utf8).withUnsafeBytes(HotRequest.read) }

    private func hot(_ text: String) throws -> HotRequest {
        guard case .hot(let request, let length) = read(text) else {
            throw Missing()
        }
        #expect(length == text.utf8.count)
        return request
    }

    private struct Missing: Error {}

    @Test func aRequest_isReadWithWhatMatters() throws {
        let request = try hot(
            "GET /api/orchestrator/status?x=1 HTTP/1.1\r\nHOST: 127.0.0.1:5002\r\nOrigin:\thttp://localhost \r\n"
                + "If-None-Match: W/\"1\"\r\nAccept-Encoding: br, gzip;q=0.5\r\nX-Other: ü\r\n\r\n"
        )
        #expect(request.resource == .status)
        #expect(request.method == .get)
        #expect(request.version == .http11)
        #expect(request.afterwards == .keep)
        #expect(request.host == "127.0.0.1:5002")
        #expect(request.origin == "http://localhost")
        #expect(request.ifNoneMatch == "W/\"1\"")
        #expect(request.acceptsGzip == .accepted)
    }

    @Test(arguments: [
        ("/api/orchestrator/health", HotResource.health), ("/api/orchestrator/stream", .stream),
        ("/healthz", .processHealth),
        ("/readyz", .readiness), ("/api/orchestrator/component/sentinel", .component("sentinel")),
    ])
    func hotPaths(path: String, resource: HotResource) throws {
        #expect(try hot("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n").resource == resource)
        #expect(try hot("HEAD \(path) HTTP/1.1\r\nHost: a\r\n\r\n").method == .head)
    }

    @Test func http10_closes_unlessItIsAskedToStay() throws {
        #expect(try hot("GET /healthz HTTP/1.0\r\n\r\n").afterwards == .close)
        #expect(try hot("GET /healthz HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").afterwards == .keep)
        #expect(try hot("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").afterwards == .close)
    }

    @Test func lastEventID_comesFromTheHeaderBeforeTheQuery() throws {
        let path = "/api/orchestrator/stream?a=b&lastEventId=e-3"
        #expect(try hot("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n").lastEventID == "e-3")
        #expect(try hot("GET \(path) HTTP/1.1\r\nHost: a\r\nLast-Event-ID: e-4\r\n\r\n").lastEventID == "e-4")
    }

    @Test(arguments: [
        "POST /healthz HTTP/1.1\r\nHost: a\r\n\r\n", "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
        "get /healthz HTTP/1.1\r\nHost: a\r\n\r\n", "GET  /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n", "GET /healthz HTTP/1.1 \r\nHost: a\r\n\r\n",
        "GET http://a/healthz HTTP/1.1\r\nHost: a\r\n\r\n", "GET /healthz/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /%68ealthz HTTP/1.1\r\nHost: a\r\n\r\n", "GET /healthz HTTP/1.1\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", "GET /healthz HTTP/1.1\nHost: a\n\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\rb\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: a\u{0}\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n\r\n",
        "GET /api/orchestrator/component/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /api/orchestrator/component/a/b HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
        "\u{16}\u{3}\u{1}", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ])
    func whatIsInDoubt_isTheRouters(text: String) {
        #expect(read(text) == .foreign)
    }

    @Test func everyBeginning_isIncomplete() {
        let whole = Array("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: y\r\n\r\n".utf8)
        for count in 0..<whole.count { #expect(whole[..<count].withUnsafeBytes(HotRequest.read) == .incomplete) }
    }

    @Test func aHeadThatIsTooLong_isTheRouters() {
        let long = "GET /healthz HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "y", count: HotRequest.longestHead))"
        #expect(read(long) == .foreign)
        #expect(read(long + "\r\n\r\n") == .foreign)
    }

    @Test(arguments: [
        ("gzip", true), ("GZIP", true), ("br;q=1, gzip;q=0.1", true), ("gzip;q=0", false), ("gzip; q=0.000", false),
        ("br", false), ("", false), ("xgzip", false),
    ])
    func gzip(header: String, isTaken: Bool) {
        #expect(HotRequest.takesGzip(header) == isTaken)
    }

    @Test(arguments: [
        ("W/\"1-a\"", true), ("\"1-a\"", true), ("*", true), ("\"0\", W/\"1-a\"", true), ("\"1-ab\"", false),
        ("1-a", false), ("", false),
    ])
    func entityTags(list: String, isNamed: Bool) {
        #expect(EntityTags.names(list, "W/\"1-a\"") == isNamed)
    }

    @Test(arguments: [(Int64(0), "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT")])
    func dates(seconds: Int64, text: String) {
        #expect(HTTPDate.text(secondsSince1970: seconds) == text)
    }
}
