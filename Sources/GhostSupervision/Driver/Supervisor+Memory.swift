import Dispatch
import GhostModel
import GhostSystem

/// How far what must survive this Ghost is written.
struct Memory: Sendable {
    /// What is written, and what is being written.
    var stage = Stage.resting
    /// The revision that was handed to the file last.
    var revision = 0
    /// Orders that are decided on, and answered once a kill of Ghost cannot take them back.
    var receipts: [(number: UInt64, receipt: OrderReceipt)] = []
    /// How many of them are answered by the write that is under way.
    var receiptsUnderway = 0
    /// What went wrong last, so that it is told once.
    var trouble: String?
    /// Ends that were taken in, and are taken off the spawner's hands once what they led to is written.
    var ends: [RunID] = []
    /// Those of which it is being written.
    var endsUnderway: [RunID] = []

    enum Stage: Sendable {
        case resting
        case writing
    }
}

/// Remembering over restarts of Ghost.
extension Supervisor {
    /// Takes up what an earlier Ghost has kept; nothing may have happened yet.
    func recall(_ found: SupervisionFile.Found) {
        switch found {
        case .nothing: break
        case .unusable(let text): emit(.trouble(nil, text))
        case .content(let content):
            let daemons = supervision.declaredDaemons
            // The same daemons were put in order before, so this cannot fail.
            guard
                let resumed = try? Supervision(
                    daemons,
                    resuming: content.supervision,
                    now: now(),
                    boot: boot
                )
            else { return }
            supervision = resumed
            marks = content.output ?? marks
            rememberedDue = content.due ?? [:]
            told = content.told ?? [:]
            publish()
        }
        memory.revision = supervision.revision
    }

    /// Begins the file of a project that has none, so that a Ghost that is killed before it has anything to remember leaves a
    /// mark before its first line.
    func beginFile() {
        guard let file = ports.memory else { return }
        // What goes wrong is told when there is something to remember.
        _ = file.saveAtLast(snapshot()(), durability: .processEnd)
    }

    /// What was told and is not remembered: a Ghost that is killed between the two leaves it behind.
    func readStanding(_ found: SupervisionFile.Found) -> (lines: StandingLines, troubles: [String]) {
        var marks: [String: LogMark] = [:]
        if case .content(let content) = found { marks = content.told ?? [:] }
        var lines = StandingLines()
        var troubles: [String] = []
        for log in [ComponentKind.lifecycle, .sentinel, .watchdog] {
            do throws(LogMarkLost) {
                let mark = marks[log.rawValue]
                lines.read(try ports.logRest(log, mark), of: log, mark == nil ? .tail : .sinceMark)
            } catch {
                troubles.append("what was told last cannot be read back, and may be told again: \(error)")
            }
        }
        return (lines, troubles)
    }

    /// Writes what has changed, one write at a time, and answers the orders that need not wait for one.
    ///
    /// The order is what makes every end told, and told as it was, whenever Ghost is killed: first its lines are with the
    /// kernel, then the file says that it was taken in, and only then the spawner may forget it. Killed between the first two,
    /// the next Ghost reads back which lines stand, and tells those that are missing; between the last two, it knows better.
    /// Nobody waits for any of this: the next run is on its way already.
    func saveIfChanged() {
        guard case .resting = memory.stage else { return }
        guard supervision.revision != memory.revision || !memory.ends.isEmpty else {
            answerReceipts(memory.receipts.count)
            return
        }
        memory.stage = .writing
        memory.revision = supervision.revision
        memory.receiptsUnderway = memory.receipts.count
        (memory.endsUnderway, memory.ends) = (memory.ends, [])
        // What people want survives a power cut; what is counted need not cost a wait for the disk at each death.
        let durability: AtomicFile.Durability = memory.receipts.isEmpty ? .processEnd : .powerCut
        ports.afterTelling { [inbox, file = ports.memory, snapshot = snapshot()] in
            guard let file else {
                inbox.post(.remembered(nil))
                return
            }
            file.save(durability: durability, snapshot) { trouble in inbox.post(.remembered(trouble)) }
        }
    }

    /// A write is over.
    func remembered(_ trouble: String?) {
        memory.stage = .resting
        tell(trouble)
        answerReceipts(memory.receiptsUnderway)
        // Also when it failed: a spawner cannot hold ends for ever because a disk is full.
        for run in memory.endsUnderway { settleRecord(of: run) }
        memory.endsUnderway = []
    }

    /// Writes what is there at the end, and waits for it.
    func saveAtLast() {
        let told = DispatchSemaphore(value: 0)
        ports.afterTelling { told.signal() }
        told.wait()
        // Whatever was handed to the file before is written before this.
        if let file = ports.memory { tell(file.saveAtLast(snapshot()())) }
        answerReceipts(memory.receipts.count)
        for run in memory.endsUnderway + memory.ends { settleRecord(of: run) }
        (memory.endsUnderway, memory.ends) = ([], [])
    }

    private func snapshot() -> @Sendable () -> SupervisionFile.Content {
        // Lines that wait to be written are known to the snapshot as well; that they may be read back does no harm.
        for (log, place) in ports.logMarks() { told[log.rawValue] = place }
        return { [told, supervision, moment = now(), boot, due = schedules.remembered, marks] in
            SupervisionFile.Content(
                supervision: supervision.saved(at: moment, boot: boot),
                due: due,
                output: marks,
                told: told
            )
        }
    }

    private func tell(_ trouble: String?) {
        if let trouble, trouble != memory.trouble { emit(.trouble(nil, trouble)) }
        memory.trouble = trouble
    }

    private func answerReceipts(_ count: Int) {
        for (number, receipt) in memory.receipts.prefix(count) { desk.answer(number, with: receipt) }
        memory.receipts.removeFirst(min(count, memory.receipts.count))
        memory.receiptsUnderway = 0
    }

    private var boot: String { ProcessIdentity(of: processID).boot ?? "" }
}

extension Supervision {
    /// The plans of the daemons, in the order of starting.
    fileprivate var declaredDaemons: [DaemonPlan] { machines.map(\.plan) }
}

extension SupervisorOrder {
    /// Whether the next Ghost must know of it.
    var isRemembered: Bool {
        switch self {
        case .daemon(_, .start), .daemon(_, .stop), .daemon(_, .restart): true
        case .daemon(_, .signal), .takeOver, .answer, .killEverything: false
        }
    }
}
