public import GhostModel

extension RuleFold {
    /// What is true at `now`.
    ///
    /// Judging changes nothing: a late line may still show that what seems overdue came in time.
    ///
    /// - Parameter files: the names of the files by the numbers that ``fold(line:file:generation:offset:readAt:)`` was given.
    public func snapshot(now: Timestamp, files: [String] = []) -> RuleSnapshot {
        guard pending.contains(where: { $0.deadline < now }) else { return judged(now, files) }
        var later = self
        later.expire(before: now)
        return later.judged(now, files)
    }

    /// The newest trusted time of a line.
    public var newestTime: Timestamp? {
        guard let lastEvent, let lastLine else { return lastEvent ?? lastLine }
        return max(lastEvent, lastLine)
    }

    /// The next instant at which time alone changes the judgement, after `now`; nil if it never does.
    public func nextDeadline(after now: Timestamp) -> Timestamp? {
        var instants = pending.map(\.deadline) + alerts.values.compactMap { $0.raised?.until }
        if let longestSilence, let newest = newestTime ?? lastReadAt {
            instants.append(newest.advanced(by: longestSilence))
        }
        return instants.filter { $0 >= now }.min()?.advanced(by: .milliseconds(1))
    }

    /// After how long a silence nothing is known any more.
    var longestSilence: Duration? { component.staleAfter ?? beat.map { $0 * 3 } }

    private func judged(_ now: Timestamp, _ files: [String]) -> RuleSnapshot {
        var reasons: [RuleReason] = []
        var meaning = component.meanings[track.state]
        var error: String?
        if meaning == .error || meaning == .warning {
            let state = component.names.states[track.state]
            let why = errorText.isEmpty ? state : errorText.span.text(0..<errorText.count, longest: errorText.count)
            reasons.append(reason(why, track, files))
            if meaning == .error { error = why }
        }
        if let silence = silence(now) {
            meaning = .unknown
            error = silence
            reasons.append(RuleReason(message: silence))
        }
        let alerts = raisedAlerts(now)
        for alert in alerts {
            let about = alert.entity.map { "\($0): " } ?? ""
            reasons.append(RuleReason(message: "\(about)alert \(alert.name) since \(alert.since)"))
        }
        let snapshots = entitySnapshots
        for number in entities.numbers {
            let entity = entities.entities[number]
            guard [.error, .warning].contains(component.meanings[entity.track.state]),
                reasons.count < Self.mostReasons
            else { continue }
            let state = component.names.states[entity.track.state]
            reasons.append(reason("\(Self.text(entity.name)) is \(state)", entity.track, files))
        }
        return RuleSnapshot(
            component: component.name,
            state: component.names.states[track.state],
            status: meaning.status,
            meaning: meaning,
            since: track.since,
            error: error,
            lastEvent: lastEvent,
            judgedAt: now,
            counters: tally.counters(component.uses.counters, component.names),
            values: tally.values(component.uses.values, component.names),
            times: tally.lasts(component.uses.lasts, component.names),
            lists: keptLists,
            entities: snapshots,
            alerts: alerts,
            reasons: reasons,
            errors: errors.groups(files: files),
            records: totals.records,
            unknownLines: totals.unknownLines,
            damagedLines: totals.damagedLines,
            overflow: totals.overflow + totals.abandonedLines,
            missedExpectations: totals.missedExpectations
        )
    }

    /// How many reasons a snapshot gives.
    static let mostReasons = 20

    private func silence(_ now: Timestamp) -> String? {
        guard let longestSilence else { return nil }
        guard let newest = newestTime ?? lastReadAt else { return "no line yet" }
        let silent = now.since(newest)
        guard silent > longestSilence else { return nil }
        let rhythm = beat.map { "; a line is due every \($0.configurationText)" } ?? ""
        return "silent for \(silent.configurationText)\(rhythm)"
    }

    private func reason(_ message: String, _ track: RuleStateTrack, _ files: [String]) -> RuleReason {
        let file = files.indices.contains(track.line.file) ? files[track.line.file] : "#\(track.line.file)"
        let missed: String? =
            switch track.cause {
            case .line: nil
            case .expectationMissed(let cause): cause
            }
        let whole = missed.map { message == $0 ? message : "\(message): \($0)" } ?? message
        return RuleReason(
            message: whole,
            position: SourcePosition(file: file, generation: track.generation, offset: track.line.offset),
            line: track.line.text
        )
    }

    private func raisedAlerts(_ now: Timestamp) -> [RuleAlert] {
        alerts.compactMap { key, track -> RuleAlert? in
            guard isThere(key.subject), let raised = track.raised(at: now) else { return nil }
            var entity: String?
            if case .entity(let number, _) = key.subject { entity = Self.text(entities.entities[number].name) }
            let name = component.names.alerts[key.alert].name
            return RuleAlert(name: name, entity: entity, since: raised.since, until: raised.until)
        }.sorted { ($0.name, $0.entity ?? "") < ($1.name, $1.entity ?? "") }
    }

    private var keptLists: [String: [String]] {
        Dictionary(
            uniqueKeysWithValues: component.uses.lists.map { number in
                let items = number < lists.count ? lists[number].newestFirst : []
                return (component.names.lists[number], items.map(Self.text))
            }
        )
    }

    private var entitySnapshots: [String: RuleEntity] {
        var result: [String: RuleEntity] = [:]
        for number in entities.numbers {
            let entity = entities.entities[number]
            result[Self.text(entity.name)] = RuleEntity(
                state: component.names.states[entity.track.state],
                meaning: component.meanings[entity.track.state],
                since: entity.track.since,
                changes: entity.track.changes,
                counters: entity.tally.counters(component.uses.entityCounters, component.names),
                values: entity.tally.values(component.uses.entityValues, component.names),
                times: entity.tally.lasts(component.uses.entityLasts, component.names)
            )
        }
        return result
    }

    static func text(_ bytes: [UInt8]) -> String { bytes.span.text(0..<bytes.count, longest: bytes.count) }
}

extension RuleTally {
    func counters(_ used: Set<Int>, _ names: RuleNames) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: used.map { (names.counters[$0], counter($0)) })
    }

    func lasts(_ used: Set<Int>, _ names: RuleNames) -> [String: Timestamp] {
        var result: [String: Timestamp] = [:]
        for number in used { result[names.lasts[number]] = last(number) }
        return result
    }

    func values(_ used: Set<Int>, _ names: RuleNames) -> [String: RuleValue] {
        var result: [String: RuleValue] = [:]
        for number in used { result[names.values[number]] = value(number)?.shown }
        return result
    }
}

extension RuleTally.StoredValue {
    /// The value as it is shown.
    var shown: RuleValue {
        switch kind {
        case .int, .counter:
            if let number = bytes.span.wholeNumber(0..<bytes.count) { return .number(number) }
        case .list:
            let items = bytes.span.listItems(0..<bytes.count)
            return .list(items.map { bytes.span.text($0, longest: RuleLimits.entityNameBytes) })
        default: break
        }
        return .text(bytes.span.text(0..<bytes.count, longest: bytes.count))
    }
}
