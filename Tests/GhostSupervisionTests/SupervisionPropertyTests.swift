import GhostSupervision
import Testing

@Suite struct SupervisionPropertyTests {
    /// Random plans and random interleavings of ends, answers, spawn failures, timers, wishes, late inputs, kills of Ghost,
    /// and a shutdown at any moment; ``SimulatedWorld`` says what must hold.
    @Test(arguments: 0..<20)
    func whateverHappensTheInvariantsHold(block: Int) async throws {
        for number in 0..<12 {
            let seed = UInt64(block * 12 + number)
            var world = try SimulatedWorld(seed: seed)
            // Tests with real processes run at the same time and need the threads too.
            await Task.yield()
            for step in 0..<Int(seed * 37 % 400) {
                world.step()
                if step % 97 == 96 { try world.replaceGhost() }
            }
            try #require(world.faults == [], "seed \(seed)")
            world.shutDown()
            for _ in 0..<Int(seed % 7) where !world.isFinished { world.step() }
            world.answerAll()
            try #require(world.faults == [], "seed \(seed)")
            #expect(world.isFinished, "seed \(seed)")
        }
    }
}
