#if os(Linux)
import Testing

@testable import GhostDaemon

@Suite struct ProcessDescriptionTests {
    @Test(arguments: [
        ("7 (a) b) S 1 7", "hrtimer_nanosleep", "sleeping, waiting in hrtimer_nanosleep"),
        ("7 (nfs) D 1 7", "0", "uninterruptible: it waits for a device or a file system, and no signal ends that"),
        ("7 (z) Z 1 7", "", "dead, and its parent does not take its end"),
        ("7 (t) T 1 7", "do_signal_stop\n", "stopped by a signal, waiting in do_signal_stop"),
    ])
    func whatTheKernelSaysIsPutIntoWords(stat: String, place: String, words: String) {
        #expect(ProcessDescription.text(stat: stat, waitChannel: place) == words)
    }

    @Test func aProcessThatIsNotThereIsNotDescribed() {
        #expect(ProcessDescription.of(Int32.max) == nil)
        #expect(ProcessDescription.of(1) != nil)
    }
}
#endif
