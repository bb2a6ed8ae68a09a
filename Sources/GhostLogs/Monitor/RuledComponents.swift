import GhostModel
import GhostStore

/// The components that rules describe: their files and the folds that the lines go into.
///
/// Blocking.
struct RuledComponents {
    /// The rules in force.
    private(set) var rules: RuleSet
    private let folder: String
    private var readings: [RuledReading]
    private var folds: RuleFolds
    private var files = FileNumbers()
    /// The components whose fold is not in the store as it is.
    private var changed: Set<Int> = []
    /// Those of them that no event tells of yet, with the newest line that a rule fitted.
    private var untold: [Int: SourcePosition?] = [:]
    /// Those of them that begin anew by other rules.
    private var begun: Set<Int> = []
    /// What the store has to do with the rows that it holds.
    private var rows = StateChange.RuleRows.updated
    /// The components whose saved state could not be gone on with, and why.
    private(set) var countedAnew: [String: RuleStateRefusal] = [:]
    /// What is to be said about the files, and of which revisions that is: it is asked for with every line.
    private var notices: (texts: [String], revisions: [Int]) = ([], [])

    /// Follows the files of the components of `rules`.
    ///
    /// Nothing is opened before the first ``read(budgetBytes:now:)``.
    ///
    /// - Parameters:
    ///   - folder: where file names start that are not absolute.
    ///   - saved: where an earlier Ghost stopped. A component that is new, or whose saved state cannot be gone on with, reads
    ///     its files from their beginning; the others go on.
    init(_ rules: RuleSet, folder: String, resuming saved: SavedState? = nil) {
        self.rules = rules
        self.folder = folder
        let rows = Dictionary((saved?.ruleFolds ?? []).map { ($0.component, $0) }) { first, _ in first }
        var folds: [RuleFold] = []
        var kept: [Int: [Int]] = [:]
        var fresh: [Int] = []
        for (place, component) in rules.components.enumerated() {
            folds.append(RuleFold(component, hostZone: rules.hostZone))
            guard let row = rows[component.name] else {
                fresh.append(place)
                continue
            }
            do throws(RuleStateRefusal) {
                folds[place] = try RuleFold(saved: row.body, component, hostZone: rules.hostZone)
                kept[row.reading, default: []].append(place)
            } catch {
                countedAnew[component.name] = error
                fresh.append(place)
            }
        }
        let positions = Dictionary(grouping: saved?.positions ?? [], by: \.reading)
        let plan = ReadingPlan(rules, kept: kept, positions: positions, fresh: fresh)
        readings = plan.groups.map {
            RuledReading($0.members, rules, folder: folder, resuming: $0.positions)
        }
        for place in plan.dissolved {
            countedAnew[rules.components[place].name] = .tooManyReadings
            folds[place] = RuleFold(rules.components[place], hostZone: rules.hostZone)
        }
        self.folds = RuleFolds(folds)
        let isAsSaved =
            fresh.isEmpty && rows.count == folds.count && plan.dissolved.isEmpty
            && plan.groups.enumerated().allSatisfy { $1.numbers == [$0] }
        if !isAsSaved, !rows.isEmpty || !positions.isEmpty { replaceRows() }
    }

    /// Has the store give up whatever it holds of components, for all that is here.
    mutating func replaceRows() {
        rows = .replaced
        changed = Set(rules.components.indices)
    }

    /// What tells of changes in the files.
    var changes: [SourceChanges] { readings.compactMap { $0.follower?.changes } }

    /// How long they may go unread although nothing tells of a change.
    var longestWait: Duration {
        readings.compactMap { $0.follower?.set.longestWait }.min() ?? SourceSet.sweepInterval
    }

    /// Whether anything is not in the store.
    var hasChanges: Bool {
        !changed.isEmpty || rows == .replaced || readings.contains { $0.follower?.set.hasPositionsToSave ?? false }
    }

