public import GhostModel
public import GhostStore
public import Logging

/// Reads the five component logs of a folder into their folds.
///
/// Blocking.
public struct ComponentLogReader {
    /// How much is read at a time, in bytes.
    private static let blockBytes = 512 * 1024

    /// The folder that the logs are in.
    public let folder: String
    private var sentinel: ComponentTrack<SentinelFold>
    private var watchdog: ComponentTrack<WatchdogFold>
    private var executor: ComponentTrack<ExecutorFold>
    private var selfcheck: ComponentTrack<SelfCheckFold>
    private var lifecycle: ComponentTrack<LifecycleFold>
    /// What the user's own rules describe; nil without any.
    private var ruled: RuledComponents?
    /// The rules that are in force.
    private(set) var rules: RuleSet?
    private var folderCondition = FolderCondition.unseen
    private var lookedAt: Timestamp?
    /// The newest event's number.
    private var sequence: UInt64 = 0
    private var recentLosses: [LossEntry] = []
    private var lossesTotal = 0
    private var buffer: [UInt8] = []
    /// What is not in the store yet.
    private(set) var uncommitted = UncommittedState()
    /// The components whose saved state could not be read.
    private(set) var countedAnew: [ComponentKind] = []

    /// Reads the logs in `folder`, which need not exist yet.
    ///
    /// - Parameter rules: describe further components.
    public init(folder: String, rules: RuleSet? = nil) {
        self.folder = folder
        self.rules = rules
        ruled = rules.map { RuledComponents($0, folder: folder) }
        sentinel = ComponentTrack(folder: folder)
        watchdog = ComponentTrack(folder: folder)
        executor = ComponentTrack(folder: folder)
        selfcheck = ComponentTrack(folder: folder)
        lifecycle = ComponentTrack(folder: folder)
    }

    /// Goes on where the reader stopped whose state was saved.
    ///
    /// A component whose saved state cannot be read begins anew with the oldest bytes that are left.
    init(folder: String, rules: RuleSet? = nil, resuming saved: SavedState) {
        self.init(folder: folder, rules: rules)
        ruled = rules.map { RuledComponents($0, folder: folder, resuming: saved) }
        sequence = saved.sequence
        recentLosses = saved.losses.suffix(OrchestrationData.longestLosses)
        lossesTotal = saved.lossesTotal
        sentinel = Self.resumed(sentinel, folder, saved, &countedAnew)
        watchdog = Self.resumed(watchdog, folder, saved, &countedAnew)
        executor = Self.resumed(executor, folder, saved, &countedAnew)
        selfcheck = Self.resumed(selfcheck, folder, saved, &countedAnew)
        lifecycle = Self.resumed(lifecycle, folder, saved, &countedAnew)
    }

    /// Reads what is new, at most `budgetBytes`, shared evenly by the components.
    ///
    /// - Parameter now: the instant of reading: times much later are not believed.
    public mutating func read(upTo budgetBytes: Int = .max, now: Timestamp) -> ReadProgress {
        if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: Self.blockBytes) }
        var progress = lookAtFolder()
        let share = max(1, budgetBytes / ComponentKind.allCases.count)
        progress.merge(Self.read(&sentinel, share, &buffer, &uncommitted, now))
        progress.merge(Self.read(&watchdog, share, &buffer, &uncommitted, now))
        progress.merge(Self.read(&executor, share, &buffer, &uncommitted, now))
        progress.merge(Self.read(&selfcheck, share, &buffer, &uncommitted, now))
        progress.merge(Self.read(&lifecycle, share, &buffer, &uncommitted, now))
        // A boot of the governor says that the process which ran earlier tasks is gone.
        if progress != .unchanged, let boot = lifecycle.fold.lastBoot {
            let before = executor.fold.activeTasks
            executor.changeFold { $0.closeTasks(startedBefore: boot) }
            if executor.fold.activeTasks != before { uncommitted.note(.executor) }
        }
        progress.merge(readRuled(budgetBytes, now))
        lookedAt = now
        return progress
    }

    private mutating func readRuled(_ budgetBytes: Int, _ now: Timestamp) -> ReadProgress {
        guard let (progress, bytes) = ruled?.read(budgetBytes: budgetBytes, now: now) else { return .unchanged }
        uncommitted.bytes += bytes
        let losses = ruled?.takeLosses() ?? []
        uncommitted.note(losses)
        return losses.isEmpty ? progress : progress == .unchanged ? .changed : progress
    }

    /// Whether anything that was read is not in the store.
    var hasUncommitted: Bool { !uncommitted.isEmpty || ruled?.hasChanges == true }

    /// What tells of changes in the files that rules name; nil without rules.
    var ruledChanges: (changes: [SourceChanges], longestWait: Duration)? {
        ruled.map { ($0.changes, $0.longestWait) }
    }

    /// The components of the rules whose saved state could not be gone on with, and why.
    var rulesCountedAnew: [String: RuleStateRefusal] { ruled?.countedAnew ?? [:] }

    /// Puts other rules, or none, in the place of those in force.
    ///
    /// What was read by the old ones has been told; the new ones read with the next look.
    mutating func take(_ next: RuleSet?) -> RulesChange {
        defer { rules = next }
        var change = RulesChange()
        switch (ruled != nil, next) {
        case (true, let next?): return ruled?.take(next) ?? change
        case (false, let next?):
            var components = RuledComponents(next, folder: folder)
            // The store may hold what rules of earlier counted.
            components.replaceRows()
            ruled = components
            change.added = next.components.map(\.name)
        case (true, nil):
            change.removed = rules?.components.map(\.name) ?? []
            ruled = nil
        case (false, nil): break
        }
        return change
    }

    private mutating func lookAtFolder() -> ReadProgress {
        let found: FolderCondition = isFolder(folder) ? .present : .missing
        guard found != folderCondition else { return .unchanged }
        // That it is there when Ghost starts is no news.
        if found == .missing || folderCondition == .missing {
            uncommitted.note(folder: found == .present ? "the log folder is there" : "the log folder is missing")
        }
        folderCondition = found
        return .changed
    }

    private static func read<Fold>(
        _ track: inout ComponentTrack<Fold>,
        _ share: Int,
        _ buffer: inout [UInt8],
        _ uncommitted: inout UncommittedState,
        _ now: Timestamp
    ) -> ReadProgress {
        var budget = share
        let progress = track.read(&budget, &buffer, now: now)
        uncommitted.bytes += share - budget
        let losses = track.takeLosses()
        uncommitted.note(losses)
        if progress != .unchanged || !losses.isEmpty { uncommitted.note(Fold.kind) }
        return progress
    }
}

