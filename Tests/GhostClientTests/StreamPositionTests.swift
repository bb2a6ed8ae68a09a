import GhostClient
import Testing

struct StreamPositionTests {
    @Test(arguments: [
        ("e-3", StreamPosition(epoch: "e", sequence: 3)),
        ("f-g-18446744073709551615", StreamPosition(epoch: "f-g", sequence: .max)),
        ("-0", StreamPosition(epoch: "", sequence: 0)),
    ])
    func text_isCutAtItsLastDash(_ text: String, _ position: StreamPosition) {
        #expect(StreamPosition(text) == position)
        #expect(position.description == text)
    }

    @Test(arguments: ["", "3", "e-", "e-x", "e-+1", "e- 1", "e-18446744073709551616", "e-1-", "e-٣"])
    func whatIsNoPosition_isRefused(_ text: String) {
        #expect(StreamPosition(text) == nil)
    }
}
