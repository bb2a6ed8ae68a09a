import GhostModel
import Testing

@Suite struct CronScheduleTests {
    /// Berlin in 2026: summer time from March 29, 01:00 UTC, to October 25, 01:00 UTC.
    private struct Berlin: LocalTime {
        func offset(at instant: Timestamp) -> Int {
            let summer = Timestamp(rfc3339: "2026-03-29T01:00:00Z")
            let winter = Timestamp(rfc3339: "2026-10-25T01:00:00Z")
            guard let summer, let winter else { return 0 }
            return instant >= summer && instant < winter ? 7200 : 3600
        }
    }

    private struct UTC: LocalTime {
        func offset(at instant: Timestamp) -> Int { 0 }
    }

    private func times(
        _ cron: String,
        after text: String,
        _ count: Int,
        in zone: any LocalTime = UTC()
    ) throws -> [String] {
        let schedule = try CronSchedule(cron)
        var instant = try #require(Timestamp(rfc3339: text))
        var result: [String] = []
        for _ in 0..<count {
            guard let next = schedule.next(after: instant, in: zone) else { break }
            result.append(String(next.description.prefix(16)))
            instant = next
        }
        return result
    }

    @Test(arguments: [
        ("*/15 * * * *", "2026-01-01T00:07:30Z", ["2026-01-01T00:15", "2026-01-01T00:30"]),
        ("30 4 * * *", "2026-01-01T04:30:00Z", ["2026-01-02T04:30", "2026-01-03T04:30"]),
        ("0 0 29 2 *", "2026-01-01T00:00:00Z", ["2028-02-29T00:00", "2032-02-29T00:00"]),
        ("0 12 * * mon-fri", "2026-11-20T12:00:00Z", ["2026-11-23T12:00", "2026-11-24T12:00"]),
        ("0 12 * * 7", "2026-11-20T12:00:00Z", ["2026-11-22T12:00", "2026-11-29T12:00"]),
        ("0 0 13 * 5", "2026-11-01T00:00:00Z", ["2026-11-06T00:00", "2026-11-13T00:00", "2026-11-20T00:00"]),
        ("5,10-12 0 1 jan *", "2026-01-01T00:00:00Z", ["2026-01-01T00:05", "2026-01-01T00:10", "2026-01-01T00:11"]),
        ("@daily", "2026-12-31T23:59:00Z", ["2027-01-01T00:00"]),
        ("0 0 30 2 *", "2026-01-01T00:00:00Z", []),
    ])
    func timesFollowEachOther(cron: String, after: String, expected: [String]) throws {
        #expect(try times(cron, after: after, max(expected.count, 1)) == expected)
    }

    @Test(arguments: [
        // 02:30 does not exist on that day: it is made up for at 03:00 local time, once.
        ("30 2 * * *", "2026-03-28T02:00:00Z", ["2026-03-29T01:00", "2026-03-30T00:30"]),
        ("*/30 * * * *", "2026-03-29T00:15:00Z", ["2026-03-29T00:30", "2026-03-29T01:00", "2026-03-29T01:30"]),
        // 02:30 comes twice on that day and counts once; every half hour goes on without a hole.
        ("30 2 * * *", "2026-10-24T12:00:00Z", ["2026-10-25T00:30", "2026-10-26T01:30"]),
        (
            "*/30 * * * *", "2026-10-25T00:15:00Z",
            ["2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30", "2026-10-25T02:00"]
        ),
    ])
    func summerTimeNeitherLosesNorRepeats(cron: String, after: String, expected: [String]) throws {
        #expect(try times(cron, after: after, expected.count, in: Berlin()) == expected)
    }

    @Test(arguments: [
        ("* * * *", "has 4 fields; it takes 5: minute, hour, day, month, weekday"),
        ("60 * * * *", "has the minute \"60\", which is not within 0 to 59"),
        ("* 5-3 * * *", "has the hour \"5-3\", which is not within 0 to 23"),
        ("*/0 * * * *", "has the minute \"*/0\", which is not within 0 to 59"),
        ("* * * foo *", "has the month \"foo\", which is not within 1 to 12"),
    ])
    func mistakesAreNamed(cron: String, message: String) {
        let failure = #expect(throws: CronSchedule.Failure.self) { try CronSchedule(cron) }
        #expect(failure?.description == message)
    }
}
