import GhostModel

extension RuleFold {
    /// What an expectation waits for.
    func expected(by expectation: Expectation) -> RuleEffects.Expect? {
        guard component.rules.indices.contains(expectation.rule) else { return nil }
        let rule = component.rules[expectation.rule]
        switch expectation.subject {
        case .component: return rule.effects.expect
        case .entity: return rule.each?.effects.expect
        }
    }

    /// Lets everything happen that was due before `instant`.
    mutating func expire(before instant: Timestamp) {
        guard pending.contains(where: { $0.deadline < instant }) else { return }
        let due = pending.filter { $0.deadline < instant }.sorted { $0.deadline < $1.deadline }
        pending.removeAll { $0.deadline < instant }
        for expectation in due where isThere(expectation.subject) { miss(expectation) }
    }

    private mutating func miss(_ expectation: Expectation) {
        guard let expect = expected(by: expectation) else { return }
        totals.missedExpectations += 1
        let what =
            switch expect.what {
            case .state(let state): "the state \(component.names.states[state])"
            case .phrase(let phrase): "\"\(phrase.source)\""
            }
        let cause = "\(what) did not come within \(expect.within.configurationText)"
        func apply(_ track: inout RuleStateTrack) {
            if track.state != expect.otherwise { track.changes += 1 }
            track.state = expect.otherwise
            track.since = expectation.deadline
            track.line = expectation.line
            track.generation = expectation.generation
            track.cause = .expectationMissed(cause)
        }
        switch expectation.subject {
        case .component:
            apply(&track)
            errorText = Array(cause.utf8)
        case .entity(let number, _): changeTrack(ofEntity: number) { apply(&$0) }
        }
    }
}
