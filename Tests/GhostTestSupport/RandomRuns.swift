import Foundation

/// The seeds of tests that try random lives of something.
public enum RandomRuns {
    /// So many seeds as usual; `GHOST_MODEL_RUNS` says how many others, `GHOST_MODEL_SEED` which is the first.
    public static func seeds(usually count: Int) -> Range<Int> {
        let environment = ProcessInfo.processInfo.environment
        let first = environment["GHOST_MODEL_SEED"].flatMap { Int($0) } ?? 0
        return first..<(first + (environment["GHOST_MODEL_RUNS"].flatMap { Int($0) } ?? count))
    }
}