    /// Reads what is new in all files.
    ///
    /// - Returns: the progress and the bytes that were read.
    mutating func read(budgetBytes: Int, now: Timestamp) -> (progress: ReadProgress, bytes: Int) {
        var bytes = 0
        var progress = ReadProgress.unchanged
        let share = max(1, budgetBytes / max(1, readings.count))
        for place in readings.indices {
            // Taken out for the time of the loop: the closure changes the folds.
            guard var follower = readings[place].follower else { continue }
            readings[place].follower = nil
            let found = follower.read(budgetBytes: share, now: now) { line, text in
                bytes += text.count + 1
                take(text, line, from: place, now: now)
            }
            readings[place].follower = follower
            progress.merge(found)
        }
        renewNotices()
        return (progress, bytes)
    }

    private mutating func take(_ text: Span<UInt8>, _ line: SourceLine, from place: Int, now: Timestamp) {
        let file = readings[place].file(of: line, rules, &files)
        for index in file.members {
            let outcome = folds[index].fold(
                line: text,
                file: file.number,
                generation: line.generation,
                offset: line.offset,
                readAt: now
            )
            changed.insert(index)
            guard case .rule = outcome else { continue }
            untold[index] = SourcePosition(file: line.path, generation: line.generation, offset: line.offset)
        }
    }

    /// The losses that were noticed since they were last asked for, one for each component that the file belongs to.
    mutating func takeLosses() -> [LossEntry] {
        var entries: [LossEntry] = []
        for place in readings.indices {
            for loss in readings[place].follower?.set.takeLosses() ?? [] {
                for member in readings[place].members(ofFile: loss.path, rules) {
                    entries.append(LossEntry(loss, component: rules.components[member].name))
                }
            }
        }
        return entries
    }

    /// Gives every component that changed its event.
    mutating func takeEvents(at time: Timestamp, _ sequence: inout UInt64) -> [StateEvent] {
        defer { (untold, begun) = ([:], []) }
        return untold.sorted { $0.key < $1.key }.map { index, position in
            sequence += 1
            let name = rules.components[index].name
            let state = folds[index].snapshot(now: time).state
            return StateEvent(
                sequence: sequence,
                at: time,
                component: name,
                cause: begun.contains(index) ? "its rules changed; it is \(state)" : "its log changed; it is \(state)",
                position: position
            )
        }
    }

    /// Adds what is not in the store to `change`.
    func collect(into change: inout StateChange) {
        change.ruleRows = rows
        var readingOf: [Int: Int] = [:]
        for (place, reading) in readings.enumerated().dropFirst() {
            for member in reading.members { readingOf[member] = place }
        }
        change.ruleFolds = changed.sorted().map { index in
            SavedRuleFold(
                component: rules.components[index].name,
                body: folds[index].saved(),
                reading: readingOf[index] ?? 0
            )
        }
        for (place, reading) in readings.enumerated() {
            guard let set = reading.follower?.set else { continue }
            let positions = rows == .replaced ? PositionChange(saved: set.allPositions) : set.positionsToSave()
            if place == 0 { change.positions = positions } else { change.furtherPositions[place] = positions }
        }
    }

    /// What ``collect(into:)`` gave is in the store, or need not be.
    mutating func changesWereSaved() {
        changed = []
        rows = .updated
        for place in readings.indices { readings[place].follower?.set.positionsWereSaved() }
    }

    private mutating func renewNotices() {
        let revisions = readings.map { $0.follower?.set.noticesRevision ?? 0 }
        guard revisions != notices.revisions else { return }
        var texts: [String] = []
        for reading in readings {
            for notice in reading.follower?.set.notices ?? [] where !texts.contains(notice) { texts.append(notice) }
        }
        notices = (texts, revisions)
    }

    /// The state as a value that can be handed out.
    var view: RuledView {
        RuledView(folds: folds, paths: files.paths, notices: notices.texts)
    }
}

