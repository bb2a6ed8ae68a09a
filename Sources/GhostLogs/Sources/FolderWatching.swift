public import GhostSystem

/// What following many files asks of a watcher of folders; ``FolderWatches`` answers it.
public protocol FolderWatching: Sendable {
    /// Begins to watch a folder; its changes are told with `number`.
    func watch(_ folder: String, as number: Int) -> WatchOutcome
    /// Ends the watch of a folder.
    func unwatch(_ number: Int)
}

extension FolderWatches: FolderWatching {}
