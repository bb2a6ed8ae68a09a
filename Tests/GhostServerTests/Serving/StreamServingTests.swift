import GhostModel
import GhostTestSupport
import Testing

@testable import GhostServer

/// The stream over a real socket: served by the front handler, and by the router.
struct StreamServingTests {
    /// What comes before the stream's request decides who serves it.
    enum Way: String, CaseIterable, Sendable {
        case front
        case router

        var prefix: String { self == .front ? "" : "GET /api/v1/errors HTTP/1.1\r\nHost: localhost\r\n\r\n" }
    }

    private static func request(_ way: Way, lastEventID: String? = nil) -> String {
        let header = lastEventID.map { "Last-Event-ID: \($0)\r\n" } ?? ""
        return way.prefix + "GET /api/orchestrator/stream HTTP/1.1\r\nHost: localhost\r\n\(header)\r\n"
    }

    /// The stream's text: chunk sizes stand on lines of their own, which a reader of events passes over.
    private static func client(_ connection: RawConnection) throws -> StreamClient {
        var client = StreamClient()
        let text = connection.text
        guard let start = text.ranges(of: "retry: 1000").first?.lowerBound else { return client }
        try client.take(String(text[start...]).replacing("\r\n", with: "\n"))
        return client
    }

    @Test(arguments: Way.allCases)
    func aStream_beginsWithTheState_andFollows(way: Way) async throws {
        try await ServedState.with { served in
            let connection = try await served.connect()
            try await connection.send(Self.request(way))
            try await eventually("the snapshot comes") { try Self.client(connection).names == ["snapshot"] }
            #expect(connection.text.contains("text/event-stream; charset=utf-8"))
            #expect(connection.text.contains("no-cache, no-transform"))
            for _ in 0..<20 { served.state.commit(to: served.feed) { $0.watchdog.restartCount += 1 } }
            try await eventually("all changes come") { try Self.client(connection).lastID == "e-21" }
            let client = try Self.client(connection)
            #expect(client.events == Array(2...21))
            #expect(client.names.dropFirst().allSatisfy { $0 == "change" })
            let expected = try JSONText.encode(StatusBody(data: served.state.orchestration(at: SampleStates.start)))
            #expect(client.timeless == (try StreamClient.timeless(status: expected)))
            try await connection.close()
            // At once, not with the next ping.
            try await eventually("the subscriber is gone", within: .seconds(5)) {
                served.sources.publisher.hub.count == 0
            }
        }
    }

    @Test(arguments: Way.allCases)
    func whoComesBack_getsWhatChangedSince(way: Way) async throws {
        try await ServedState.with { served in
            let first = try await served.connect()
            try await first.send(Self.request(way))
            try await eventually("the snapshot comes") { try Self.client(first).lastID == "e-1" }
            served.state.commit(to: served.feed) { $0.watchdog.restartCount += 1 }
            try await eventually("a change comes") { try Self.client(first).lastID == "e-2" }
            let back = try await served.connect()
            try await back.send(Self.request(way, lastEventID: "e-1"))
            try await eventually("the change comes") { back.text.contains("event: change") }
            #expect(!back.text.contains("event: snapshot"))
            #expect(back.text.contains("\"from\":1"))
            for id in ["e-7", "x-1", "rubbish"] {
                let stranger = try await served.connect()
                try await stranger.send(Self.request(way, lastEventID: id))
                try await eventually("the snapshot comes for \(id)") { try Self.client(stranger).names == ["snapshot"] }
            }
            // Before what is kept: the gap is named.
            let late = try await served.connect()
            try await late.send(Self.request(way, lastEventID: "e-0"))
            try await eventually("gap and snapshot come") { try Self.client(late).names == ["gap", "snapshot"] }
        }
    }

    @Test func aSubscriberThatTakesNothing_hurtsNobody_andLearnsOfTheGap() async throws {
        try await ServedState.with { served in
            let slow = try await served.connect(takes: 65536)
            try await slow.send(Self.request(.front))
            try await eventually("the snapshot comes") { try Self.client(slow).names == ["snapshot"] }
            try await slow.stopReading()
            let fast = try await served.connect()
            try await fast.send(Self.request(.front))
            // Together more than the kernel keeps of what a server sends: 4 MB by default.
            let long = String(repeating: "x", count: 1_000_000)
            for round in 1...8 {
                served.state.commit(to: served.feed) { $0.sentinel.recentErrors = ["\(long)\(round)"] }
                try await eventually("the fast one has change \(round)") { fast.count > round * long.utf8.count }
            }
            #expect(served.sources.publisher.hub.figures.gaps == 0)
            try await slow.goOnReading()
            try await eventually("the slow one begins anew") { served.sources.publisher.hub.figures.gaps == 1 }
            let newest = "\(long)8"
            try await eventually("the slow one has the newest state") { slow.text.contains(newest) }
            #expect(slow.text.contains("event: gap\n"))
            #expect(!fast.text.contains("event: gap\n"))
        }
    }

    @Test func anotherStore_isAnotherState() async throws {
        try await ServedState.with { served in
            let connection = try await served.connect()
            try await connection.send(Self.request(.front))
            try await eventually("the snapshot comes") { try Self.client(connection).names == ["snapshot"] }
            served.state.commit(to: served.feed) { $0.epoch = "memory-1" }
            try await eventually("another snapshot comes") {
                try Self.client(connection).names == ["snapshot", "snapshot"]
            }
            #expect(try Self.client(connection).lastID == "memory-1-2")
        }
    }

    @Test(arguments: Way.allCases)
    func streams_endWhenTheServerStops(way: Way) async throws {
        let kept = Kept()
        try await ServedState.with { served in
            let connection = try await served.connect()
            try await connection.send(Self.request(way))
            try await eventually("the snapshot comes") { try Self.client(connection).names == ["snapshot"] }
            await kept.keep(connection)
        }
        let connection = try #require(await kept.connection)
        try await eventually("the stream ends") { connection.isClosed }
    }

    private actor Kept {
        var connection: RawConnection?
        func keep(_ connection: RawConnection) { self.connection = connection }
    }
}
