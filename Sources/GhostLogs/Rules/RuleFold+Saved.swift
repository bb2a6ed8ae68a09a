public import GhostModel

/// Why the saved state of a component cannot be gone on with.
///
/// Whoever gets one of these counts anew from the oldest bytes that are left.
public enum RuleStateRefusal: Error, Equatable, CustomStringConvertible {
    /// The rules keep other things now, so that the old totals would mean something else.
    case otherRules
    /// The bytes are damaged, or of a form that is not known.
    case unreadable
    /// Its files are read from too many different places.
    case tooManyReadings

    public var description: String {
        switch self {
        case .otherRules: "the rules keep other things now than when the state was saved; it is counted anew"
        case .unreadable: "the saved state is damaged or was written by a newer Ghost; it is counted anew"
        case .tooManyReadings:
            "its files are read from more than \(RuleLimits.readings) different places; it is counted anew with others"
        }
    }
}

extension RuleFold {
    /// The form in which the fold is saved; one more whenever that changes.
    static let savedVersion = 1

    /// The fold as bytes: totals by name, so that rules may be moved and rephrased, with a checksum behind them.
    public func saved() -> [UInt8] {
        var bytes = SavedBytes()
        bytes.add(Self.savedVersion)
        bytes.add(Int64(bitPattern: component.fingerprint))
        for count in [
            totals.records, totals.unknownLines, totals.damagedLines, totals.overflow, totals.abandonedLines,
            totals.missedExpectations,
        ] { bytes.add(count) }
        for time in [lastEvent, lastLine, lastReadAt] { bytes.add(time) }
        bytes.add(beat) { $0.add($1.wholeNanoseconds) }
        bytes.add(bytes: errorText)
        bytes.add(errors)
        let names = component.names
        bytes.add(list: component.uses.lists.sorted()) { bytes, number in
            bytes.add(names.lists[number])
            let items = number < lists.count ? Array(lists[number].newestFirst.reversed()) : []
            bytes.add(list: items) { $0.add(bytes: $1) }
        }
        track.save(to: &bytes, names)
        tally.save(to: &bytes, names)
        // Sorted, so that equal states are equal bytes.
        let order = entities.numbers.sorted {
            entities.entities[$0].name.lexicographicallyPrecedes(entities.entities[$1].name)
        }
        var places: [RuleSubject: Int] = [:]
        for (place, number) in order.enumerated() {
            places[.entity(number: number, serial: entities.entities[number].serial)] = place
        }
        bytes.add(list: order) { bytes, number in
            let entity = entities.entities[number]
            bytes.add(bytes: entity.name)
            entity.track.save(to: &bytes, names)
            entity.tally.save(to: &bytes, names)
        }
        func add(_ subject: RuleSubject, _ bytes: inout SavedBytes) { bytes.add(places[subject] ?? -1) }
        bytes.add(list: pending.filter { isThere($0.subject) }) { bytes, expectation in
            add(expectation.subject, &bytes)
            bytes.add(component.rules[expectation.rule].name)
            bytes.add(expectation.deadline)
            bytes.add(expectation.line)
            bytes.add(expectation.generation)
        }
        let kept = alerts.filter { isThere($0.key.subject) }.sorted {
            ($0.key.alert, places[$0.key.subject] ?? -1) < ($1.key.alert, places[$1.key.subject] ?? -1)
        }
        bytes.add(list: kept) { bytes, entry in
            add(entry.key.subject, &bytes)
            bytes.add(names.alerts[entry.key.alert].name)
            bytes.add(list: entry.value.times) { $0.add($1) }
            bytes.add(entry.value.raised) { bytes, raised in
                bytes.add(raised.since)
                bytes.add(raised.until)
            }
        }
        let sum = bytes.bytes.ruleChecksum(bytes.bytes.count)
        bytes.add(sum)
        return bytes.bytes
    }

