import GhostTestSupport
import Testing

@testable import GhostSystem

struct LineEndsTests {
    @Test(arguments: 0..<100)
    func ends_areThoseThatALoopFinds(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        // From one end in a thousand bytes to nothing but ends.
        let rarity = Int.random(in: 1...1000, using: &random)
        let bytes = (0..<Int.random(in: 0...LineEnds.windowBytes, using: &random)).map { _ in
            Int.random(in: 0..<rarity, using: &random) == 0
                ? [UInt8(0x0A), 0x0D].randomElement(using: &random) ?? 0 : UInt8.random(in: 0...255, using: &random)
        }
        #expect(find(bytes) == bytes.indices.filter { bytes[$0] == 0x0A || bytes[$0] == 0x0D })
    }

    @Test(arguments: [0, 1, 63, 64, 65, 127, 128, LineEnds.windowBytes])
    func everyByte_mayBeAnEnd(length: Int) {
        #expect(find([UInt8](repeating: 0x0D, count: length)) == Array(0..<length))
        #expect(find([UInt8](repeating: 0x8A, count: length)).isEmpty)
    }

    private func find(_ bytes: [UInt8]) -> [Int] {
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: LineEnds.capacity) { places in
            let found = LineEnds.find(in: bytes.span, places)
            return (0..<found).map { Int(places[$0]) }
        }
    }
}
