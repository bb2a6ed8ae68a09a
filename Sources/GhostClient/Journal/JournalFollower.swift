import GhostModel

/// Where a reader of the journal is, and what each page is to them.
///
/// A value without a network: ``JournalEvents`` brings it what comes.
struct JournalFollower {
    /// What is to be asked for next.
    enum Question: Equatable {
        /// Where the journal ends; nothing of it is told.
        case end
        /// What came behind a sequence, once something did.
        case behind(UInt64)
        /// The newest events, after the journal began anew.
        case newest
    }

    private(set) var question: Question
    private var epoch: String?
    private let isOfOneDaemon: Bool
    /// When the last event happened that was told or passed over.
    private var lastTime: Timestamp?

    /// Begins behind a position, or at the present end.
    init(after position: StreamPosition?, isOfOneDaemon: Bool) {
        self.isOfOneDaemon = isOfOneDaemon
        epoch = position?.epoch
        question = position.map { .behind($0.sequence) } ?? .end
    }

    /// Takes the answer to ``question``.
    mutating func take(_ page: JournalPage) -> [JournalUpdate] {
        switch question {
        case .end:
            go(on: page)
            return []
        case .newest:
            let events = page.events.filter { event in lastTime.map { event.at > $0 } ?? true }
            go(on: page)
            return events.map { .event($0) }
        case .behind(let sequence):
            // Another journal, or one that lost its end: its sequences mean other events.
            guard page.epoch == epoch, page.next >= sequence else {
                question = .newest
                return [.gap(.beganAnew)]
            }
            let gap = gap(behind: sequence, in: page)
            go(on: page)
            return (gap.map { [.gap($0)] } ?? []) + page.events.map { .event($0) }
        }
    }

    private mutating func go(on page: JournalPage) {
        epoch = page.epoch
        question = .behind(page.next)
        lastTime = page.events.last?.at ?? lastTime
    }

    private func gap(behind sequence: UInt64, in page: JournalPage) -> JournalGap? {
        guard page.pruned > sequence else { return nil }
        guard !isOfOneDaemon, let first = page.events.first else { return .prunedBefore(events: nil) }
        return first.sequence > sequence + 1 ? .prunedBefore(events: first.sequence - sequence - 1) : nil
    }
}
