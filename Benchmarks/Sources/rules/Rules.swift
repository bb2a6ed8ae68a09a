import CAllocationCount
import GhostDaemon
import GhostLogs
import GhostModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Folds the five logs of a folder by the built-in rules, from memory, and prints what a line costs.
///
/// Usage: `rules FOLDER`. One line a log: nanoseconds and allocations a line, and what the rules knew of it. Beside them
/// stand the lines that no rule knows: the same log with its words spoilt.
@main
enum Rules {
    private static let now = Timestamp(milliseconds: 4_000_000_000_000)

    static func main() throws {
        guard CommandLine.arguments.count == 2 else {
            print("usage: rules FOLDER")
            return
        }
        for component in try RuleLoader.builtIn().components {
            for file in component.files {
                guard let bytes = read("\(CommandLine.arguments[1])/\(file)") else { continue }
                measure(component, bytes, file)
                // No rule knows upper case and lower case changed about, while times and signs stay.
                measure(component, bytes.map { isLetter($0) ? $0 ^ 0x20 : $0 }, "\(file), unknown")
            }
        }
    }

    /// Nanoseconds of the processor: a shared machine disturbs them least.
    private static func processorTime(_ body: () -> Void) -> Double {
        let start = clock()
        body()
        return Double(clock() - start) * 1e9 / Double(CLOCKS_PER_SEC)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        // T and Z stand in times.
        (0x41...0x5A).contains(byte & 0xDF) && byte != 0x54 && byte != 0x5A
    }

    private static func measure(_ component: ComponentRules, _ bytes: [UInt8], _ name: String) {
        var lines: [Range<Int>] = []
        var start = 0
        for index in bytes.indices where bytes[index] == 0x0A {
            lines.append(start..<index)
            start = index + 1
        }
        var best = Double.infinity
        var allocations: UInt = 0
        var snapshot: RuleSnapshot?
        for _ in 0..<5 {
            var fold = RuleFold(component)
            let before = UInt(allocation_count())
            let time = processorTime {
                let span = bytes.span
                for line in lines {
                    fold.fold(
                        line: span.extracting(line),
                        file: 0,
                        generation: 1,
                        offset: Int64(line.lowerBound),
                        readAt: now
                    )
                }
            }
            allocations = UInt(allocation_count()) - before
            best = min(best, time / Double(max(1, lines.count)))
            snapshot = fold.snapshot(now: now)
        }
        print(
            "\(name): \((best * 10).rounded() / 10) ns/line, \(allocations) allocations, \(lines.count) lines,",
            "\(snapshot?.records ?? 0) known, \(snapshot?.unknownLines ?? 0) unknown"
        )
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let stream = fopen(path, "r") else { return nil }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while case let count = fread(&chunk, 1, chunk.count, stream), count > 0 { bytes += chunk[..<count] }
        return bytes
    }
}
