import GhostModel
import GhostTestSupport

/// Logs made of the forms that the fixtures hold, with names, times and damage by chance.
struct RandomLog {
    private var generator: SeededRandom

    init(seed: UInt64) {
        generator = SeededRandom(seed: seed)
    }

    /// A line of the component's log, with its end.
    mutating func line(_ kind: ComponentKind) -> String {
        let name = "d\(Int.random(in: 0..<12, using: &generator))"
        switch Int.random(in: 0..<20, using: &generator) {
        case 0: return "\(time()) heartbeat every=\(Int.random(in: 1..<90, using: &generator))s\n"
        case 1: return "[2026-11-22T16:0[2026-11-22T16:04:01.123Z] torn\n"
        case 2: return "\(time()) no form of any log\n"
        case 3: return "  a line without a time\n"
        case 4 where kind == .sentinel: return "\(time()) heartbeat every=60s watching=\"d1,d2,\(name)\"\n"
        case 4...6 where kind == .executor: return "\(time()) executing task \(name)\n"
        default:
            let sample = Self.samples[kind]?.randomElement(using: &generator) ?? ""
            return sample.replacing("[2026-11-22T16:04:01.123Z]", with: time()).replacing("api", with: name) + "\n"
        }
    }

    /// A number below `bound`.
    mutating func number(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }

    private mutating func time() -> String {
        let offset = Int64.random(in: -3_600_000..<200_000, using: &generator)
        return "[\(Timestamp(milliseconds: Timestamp.test.milliseconds + offset))]"
    }

    private static let samples = Dictionary(grouping: Sample.all, by: \.component).mapValues { $0.map(\.line) }
}
