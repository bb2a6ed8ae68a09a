import Testing

@testable import GhostModel

struct DurationTextTests {
    @Test(arguments: [
        ("500ms", Duration.milliseconds(500)), ("2s", .seconds(2)), ("1.5s", .milliseconds(1500)),
        ("5m", .seconds(300)),
        ("1h30m", .seconds(5400)), ("30d", .seconds(2_592_000)), ("0s", .zero),
        ("1h0m5s250ms", .milliseconds(3_605_250)),
    ])
    func text_isRead(text: String, expected: Duration) {
        #expect(Duration(configurationText: text) == expected)
    }

    @Test(arguments: ["", "5", "s", "5x", "-5s", "5 s", "30m1h", "1s1s", "1.s", ".5s", "101y", "36501d", "1e3s"])
    func anythingElse_isRefused(text: String) {
        #expect(Duration(configurationText: text) == nil)
    }

    @Test(arguments: [
        (Duration.zero, "0s"), (.milliseconds(250), "250ms"), (.milliseconds(1500), "1.5s"),
        (.milliseconds(1005), "1.005s"),
        (.seconds(60), "1m"), (.seconds(5400), "1h30m"), (.seconds(90_061), "1d1h1m1s"), (.seconds(-5), "-5s"),
    ])
    func text_isTheShortest(duration: Duration, expected: String) {
        #expect(duration.configurationText == expected)
    }

    @Test func writing_isTheInverseOfReading() {
        for milliseconds in [1, 999, 1000, 1001, 59_999, 60_000, 3_600_000, 86_400_000, 90_061_000] {
            let duration = Duration.milliseconds(milliseconds)
            #expect(Duration(configurationText: duration.configurationText) == duration)
        }
    }
}
