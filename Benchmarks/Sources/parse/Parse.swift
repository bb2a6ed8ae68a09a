import CAllocationCount
import GhostLogs
import GhostModel

/// Reads time, level and form of every record of a log, as `ghost parse --stats` does, and prints the totals.
///
/// Usage: `parse FILE`. One `name value` a line, beginning with the time that it took and how often it asked for memory.
@main
enum Parse {
    static func main() throws {
        guard CommandLine.arguments.count == 2 else {
            print("usage: parse FILE")
            return
        }
        let text = try LogText(path: CommandLine.arguments[1])
        var tally = RecordTally(LineParser(latest: Timestamp(milliseconds: 1_795_363_441_000)))
        let allocationsBefore = allocation_count()
        let start = ContinuousClock.now
        _ = try text.count(into: &tally)
        let time = ContinuousClock.now - start
        let allocations = allocation_count() - allocationsBefore
        print("nanoseconds \(Int(time / .nanoseconds(1)))")
        if allocation_count_is_available() { print("allocations \(allocations)") }
        print("records \(tally.records)")
        print("without-time \(tally.recordsWithoutTime)")
        for (format, records) in tally.byFormat { print("format.\(format.rawValue) \(records)") }
        for (level, records) in tally.byLevel { print("level.\(level.rawValue) \(records)") }
    }
}
