import GhostModel
import Testing

@testable import GhostSupervision

/// When daemons are due by the clock.
@Suite struct ScheduleBookTests {
    private func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

    private func daemon(_ text: String, _ schedule: SchedulePlan) -> DaemonPlan {
        DaemonPlan(
            name: name(text),
            command: Command(program: "x"),
            workingDirectory: "/",
            kind: .oneshot,
            schedule: schedule
        )
    }

    @Test func anIntervalCountsFromWhenItWasDueLast() {
        var book = ScheduleBook(zone: UniversalTime())
        let found1 = book.take([daemon("a", SchedulePlan(.every(.seconds(10))))], now: at(1000))
        #expect(found1 == [])
        #expect(book.wait(at: at(1000)) == .seconds(10))
        let found2 = book.takeDue(at: at(1009))
        #expect(found2 == [])
        let found3 = book.takeDue(at: at(1012))
        #expect(found3 == [name("a")], "late")
        #expect(book.wait(at: at(1012)) == .seconds(8), "and not later for it")
    }

    @Test func aClockThatJumpsAheadMakesItDueOnce() {
        var book = ScheduleBook(zone: UniversalTime())
        _ = book.take([daemon("a", SchedulePlan(.every(.seconds(10))))], now: at(1000))
        let found4 = book.takeDue(at: at(9003))
        #expect(found4 == [name("a")])
        let found5 = book.takeDue(at: at(9003))
        #expect(found5 == [])
        #expect(book.wait(at: at(9003)) == .seconds(7))
    }

    @Test(arguments: [(SchedulePlan.Missed.run, ["a"]), (.skip, [])])
    func whatWasMissedIsMadeUpForOnce(missed: SchedulePlan.Missed, made: [String]) {
        var book = ScheduleBook(zone: UniversalTime())
        let plan = daemon("a", SchedulePlan(.every(.seconds(10)), missed: missed))
        let found = book.take([plan], remembered: ["a": at(1000)], now: at(1055))
        #expect(found.map(\.text) == made)
        #expect(book.wait(at: at(1055)) == .seconds(5))
        #expect(book.remembered == ["a": at(1050)])
    }

    @Test func cronIsMissedOverADayWithoutGhost() throws {
        let daily = SchedulePlan(.cron(try CronSchedule("0 3 * * *")), missed: .run)
        var book = ScheduleBook(zone: UniversalTime())
        let day: Int64 = 86_400
        let found = book.take([daemon("a", daily)], remembered: ["a": at(3 * 3600)], now: at(day + 9 * 3600))
        #expect(found == [name("a")])
        #expect(book.wait(at: at(day + 9 * 3600)) == ScheduleBook.longestWait)
        let found6 = book.takeDue(at: at(2 * day + 3 * 3600))
        #expect(found6 == [name("a")])
    }

    @Test func aClockThatIsSetBackMakesItWaitNoLongerThanItsInterval() {
        var book = ScheduleBook(zone: UniversalTime())
        let found = book.take(
            [daemon("a", SchedulePlan(.every(.seconds(10))))],
            remembered: ["a": at(9000)],
            now: at(1000)
        )
        #expect(found == [])
        #expect(book.wait(at: at(1000)) == .seconds(10))
    }

    @Test func whatIsNotDeclaredAnyMoreIsNeverDue() {
        var book = ScheduleBook(zone: UniversalTime())
        _ = book.take([daemon("a", SchedulePlan(.every(.seconds(10))))], now: at(1000))
        _ = book.take([], now: at(1001))
        let found7 = book.takeDue(at: at(2000))
        #expect(found7 == [])
        #expect(book.wait(at: at(2000)) == nil)
    }
}