    /// Goes on where a fold was saved.
    public init(
        saved: [UInt8],
        _ component: ComponentRules,
        hostZone: ZoneTable = .utc
    ) throws(RuleStateRefusal) {
        self.init(component, hostZone: hostZone)
        var reader = SavedBytesReader(saved)
        do throws(UnreadableSave) {
            guard try reader.integer() == Self.savedVersion else { throw .impossibleValue }
            guard try reader.integer64() == Int64(bitPattern: component.fingerprint) else { throw .unknownVersion(0) }
            try restore(&reader)
            let sum = saved.ruleChecksum(reader.position)
            guard try reader.integer64() == sum else { throw .wrongChecksum }
            try reader.finish()
        } catch {
            throw error == .unknownVersion(0) ? .otherRules : .unreadable
        }
    }

    private mutating func restore(_ bytes: inout SavedBytesReader) throws(UnreadableSave) {
        totals = Totals(
            records: try bytes.count(),
            unknownLines: try bytes.count(),
            damagedLines: try bytes.count(),
            overflow: try bytes.count(),
            abandonedLines: try bytes.count(),
            missedExpectations: try bytes.count()
        )
        lastEvent = try bytes.optionalTime()
        lastLine = try bytes.optionalTime()
        lastReadAt = try bytes.optionalTime()
        beat = try bytes.optional { bytes throws(UnreadableSave) in .nanoseconds(try bytes.integer64()) }
        errorText = try bytes.byteString(longest: RuleLimits.valueBytes)
        errors = try ErrorLedger(from: &bytes)
        try restoreLists(&bytes)
        let names = component.names
        track = try RuleStateTrack(from: &bytes, names, otherwise: component.start)
        tally = try RuleTally(from: &bytes, names)
        let subjects = try restoreEntities(&bytes)
        func subject(_ place: Int) -> RuleSubject? {
            place < 0 ? .component : subjects.indices.contains(place) ? subjects[place] : nil
        }
        for _ in 0..<(try bytes.bounded(RuleLimits.expectations)) {
            let about = subject(try bytes.integer())
            let rule = try bytes.text(longest: RuleLimits.textBytes)
            let deadline = try bytes.time()
            let line = try NotedLine(from: &bytes)
            let generation = try bytes.count()
            // A rule that is gone expects nothing any more.
            guard let about, let number = component.rules.firstIndex(where: { $0.name == rule }) else { continue }
            let expectation = Expectation(
                subject: about,
                rule: number,
                deadline: deadline,
                line: line,
                generation: generation
            )
            if expected(by: expectation) != nil { pending.append(expectation) }
        }
        for _ in 0..<(try bytes.bounded(RuleLimits.alerts)) {
            let about = subject(try bytes.integer())
            let name = try bytes.text(longest: RuleLimits.textBytes)
            let times = try bytes.list(atMost: RuleLimits.alertEvents + 1) { bytes throws(UnreadableSave) in
                try bytes.time()
            }
            let raised = try bytes.optional { bytes throws(UnreadableSave) in
                AlertTrack.Raised(since: try bytes.time(), until: try bytes.time())
            }
            guard let about, let number = names.alerts.firstIndex(where: { $0.name == name }),
                times.count <= names.alerts[number].over + 1
            else { continue }
            alerts[AlertKey(alert: number, subject: about)] = AlertTrack(times: times, raised: raised)
        }
    }

    private mutating func restoreLists(_ bytes: inout SavedBytesReader) throws(UnreadableSave) {
        for _ in 0..<(try bytes.bounded(RuleLimits.names)) {
            let name = try bytes.text(longest: RuleLimits.textBytes)
            let items = try bytes.list(atMost: RuleLimits.listItems) { bytes throws(UnreadableSave) in
                try bytes.byteString(longest: RuleLimits.valueBytes)
            }
            guard let number = component.names.lists.firstIndex(of: name) else { continue }
            while lists.count <= number { lists.append(KeptList()) }
            let keep = component.keep(ofList: number)
            for item in items.suffix(keep) { lists[number].add(item, keep: keep) }
        }
    }

    private mutating func restoreEntities(_ bytes: inout SavedBytesReader) throws(UnreadableSave) -> [RuleSubject] {
        var subjects: [RuleSubject] = []
        for _ in 0..<(try bytes.bounded(RuleLimits.entities)) {
            let name = try bytes.byteString(longest: RuleLimits.entityNameBytes)
            let track = try RuleStateTrack(from: &bytes, component.names, otherwise: component.start)
            let tally = try RuleTally(from: &bytes, component.names)
            guard entities.find(name.span, 0..<name.count) == nil,
                let number = entities.add(name.span, 0..<name.count, state: component.start)
            else { throw .impossibleValue }
            entities.change(number) { entity in
                entity.track = track
                entity.tally = tally
            }
            subjects.append(.entity(number: number, serial: entities.entities[number].serial))
        }
        return subjects
    }
}

