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

    enum Stage: Sendable {
        case resting
        case writing
    }
}

/// Remembering over restarts of Ghost.
extension Supervisor {
    /// Takes up what an earlier Ghost has kept; nothing may have happened yet.
    func recall() {
        guard let file = ports.memory else { return }
        switch file.load() {
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
            publish()
        }
        memory.revision = supervision.revision
    }

    /// Writes what has changed, one write at a time, and answers the orders that need not wait for one.
    func saveIfChanged() {
        guard case .resting = memory.stage else { return }
        guard let file = ports.memory, supervision.revision != memory.revision else {
            answerReceipts(memory.receipts.count)
            return
        }
        memory.stage = .writing
        memory.revision = supervision.revision
        memory.receiptsUnderway = memory.receipts.count
        // What people want survives a power cut; what is counted need not cost a wait for the disk at each death.
        let durability: AtomicFile.Durability = memory.receipts.isEmpty ? .processEnd : .powerCut
        file.save(durability: durability, snapshot()) { [inbox] trouble in inbox.post(.remembered(trouble)) }
    }

    /// A write is over.
    func remembered(_ trouble: String?) {
        memory.stage = .resting
        tell(trouble)
        answerReceipts(memory.receiptsUnderway)
    }

    /// Writes what is there at the end, and waits for it.
    func saveAtLast() {
        if let file = ports.memory { tell(file.saveAtLast(snapshot()())) }
        answerReceipts(memory.receipts.count)
    }

    private func snapshot() -> @Sendable () -> SupervisionFile.Content {
        { [supervision, moment = now(), boot, due = schedules.remembered, marks] in
            SupervisionFile.Content(
                supervision: supervision.saved(at: moment, boot: boot),
                due: due,
                output: marks
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
