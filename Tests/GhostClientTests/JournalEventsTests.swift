import GhostModel
import GhostTestSupport
import Testing

@testable import GhostClient

struct JournalEventsTests {
    private static func event(_ sequence: UInt64, epoch: String = "e") -> JournalEvent {
        JournalEvent(
            sequence: sequence,
            epoch: epoch,
            at: Sample.time.advanced(by: .seconds(Int64(sequence))),
            monotonic: 0,
            kind: .ready,
            text: "event \(sequence)"
        )
    }

    /// A page with these events, which came after the server waited.
    private static func page(
        _ sequences: UInt64...,
        next: UInt64,
        epoch: String = "e",
        pruned: UInt64 = 0,
        waited: Duration = .seconds(20)
    ) throws -> ScriptedServer.Page {
        let events = sequences.map { event($0, epoch: epoch) }
        return try .json(JournalPage(events: events, next: next, epoch: epoch, pruned: pruned), after: waited)
    }

    private struct Seen {
        var updates: [JournalUpdate] = []
        var error: GhostClientError?

        var sequences: [UInt64] {
            updates.compactMap { update in if case .event(let event) = update { event.sequence } else { nil } }
        }
        var gaps: [JournalGap] {
            updates.compactMap { update in if case .gap(let gap) = update { gap } else { nil } }
        }
        var connections: [ConnectionStatus] {
            updates.compactMap { update in if case .connection(let status, _) = update { status } else { nil } }
        }
    }

    private static func follow(
        _ server: ScriptedServer,
        after position: StreamPosition? = nil,
        of daemon: DaemonName? = nil
    ) async -> Seen {
        let events = JournalEvents(
            source: server,
            time: server,
            position: position,
            daemon: daemon,
            options: FollowOptions(randomness: SeededRandom(seed: 1))
        )
        return await Task {
            var seen = Seen()
            do throws(GhostClientError) {
                for try await update in events { seen.updates.append(update) }
            } catch {
                seen.error = error
            }
            return seen
        }.value
    }

    @Test func fromNowOn_eachEventComesOnce_acrossBreaks() async throws {
        let server = ScriptedServer(
            [],
            pages: [
                try Self.page(5, next: 5), try Self.page(6, 7, next: 7),
                .refusal(ScriptedServer.failure(.notReachable)), .body(Array("nonsense".utf8)),
                .refusal(ScriptedServer.failure(.refused(status: 503), retryAfter: .seconds(9))),
                try Self.page(8, next: 8), try Self.page(next: 8), try Self.page(9, next: 9),
            ]
        )
        let seen = await Self.follow(server)
        #expect(seen.sequences == [6, 7, 8, 9])
        #expect(seen.gaps == [])
        #expect(seen.error == nil)
        #expect(
            server.paths.prefix(3) == [
                "/api/v1/events?limit=1", "/api/v1/events?after=5&limit=1000&wait=20s",
                "/api/v1/events?after=7&limit=1000&wait=20s",
            ]
        )
        #expect(server.delays.contains(.seconds(9)))
    }

    @Test func aPosition_isGoneOnFrom_andADaemonNamed() async throws {
        let server = ScriptedServer([], pages: [try Self.page(4, next: 9)])
        let seen = await Self.follow(server, after: StreamPosition(epoch: "e", sequence: 3), of: DaemonName("api"))
        #expect(seen.sequences == [4])
        #expect(server.paths.first == "/api/v1/events?daemon=api&after=3&limit=1000&wait=20s")
    }

    @Test func anotherJournal_isAGap_andWhatHappenedSinceIsTold() async throws {
        let server = ScriptedServer(
            [],
            pages: [
                try Self.page(5, next: 5), try Self.page(6, next: 6), try Self.page(7, next: 7, epoch: "new"),
                try Self.page(3, 6, 7, 8, next: 8, epoch: "new"), try Self.page(9, next: 9, epoch: "new"),
            ]
        )
        let seen = await Self.follow(server)
        #expect(seen.gaps == [.beganAnew])
        // The times tell which of the new journal's events were not there before.
        #expect(seen.sequences == [6, 7, 8, 9])
        #expect(server.paths[3] == "/api/v1/events?limit=1000")
    }

    @Test func aJournalThatLostItsEnd_isAnother() async throws {
        let server = ScriptedServer(
            [],
            pages: [try Self.page(next: 2), try Self.page(2, next: 2), try Self.page(3, next: 3)]
        )
        let seen = await Self.follow(server, after: StreamPosition(epoch: "e", sequence: 5))
        #expect(seen.gaps == [.beganAnew])
        #expect(seen.sequences == [2, 3])
    }

    @Test func whatIsNoLongerKept_isAGap() async throws {
        let server = ScriptedServer([], pages: [try Self.page(11, 12, next: 12, pruned: 10)])
        let seen = await Self.follow(server, after: StreamPosition(epoch: "e", sequence: 3))
        #expect(seen.gaps == [.prunedBefore(events: 7)])
        #expect(seen.sequences == [11, 12])
        let ofOne = ScriptedServer([], pages: [try Self.page(12, next: 12, pruned: 10)])
        let own = await Self.follow(ofOne, after: StreamPosition(epoch: "e", sequence: 3), of: DaemonName("api"))
        #expect(own.gaps == [.prunedBefore(events: nil)])
        #expect(JournalGap.prunedBefore(events: 7).description == "7 older events are no longer kept")
    }

    @Test func aServerThatDoesNotWait_isAskedAtTheInterval() async throws {
        let server = ScriptedServer(
            [],
            pages: [
                try Self.page(next: 5, waited: .zero), try Self.page(next: 5, waited: .zero),
                try Self.page(next: 5, waited: .zero), try Self.page(6, next: 6, waited: .zero),
            ]
        )
        let seen = await Self.follow(server)
        #expect(seen.sequences == [6])
        #expect(seen.connections.contains(.polling))
        #expect(server.delays.filter { $0 == .seconds(10) }.count == 2)
    }

    @Test(arguments: [400, 401, 403, 404]) func aRefusal_ends(status: Int) async {
        let refusal = ScriptedServer.failure(.refused(status: status))
        let seen = await Self.follow(ScriptedServer([], pages: [.refusal(refusal)]))
        #expect(seen.error?.code == .refused(status: status))
        #expect(seen.updates.isEmpty)
    }
}