extension ComponentRules {
    /// How many items of a list are kept.
    func keep(ofList number: Int) -> Int {
        for rule in rules {
            for list in rule.effects.lists where list.list == number { return list.keep }
        }
        return RuleLimits.usualListItems
    }
}

extension RuleStateTrack {
    fileprivate func save(to bytes: inout SavedBytes, _ names: RuleNames) {
        bytes.add(names.states[state])
        bytes.add(since)
        bytes.add(changes)
        bytes.add(line)
        bytes.add(generation)
        switch cause {
        case .line: bytes.add("")
        case .expectationMissed(let text): bytes.add(text)
        }
    }

    fileprivate init(
        from bytes: inout SavedBytesReader,
        _ names: RuleNames,
        otherwise: Int
    ) throws(UnreadableSave) {
        let name = try bytes.text(longest: RuleLimits.textBytes)
        self.init(state: names.states.firstIndex(of: name) ?? otherwise)
        since = try bytes.optionalTime()
        changes = try bytes.count()
        line = try NotedLine(from: &bytes)
        generation = try bytes.count()
        let missed = try bytes.text(longest: 4 * RuleLimits.textBytes)
        cause = missed.isEmpty ? .line : .expectationMissed(missed)
    }
}

extension RuleTally {
    fileprivate func save(to bytes: inout SavedBytes, _ names: RuleNames) {
        bytes.add(list: counters.indices.filter { counters[$0] > 0 }) { bytes, number in
            bytes.add(names.counters[number])
            bytes.add(counters[number])
        }
        bytes.add(list: seen.indices.filter { seen[$0] >= 0 }) { bytes, number in
            bytes.add(names.counters[number])
            bytes.add(seen[number])
        }
        bytes.add(list: values.indices.filter { values[$0].isSet }) { bytes, number in
            bytes.add(names.values[number])
            bytes.add(word: values[number].kind)
            bytes.add(bytes: values[number].bytes)
        }
        bytes.add(list: lasts.indices.filter { lasts[$0] != nil }) { bytes, number in
            bytes.add(names.lasts[number])
            bytes.add(lasts[number])
        }
    }

    fileprivate init(from bytes: inout SavedBytesReader, _ names: RuleNames) throws(UnreadableSave) {
        self.init()
        for _ in 0..<(try bytes.bounded(RuleLimits.names)) {
            let number = names.counters.firstIndex(of: try bytes.text(longest: RuleLimits.textBytes))
            let value = try bytes.count()
            if let number { restore(value, ofCounter: number) }
        }
        for _ in 0..<(try bytes.bounded(RuleLimits.names)) {
            let number = names.counters.firstIndex(of: try bytes.text(longest: RuleLimits.textBytes))
            let value = try bytes.count()
            if let number { restore(seen: value, of: number) }
        }
        for _ in 0..<(try bytes.bounded(RuleLimits.names)) {
            let number = names.values.firstIndex(of: try bytes.text(longest: RuleLimits.textBytes))
            let kind = try bytes.word(Capture.Kind.self)
            let value = try bytes.byteString(longest: RuleLimits.listValueBytes)
            if let number { set(number, to: value, kind: kind) }
        }
        for _ in 0..<(try bytes.bounded(RuleLimits.names)) {
            let number = names.lasts.firstIndex(of: try bytes.text(longest: RuleLimits.textBytes))
            let time = try bytes.optionalTime()
            if let number, let time { note(time, last: number) }
        }
    }
}

extension SavedBytesReader {
    /// A count that is no larger than `limit`.
    fileprivate mutating func bounded(_ limit: Int) throws(UnreadableSave) -> Int {
        let value = try count()
        guard value <= limit else { throw .impossibleValue }
        return value
    }
}

extension [UInt8] {
    /// FNV-1a over the first `count` bytes.
    fileprivate func ruleChecksum(_ count: Int) -> Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in prefix(count) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return Int64(bitPattern: hash)
    }
}
