/// What may have changed in watched folders since it was last asked for.
///
/// It is a hint: a name that is here need not have changed, and one that is not may have if ``everything`` is due.
public struct ChangedNames: Sendable, Equatable {
    /// How many names are kept apart; with more of them everything may have changed.
    public static let capacity = 65_536

    /// The names of entries that were made, written to, renamed or removed, by the number of their folder.
    public private(set) var names: [Int: Set<String>] = [:]
    /// The folders in which anything may have changed, because only that much is known.
    public private(set) var wholeFolders: Set<Int> = []
    /// The folders whose watch ended: they were removed or renamed, and have to be watched anew.
    public private(set) var endedFolders: Set<Int> = []
    /// How often notifications were dropped, so that anything may have changed anywhere.
    public private(set) var overflows = 0
    private var count = 0

    /// Nothing has changed.
    public init() {}

    /// Whether nothing has changed.
    public var isEmpty: Bool {
        names.isEmpty && wholeFolders.isEmpty && endedFolders.isEmpty && overflows == 0
    }

    /// Notes that an entry of a folder changed.
    public mutating func note(_ name: String, in folder: Int) {
        guard names[folder]?.contains(name) != true else { return }
        guard count < Self.capacity else {
            noteOverflow()
            return
        }
        names[folder, default: []].insert(name)
        count += 1
    }

    /// Notes that anything in a folder may have changed.
    public mutating func note(whole folder: Int) {
        wholeFolders.insert(folder)
    }

    /// Notes that the watch of a folder ended.
    public mutating func note(ended folder: Int) {
        endedFolders.insert(folder)
    }

    /// Notes that notifications were dropped.
    public mutating func noteOverflow() {
        overflows += 1
        names = [:]
        count = 0
    }
}

/// What became of the wish to watch a folder.
public enum WatchOutcome: Sendable, Equatable {
    /// Every change is told.
    case watching
    /// Changes are told, but not all of them; `why` ends the sentence "looked at every 2 seconds because …".
    case uncertain(why: String)
    /// There is no such folder.
    case missing
    /// The user may have no more watches; the system's limit has the name `setting`.
    case exhausted(setting: String)
    /// The system refused.
    case refused(ErrorNumber)
}

/// Why no folder at all can be watched.
struct WatchRefusal: Error, Equatable {
    let outcome: WatchOutcome
}