/// Taking over other rules.
extension RuledComponents {
    /// Whether rules would be the same, and about the same files.
    func isSame(as next: RuleSet) -> Bool {
        next.source == rules.source && next.components.map(\.files) == rules.components.map(\.files)
    }

    /// Puts other rules in the place of these.
    ///
    /// A component that is described as before, or keeps the same things, goes on with its totals, and its files are read on
    /// by those who read them. New ones, and those that keep other things, read their files from the beginning, apart from
    /// the others. Everything that changes goes into the store in one transaction.
    ///
    /// Whoever calls this has read and told what is new; where a component that goes on wants further files its own are opened
    /// anew, at the place where they were left.
    mutating func take(_ next: RuleSet) -> RulesChange {
        var change = RulesChange()
        guard !isSame(as: next) else { return change }
        let before = Dictionary(rules.components.enumerated().map { ($1.name, $0) }) { first, _ in first }
        var readingOf: [Int: Int] = [:]
        for (place, reading) in readings.enumerated() { for member in reading.members { readingOf[member] = place } }
        var nextFolds = next.components.map { RuleFold($0, hostZone: next.hostZone) }
        var kept: [Int: [Int]] = [:]
        var fresh: [Int] = []
        for (place, component) in next.components.enumerated() {
            guard let old = before[component.name] else {
                change.added.append(component.name)
                fresh.append(place)
                continue
            }
            do throws(RuleStateRefusal) {
                nextFolds[place] = try RuleFold(saved: folds[old].saved(), component, hostZone: next.hostZone)
                kept[readingOf[old] ?? 0, default: []].append(place)
            } catch {
                change.countedAnew[component.name] = error
                fresh.append(place)
            }
        }
        var nextReadings: [(members: [Int], reading: RuledReading)] = kept.sorted { $0.key < $1.key }.map {
            place,
            members in
            let reading = readings[place]
            if let same = reading.going(on: members, next) { return (members, same) }
            let positions = reading.follower?.set.allPositions ?? []
            return (members, RuledReading(members, next, folder: folder, resuming: positions))
        }
        while nextReadings.count >= RuleLimits.readings, !fresh.isEmpty {
            for place in nextReadings.removeLast().members {
                nextFolds[place] = RuleFold(next.components[place], hostZone: next.hostZone)
                change.countedAnew[next.components[place].name] = .tooManyReadings
                fresh.append(place)
            }
        }
        if !fresh.isEmpty || nextReadings.isEmpty {
            nextReadings.append((fresh, RuledReading(fresh.sorted(), next, folder: folder)))
        }
        change.kept = nextReadings.flatMap(\.members).sorted().map { next.components[$0].name }
            .filter { before[$0] != nil && change.countedAnew[$0] == nil }
        change.removed = rules.components.map(\.name).filter { next.component($0) == nil }
        rules = next
        folds = RuleFolds(nextFolds)
        readings = nextReadings.map(\.reading)
        notices.revisions = []
        untold = Dictionary(uniqueKeysWithValues: fresh.map { ($0, SourcePosition?.none) })
        begun = Set(fresh)
        replaceRows()
        return change
    }
}

extension LossEntry {
    fileprivate init(_ loss: SourceLoss, component: String) {
        self.init(
            component: component,
            file: loss.file,
            generation: loss.generation,
            from: loss.from,
            to: loss.to,
            reason: loss.reason,
            lastSeen: loss.lastSeen,
            noticed: loss.noticed
        )
    }
}

/// The components that rules describe, as a value.
struct RuledView: Sendable {
    var folds: RuleFolds
    /// The files by the numbers that the folds know them under.
    var paths: [String]
    /// What is to be said about files that cannot be read as they should.
    var notices: [String]

    /// What is true at an instant, in the order of the rules.
    func snapshots(at instant: Timestamp) -> [RuleSnapshot] {
        folds.map { $0.snapshot(now: instant, files: paths) }
    }
}
