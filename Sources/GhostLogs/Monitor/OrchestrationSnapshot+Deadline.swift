public import GhostModel

extension OrchestrationSnapshot {
    /// The first instant after `instant` at which ``status(at:plan:)`` may say something else although nothing was read.
    ///
    /// Nil if time alone changes nothing any more. The times in the answer that are its own, such as `timestamp`, are not
    /// meant. Between the two instants the answers are equal, so that a server needs to encode only when something was
    /// read and at this deadline.
    public func nextDeadline(after instant: Timestamp) -> Timestamp? {
        [
            sentinel.nextDeadline(after: instant), watchdog.nextDeadline(after: instant),
            executor.nextDeadline(after: instant), executor.fold.nextMinute(after: instant),
            selfcheck.nextDeadline(after: instant), lifecycle.nextDeadline(after: instant),
            ruled?.folds.compactMap { $0.nextDeadline(after: instant) }.min(),
        ].compactMap { $0 }.min()
    }
}

extension ComponentView {
    /// As ``OrchestrationSnapshot/nextDeadline(after:)``, for one component.
    fileprivate func nextDeadline(after instant: Timestamp) -> Timestamp? {
        let window = fold.ledger.recent.nextChange(after: instant)
        guard let silence = nextWordOfSilence(after: instant) else { return window }
        return window.map { min($0, silence) } ?? silence
    }

    /// When a beat will have been missed; where it has been, when the silence will be a second longer.
    private func nextWordOfSilence(after instant: Timestamp) -> Timestamp? {
        guard let beat = fold.ledger.beat, let last = fold.ledger.lastEvent else { return nil }
        // Only a longer silence than that counts.
        let tolerated = last.advanced(by: beat * ComponentJudgement.toleratedBeats)
        guard tolerated < instant else { return tolerated.advanced(by: .milliseconds(1)) }
        let seconds = (instant.milliseconds - last.milliseconds) / 1000 + 1
        return Timestamp(milliseconds: last.milliseconds + seconds * 1000)
    }
}
