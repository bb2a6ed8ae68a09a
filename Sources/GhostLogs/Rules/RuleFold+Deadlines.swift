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

    /// Waits for something that must happen in time.
    mutating func begin(
        _ expect: RuleEffects.Expect,
        _ subject: RuleSubject,
        _ line: Span<UInt8>,
        _ moment: Moment
    ) {
        var expectation = Expectation(
            subject: subject,
            rule: moment.rule,
            deadline: moment.orNow.advanced(by: expect.within)
        )
        expectation.line.note(line, moment.context)
        expectation.generation = moment.context.generation
        pending.removeAll { $0.subject == subject && $0.rule == moment.rule }
        guard pending.count < RuleLimits.expectations else {
            totals.overflow += 1
            return
        }
        pending.append(expectation)
    }

    /// Counts events that an alert watches.
    mutating func note(_ step: Int, _ key: AlertKey, at time: Timestamp) {
        if alerts[key] == nil {
            if alerts.count >= RuleLimits.alerts { forgetAlertsOfTheGone() }
            guard alerts.count < RuleLimits.alerts else {
                totals.overflow += 1
                return
            }
        }
        alerts[key, default: AlertTrack()].note(step, at: time, component.names.alerts[key.alert])
    }

    private mutating func forgetAlertsOfTheGone() {
        alerts = alerts.filter { isThere($0.key.subject) }
    }
}
