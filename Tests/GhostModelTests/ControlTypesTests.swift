import GhostModel
import Testing

typealias ProcessEnd = GhostModel.ExitStatus

struct ControlTypesTests {
    private let name: DaemonName
    private let other: DaemonName

    init() throws {
        name = try #require(DaemonName("a"))
        other = try #require(DaemonName("db"))
    }

    @Test(arguments: [
        (ProcessEnd.exited(0), "exit 0 (success)"), (.exited(1), "exit 1"),
        (.exited(127), "exit 127 (command not found)"),
        (.exited(126), "exit 126 (command cannot be run)"), (.signaled(9), "signal 9 (KILL)"),
        (.signaled(63), "signal 63"), (.exited(143), "exit 143 (what a shell says of signal 15, TERM)"),
        (.unknown, "it is not known how"),
    ])
    func exitsHaveWords(exit: ProcessEnd, words: String) {
        #expect(exit.words == words)
        #expect(ProcessEnd(exit.description) == exit)
    }

    @Test(arguments: [
        (
            MemoryKills(processes: 1, cause: .ownLimit(bytes: 3 << 30)), "a process of it at its memory limit of 3 GiB",
            "raise"
        ),
        (
            MemoryKills(processes: 4, cause: .ownLimit(bytes: 1500)), "4 processes of it at its memory limit of 1500 B",
            "raise"
        ),
        (MemoryKills(processes: 2, cause: .ownLimit(bytes: nil)), "2 processes of it at its memory limit", "raise"),
        (
            MemoryKills(processes: 1, cause: .around), "a process of it because memory ran out around it",
            "no memory left"
        ),
    ])
    func whatTheKernelKilledHasWords(kills: MemoryKills, words: String, advice: String) {
        #expect(kills.words == "the kernel killed \(words)")
        #expect(kills.advice.contains(advice))
        #expect(MemoryKills(detail: kills.detail) == kills)
        #expect(MemoryKills(detail: ["exit": "1"]) == nil)
    }

    @Test func adviceIsGivenWhereItHelps() {
        #expect(ProcessEnd.signaled(9).advice?.contains("memory ran out") == true)
        #expect(ProcessEnd.exited(127).advice?.contains("PATH") == true)
        #expect(ProcessEnd.exited(1).advice == nil)
        #expect(ProcessEnd("nonsense") == nil)
    }

    @Test func everySignalThatCanBeSentHasItsNumber() {
        for signal in Signal.allCases { #expect(ProcessEnd.number(of: signal) != nil, "\(signal)") }
        #expect(ProcessEnd.number(of: .kill) == 9)
    }

    @Test func longTextsAreCutBetweenCharacters() {
        #expect(JournalLimits.cut("short", to: 5) == "short")
        let cut = JournalLimits.cut(String(repeating: "é", count: 100), to: 20)
        #expect(cut.utf8.count <= 20)
        #expect(cut.hasSuffix("é…"))
    }

    @Test func aChainOfCausesEndsWhereNothingIsKnown_andNeverRunsInCircles() {
        func event(_ sequence: UInt64, cause: UInt64?) -> JournalEvent {
            JournalEvent(
                sequence: sequence,
                epoch: "e",
                at: Timestamp(milliseconds: 0),
                monotonic: 0,
                kind: .ended,
                cause: cause,
                text: ""
            )
        }
        let events = [event(1, cause: 3), event(2, cause: 1), event(3, cause: 2)]
        let chain = CauseChain.events(from: events[2]) { wanted in events.first { $0.sequence == wanted } }
        #expect(chain.map(\.sequence) == [3, 2, 1])
        let long = CauseChain.events(from: event(1000, cause: 999)) { event($0, cause: $0 - 1) }
        #expect(long.count == JournalLimits.chain)
    }

    private func status(
        _ phase: DaemonPhase,
        want: Want = .up,
        run: String? = "a#1",
        readiness: Readiness = .ready
    ) -> DaemonStatus {
        DaemonStatus(
            name: name,
            want: want,
            phase: phase,
            readiness: readiness,
            run: run,
            since: Timestamp(milliseconds: 0)
        )
    }

    @Test func whetherADaemonHasComeToRest() {
        let later = Timestamp(milliseconds: 10_000)
        #expect(Settling(of: status(.up), at: Timestamp(milliseconds: 100)) == .underway, "it may be about to die")
        #expect(Settling(of: status(.up), at: Timestamp(milliseconds: -100)) == .reached, "the clock was set back")
        #expect(Settling(of: status(.up), at: later) == .reached)
        #expect(Settling(of: status(.up), at: later, after: "a#1") == .underway, "a restart wants another run")
        #expect(Settling(of: status(.up), at: later, after: "a#0") == .reached)
        #expect(Settling(of: status(.up, readiness: .unready), at: later) == .missed)
        #expect(Settling(of: status(.stopping, want: .down), at: later) == .underway)
        #expect(Settling(of: status(.down, want: .down), at: later) == .reached)
        #expect(Settling(of: status(.backoff), at: later) == .missed)
        #expect(Settling(of: status(.crashLooping), at: later, after: "a#1") == .underway)
        #expect(Settling(of: status(.waiting), at: later) == .underway)
        var db = status(.failed)
        db.name = other
        #expect(Settling(of: status(.waiting), at: later, among: [db], needs: [other]) == .missed)
        db.phase = .starting
        #expect(Settling(of: status(.waiting), at: later, among: [db], needs: [other]) == .underway)
    }
}
