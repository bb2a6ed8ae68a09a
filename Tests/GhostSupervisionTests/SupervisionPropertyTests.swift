import GhostSupervision
import Testing

@Suite struct SupervisionPropertyTests {
    /// Random plans and random interleavings of ends, answers, spawn failures, timers, wishes, late inputs, kills of Ghost,
    /// and a shutdown at any moment; ``SimulatedWorld`` says what must hold.
    @Test(arguments: 0..<20)
    func whateverHappensTheInvariantsHold(block: Int) throws {
        for number in 0..<30 {
            let seed = UInt64(block * 30 + number)
            var world = try SimulatedWorld(seed: seed)
            for step in 0..<Int(seed % 400) {
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