extension ComponentLogReader {
    /// The state after the last look, as a value.
    public var snapshot: OrchestrationSnapshot {
        OrchestrationSnapshot(
            sequence: sequence,
            losses: recentLosses,
            lossesTotal: lossesTotal,
            lookedAt: lookedAt,
            folder: folder,
            folderCondition: folderCondition,
            sentinel: sentinel.view,
            watchdog: watchdog.view,
            executor: executor.view,
            selfcheck: selfcheck.view,
            lifecycle: lifecycle.view,
            ruled: ruled?.view
        )
    }

    /// Gives every change since the last call its event, and a sequence.
    mutating func tellNews(at time: Timestamp) {
        if let news = uncommitted.folderNews {
            sequence += 1
            uncommitted.tell(
                StateEvent(sequence: sequence, at: time, component: "monitor", cause: news, position: nil)
            )
        }
        Self.tell(&sentinel, &sequence, &uncommitted, time)
        Self.tell(&watchdog, &sequence, &uncommitted, time)
        Self.tell(&executor, &sequence, &uncommitted, time)
        Self.tell(&selfcheck, &sequence, &uncommitted, time)
        Self.tell(&lifecycle, &sequence, &uncommitted, time)
        for event in ruled?.takeEvents(at: time, &sequence) ?? [] { uncommitted.tell(event) }
        let losses = uncommitted.takeUntoldLosses()
        recentLosses = (recentLosses + losses).suffix(OrchestrationData.longestLosses)
        lossesTotal += losses.count
        uncommitted.everythingIsTold()
    }

    private static func tell<Fold>(
        _ track: inout ComponentTrack<Fold>,
        _ sequence: inout UInt64,
        _ uncommitted: inout UncommittedState,
        _ time: Timestamp
    ) {
        guard uncommitted.untold.contains(Fold.kind) else { return }
        sequence += 1
        uncommitted.tell(track.takeEvent(sequence, at: time))
    }

    /// All that is to be committed, as it is now.
    func change() throws -> StateChange {
        var change = StateChange(losses: uncommitted.losses, events: uncommitted.events)
        try collect(sentinel, into: &change)
        try collect(watchdog, into: &change)
        try collect(executor, into: &change)
        try collect(selfcheck, into: &change)
        try collect(lifecycle, into: &change)
        ruled?.collect(into: &change)
        return change
    }

    private func collect<Fold>(_ track: ComponentTrack<Fold>, into change: inout StateChange) throws {
        guard uncommitted.changed.contains(Fold.kind) else { return }
        change.folds.append(track.savedFold)
        change.sources.append(contentsOf: try track.savedSources())
    }

    /// Everything that was read is in the store, or need not be.
    mutating func forgetChange() {
        uncommitted = UncommittedState()
        ruled?.changesWereSaved()
    }

    /// The track of a component as it was saved, or `fresh` if that cannot be read.
    private static func resumed<Fold>(
        _ fresh: ComponentTrack<Fold>,
        _ folder: String,
        _ saved: SavedState,
        _ countedAnew: inout [ComponentKind]
    ) -> ComponentTrack<Fold> {
        do {
            return try ComponentTrack(folder: folder, saved: saved)
        } catch {
            countedAnew.append(Fold.kind)
            return fresh
        }
    }
}

extension ComponentLogReader {
    /// Reads everything that is there, once.
    ///
    /// - Parameters:
    ///   - openStore: opens the place where an earlier reading was saved, and this one will be; nil to save nothing.
    ///   - now: the instant of reading.
    public static func readOnce(
        folder: String,
        rules: RuleSet? = nil,
        openStore: (@Sendable () throws(StoreFailure) -> any StateKeeping)? = nil,
        logger: Logger = Logger(label: "ghost.monitor"),
        now: Timestamp
    ) -> OrchestrationSnapshot {
        var reader = ComponentLogReader(folder: folder, rules: rules)
        var keeper = StateKeeper(open: openStore, logger: logger)
        keeper.begin(&reader, now: MonotonicTime(nanoseconds: 0))
        while reader.read(now: now) == .unfinished {}
        keeper.finish(&reader, at: now, now: MonotonicTime(nanoseconds: 0))
        var snapshot = reader.snapshot
        if openStore != nil {
            snapshot.epoch = keeper.epoch
            snapshot.persistence = keeper.persistence(of: reader)
        }
        return snapshot
    }
}

/// Whether the log folder is there.
public enum FolderCondition: Sendable, Equatable {
    /// Not looked at yet.
    case unseen
    case present
    case missing
}
