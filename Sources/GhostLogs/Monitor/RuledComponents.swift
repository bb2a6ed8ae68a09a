import GhostModel
import GhostStore

/// The components that rules describe: their files and the folds that the lines go into.
///
/// Blocking.
struct RuledComponents {
    private let rules: RuleSet
    private var follower: SourceFollower
    private var folds: [RuleFold]
    /// The files that were ever read, by the number that the folds know them under.
    private var paths: [String] = []
    private var numbers: [SourceID: Int] = [:]
    /// Which components a file belongs to, by its number.
    private var members: [[Int]] = []
    /// The components whose fold is not in the store as it is.
    private var changed: Set<Int> = []
    /// Those of them that no event tells of yet, with the newest line that a rule fitted.
    private var untold: [Int: SourcePosition?] = [:]
    /// The components whose saved state could not be gone on with, and why.
    private(set) var countedAnew: [String: RuleStateRefusal] = [:]
    /// What is to be said about the files, and of which revision that is: it is asked for with every line.
    private var notices: (texts: [String], revision: Int) = ([], 0)

    /// Follows the files of the components of `rules`.
    ///
    /// Nothing is opened before the first ``read(budgetBytes:now:)``.
    ///
    /// - Parameters:
    ///   - folder: where file names start that are not absolute.
    ///   - saved: where an earlier Ghost stopped. Folds and positions belong together: if one fold cannot be gone on with, or
    ///     a component is new, all files are read anew, so that no line is missing from it.
    init(_ rules: RuleSet, folder: String, resuming saved: SavedState? = nil) {
        self.rules = rules
        let bodies = Dictionary((saved?.ruleFolds ?? []).map { ($0.component, $0.body) }) { first, _ in first }
        var resumed: [RuleFold] = []
        for component in rules.components {
            guard let body = bodies[component.name] else { continue }
            do throws(RuleStateRefusal) {
                resumed.append(try RuleFold(saved: body, component))
            } catch {
                countedAnew[component.name] = error
            }
        }
        let goesOn = resumed.count == rules.components.count
        folds = goesOn ? resumed : rules.components.map { RuleFold($0) }
        let positions = goesOn ? saved?.positions ?? [] : []
        let patterns = Set(rules.components.flatMap(\.files)).sorted()
        follower = SourceFollower(SourceSet(patterns: patterns, in: folder, resuming: positions))
    }

    /// What tells of changes in the files.
    var changes: SourceChanges { follower.changes }

    /// How long they may go unread although nothing tells of a change.
    var longestWait: Duration { follower.set.longestWait }

    /// Whether anything is not in the store.
    var hasChanges: Bool { !changed.isEmpty || follower.set.hasPositionsToSave }

    /// Reads what is new in all files.
    ///
    /// - Returns: the progress and the bytes that were read.
    mutating func read(budgetBytes: Int, now: Timestamp) -> (progress: ReadProgress, bytes: Int) {
        var bytes = 0
        // Moved out for the time of the loop: the closure changes the folds.
        var follower = SourceFollower(SourceSet(patterns: [], in: "/"))
        swap(&follower, &self.follower)
        let progress = follower.read(budgetBytes: budgetBytes, now: now) { line, text in
            bytes += text.count + 1
            take(text, line, now: now)
        }
        swap(&follower, &self.follower)
        let revision = self.follower.set.noticesRevision
        if revision != notices.revision { notices = (self.follower.set.notices, revision) }
        return (progress, bytes)
    }

    private mutating func take(_ text: Span<UInt8>, _ line: SourceLine, now: Timestamp) {
        let file = number(of: line)
        for index in members[file] {
            let outcome = folds[index].fold(
                line: text,
                file: file,
                generation: line.generation,
                offset: line.offset,
                readAt: now
            )
            changed.insert(index)
            guard case .rule = outcome else { continue }
            untold[index] = SourcePosition(file: paths[file], generation: line.generation, offset: line.offset)
        }
    }

    private mutating func number(of line: SourceLine) -> Int {
        if let number = numbers[line.source] { return number }
        paths.append(line.path)
        let names = Set(rules.components(forFile: line.path).map(\.name))
        members.append(rules.components.indices.filter { names.contains(rules.components[$0].name) })
        numbers[line.source] = paths.count - 1
        return paths.count - 1
    }

    /// The losses that were noticed since they were last asked for, one for each component that the file belongs to.
    mutating func takeLosses() -> [LossEntry] {
        follower.set.takeLosses().flatMap { loss in
            rules.components(forFile: loss.path).map { component in
                LossEntry(
                    component: component.name,
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
    }

    /// Gives every component that changed its event.
    mutating func takeEvents(at time: Timestamp, _ sequence: inout UInt64) -> [StateEvent] {
        defer { untold = [:] }
        return untold.sorted { $0.key < $1.key }.map { index, position in
            sequence += 1
            let name = rules.components[index].name
            let state = folds[index].snapshot(now: time).state
            return StateEvent(
                sequence: sequence,
                at: time,
                component: name,
                cause: "its log changed; it is \(state)",
                position: position
            )
        }
    }

    /// Adds what is not in the store to `change`.
    func collect(into change: inout StateChange) {
        change.ruleFolds = changed.sorted().map { index in
            SavedRuleFold(component: rules.components[index].name, body: folds[index].saved())
        }
        change.positions = follower.set.positionsToSave()
    }

    /// What ``collect(into:)`` gave is in the store, or need not be.
    mutating func changesWereSaved() {
        changed = []
        follower.set.positionsWereSaved()
    }

    /// The state as a value that can be handed out.
    var view: RuledView {
        RuledView(folds: folds, paths: paths, notices: notices.texts)
    }
}

/// The components that rules describe, as a value.
struct RuledView: Sendable {
    var folds: [RuleFold]
    /// The files by the numbers that the folds know them under.
    var paths: [String]
    /// What is to be said about files that cannot be read as they should.
    var notices: [String]

    /// What is true at an instant, in the order of the rules.
    func snapshots(at instant: Timestamp) -> [RuleSnapshot] {
        folds.map { $0.snapshot(now: instant, files: paths) }
    }
}
