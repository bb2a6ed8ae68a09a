import GhostModel
import Synchronization
import Testing

@testable import GhostServer

@Suite struct AnswerDatesTests {
    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
    ])
    func datesHaveTheFormOfHTTP(second: Int64, text: String) {
        #expect(AnswerDates.text(of: second) == text)
    }

    @Test func aDateIsThatOfItsSecond() {
        let time = Mutex<Int64>(784_111_777_999)
        let dates = AnswerDates { Timestamp(milliseconds: time.withLock { $0 }) }
        #expect(dates.current.contains("08:49:37"))
        time.withLock { $0 += 1 }
        #expect(dates.current.contains("08:49:38"))
    }
}
