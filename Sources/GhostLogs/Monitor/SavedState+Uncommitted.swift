import GhostModel
import GhostStore

/// What was read and is not in the store yet.
///
/// Bounded however long the store cannot be written: folds and positions are taken as they are when it can be, of losses and
/// events the newest are kept.
struct UncommittedState {
    /// The components whose fold or positions changed.
    private(set) var changed: Set<ComponentKind> = []
    /// Those of them that no event tells of yet.
    private(set) var untold: Set<ComponentKind> = []
    /// What happened to the folder, if no event tells of it yet.
    private(set) var folderNews: String?
    private(set) var events: [StateEvent] = []
    private(set) var losses: [LossEntry] = []
    /// Those that no snapshot names yet.
    private var untoldLosses: [LossEntry] = []
    /// The bytes that were read.
    var bytes = 0

    /// How many events wait at most, and how many losses.
    static let capacity = 1000

    /// Whether there is anything to commit.
    var isEmpty: Bool { changed.isEmpty && events.isEmpty && losses.isEmpty && folderNews == nil }

    mutating func note(_ component: ComponentKind) {
        changed.insert(component)
        untold.insert(component)
    }

    mutating func note(folder: String) {
        folderNews = folder
    }

    mutating func note(_ added: [LossEntry]) {
        guard !added.isEmpty else { return }
        untoldLosses.append(contentsOf: added)
        losses.append(contentsOf: added)
        if losses.count > Self.capacity { losses.removeFirst(losses.count - Self.capacity) }
    }

    mutating func tell(_ event: StateEvent) {
        events.append(event)
        if events.count > Self.capacity { events.removeFirst(events.count - Self.capacity) }
    }

    /// The losses that were noticed since they were last asked for.
    mutating func takeUntoldLosses() -> [LossEntry] {
        defer { untoldLosses = [] }
        return untoldLosses
    }

    /// Every change has its event now.
    mutating func everythingIsTold() {
        untold = []
        folderNews = nil
    }
}
