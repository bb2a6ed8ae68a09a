import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

struct RecentCountsTests {
    private let now = Timestamp.at("2026-11-22T16:05:30.500Z")

    /// Counts one first thing at each of `ages`, in seconds before now.
    private func counted(_ ages: [Int]) -> RecentCounts {
        var recent = RecentCounts()
        for age in ages { recent.count(.first, at: now.advanced(by: .seconds(-age))) }
        return recent
    }

    /// How many seconds before the instant, and whether it is in the minute, the hour and the day.
    private static let ages: [(Int, [Int])] = [
        (0, [1, 1, 1]),
        (59, [1, 1, 1]),
        (60, [0, 1, 1]),
        // The present minute is the 60th: 16:05:30 back to 15:06:00.
        (3570, [0, 1, 1]),
        (3571, [0, 0, 1]),
        // The present hour is the 24th: 16:05:30 back to 17:00:00 of the day before.
        (83_130, [0, 0, 1]),
        (83_131, [0, 0, 0]),
        // Ahead of the instant: not yet in the seconds, while the minute and the hour hold it.
        (-1, [0, 1, 1]),
        (-31, [0, 0, 1]),
        (-3600, [0, 0, 0]),
    ]

    @Test(arguments: ages)
    func record_isInTheWindowsThatItsAgeFits(age: Int, expected: [Int]) {
        let recent = counted([age]).sums(at: now)[0]
        #expect([recent.minute, recent.hour, recent.day] == expected)
    }

    @Test func things_areCountedApart() {
        var recent = RecentCounts()
        recent.count(.first, at: now)
        recent.count(.second &+ .error, at: now)
        recent.count(.error, at: nil)
        let sums = recent.sums(at: now)
        #expect((0..<4).map { sums[$0].minute } == [1, 1, 0, 1])
        #expect(sums.errors.day == 1)
    }

    /// The rings against a list of everything that was counted, in any order.
    @Test(arguments: 0..<20)
    func order_changesNothing(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var times: [Timestamp] = []
        var recent = RecentCounts()
        for _ in 0..<500 {
            let span = [2000, 90_000, 5_000_000, 90_000_000].randomElement(using: &random) ?? 1
            let time = now.advanced(by: .milliseconds(-Int.random(in: 0..<span, using: &random)))
            // A bucket that was given up to a later time takes nothing any more; such times are left out here.
            guard now.since(time) < .seconds(23 * 3600) else { continue }
            times.append(time)
            recent.count(.first, at: time)
            if Int.random(in: 0..<50, using: &random) == 0 {
                var bytes = SavedBytes()
                bytes.add(recent)
                var reader = SavedBytesReader(bytes.bytes)
                recent = try RecentCounts(from: &reader)
            }
        }
        let second = now.milliseconds / 1000
        let expected = RecentCount(
            minute: times.count { $0.milliseconds / 1000 > second - 60 },
            hour: times.count { $0.milliseconds / 60_000 > second / 60 - 60 },
            day: times.count { $0.milliseconds / 3_600_000 > second / 3600 - 24 }
        )
        let sum = recent.sums(at: now)[0]
        #expect(sum.day == expected.day)
        // Older records may have been counted after later ones had taken their place; nothing is ever counted twice.
        #expect(sum.minute == expected.minute)
        #expect(sum.hour == expected.hour)
    }

    @Test func recordAheadOfItsTime_takesOnlyItsOwnPlace() {
        var recent = counted([1, 2, 3])
        recent.count(.first, at: now.advanced(by: .seconds(240)))
        #expect(recent.sums(at: now)[0].minute == 3)
        #expect(recent.sums(at: now.advanced(by: .seconds(240)))[0] == RecentCount(minute: 1, hour: 4, day: 4))
    }

    /// Between two changes that are announced nothing changes.
    @Test func nextChange_isNeverTooLate() {
        let recent = counted([0, 7, 59, 300, 3599, 7200])
        var instant = now.advanced(by: .seconds(-10))
        var steps = 0
        while let next = recent.nextChange(after: instant) {
            #expect(next > instant)
            #expect(recent.sums(at: next.advanced(by: .milliseconds(-1)))[0] == recent.sums(at: instant)[0])
            instant = next
            steps += 1
        }
        #expect(steps > 10 && steps < 60)
        #expect(recent.sums(at: instant)[0] == RecentCount())
        #expect(RecentCounts().nextChange(after: now) == nil)
    }

    @Test func savedBuckets_thatCannotBe_areRefused() {
        for values in [
            [1, 200, 5, 1, 0, 0, 0], [1, 3, 5, 1, 0, 0, 0], [1, 3, 63, 0, 0, 0, 0], [1, 3, 63, -1, 0, 0, 0],
        ] {
            var bytes = SavedBytes()
            for value in values { bytes.add(value) }
            var reader = SavedBytesReader(bytes.bytes)
            #expect(throws: UnreadableSave.self, "\(values)") { try RecentCounts(from: &reader) }
        }
    }
}

struct DurationHistogramTests {
    @Test(arguments: [0, 1, 31, 32, 33, 100, 999, 65_535, 1_000_003, 86_400_000, 4_294_967_295] as [Int64])
    func quantile_isWrongByAThirtySecondAtMost(milliseconds: Int64) throws {
        var histogram = DurationHistogram()
        histogram.add(milliseconds)
        let found = try #require(histogram.quantile(0.5))
        #expect(abs(found - milliseconds) <= milliseconds / 32)
    }

    @Test func quantiles_ofManyDurations() throws {
        var histogram = DurationHistogram()
        for milliseconds in 1...1000 { histogram.add(Int64(milliseconds)) }
        let (half, most) = (try #require(histogram.quantile(0.5)), try #require(histogram.quantile(0.95)))
        #expect(abs(half - 500) <= 16)
        #expect(abs(most - 950) <= 30)
        #expect(DurationHistogram().quantile(0.5) == nil)
    }

    @Test(arguments: [(Int64.min, Int64(0)), (-5, 0), (.max, DurationHistogram.longest)])
    func durationOutOfBounds_countsAsTheNearest(milliseconds: Int64, expected: Int64) throws {
        var histogram = DurationHistogram()
        histogram.add(milliseconds)
        let found = try #require(histogram.quantile(1))
        #expect(abs(found - expected) <= expected / 32)
        var bytes = SavedBytes()
        bytes.add(histogram)
        var reader = SavedBytesReader(bytes.bytes)
        #expect(try DurationHistogram(from: &reader) == histogram)
    }
}
