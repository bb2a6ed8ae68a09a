import GhostDaemon
import GhostTestSupport
import Testing

struct LatchTests {
    @Test func theFirstValue_wakesEverybodyAndStays() async throws {
        let latch = Latch<Int>()
        async let early = latch.value()
        async let stubborn = latch.valueDespiteCancellation()
        latch.set(1)
        latch.set(2)
        #expect(try await early == 1)
        #expect(await stubborn == 1)
        #expect(try await latch.value() == 1)
        #expect(latch.current == 1)
    }

    @Test func aCancelledWait_ends() async {
        let latch = Latch<Int>()
        let waiter = Task { try await latch.value() }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
    }
}
