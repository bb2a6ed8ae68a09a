import GhostModel
import GhostStore

/// Between a track and its rows in the store.
extension ComponentTrack {
    /// Goes on where `saved` says; from the oldest bytes that are left if it says nothing.
    ///
    /// - Throws: ``UnreadableSave`` if what it says cannot be read.
    init(folder: String, saved: SavedState) throws {
        guard let fold = saved.folds.first(where: { $0.component == Fold.kind }) else {
            self.init(folder: folder)
            return
        }
        let checkpoints = try saved.sources.filter { $0.component == Fold.kind }
            .map { try JSONText.decode(SourceCheckpoint.self, from: $0.checkpoint) }
        self.init(folder: folder, resuming: try Fold(saved: fold.body, version: fold.version), checkpoints)
    }

    /// The fold as it is saved.
    var savedFold: SavedFold {
        SavedFold(component: Fold.kind, version: Fold.savedVersion, body: fold.saved())
    }

    /// The positions as they are saved.
    func savedSources() throws -> [SavedSource] {
        try checkpoints.map { checkpoint in
            SavedSource(
                component: Fold.kind,
                name: checkpoint.name,
                checkpoint: try JSONText.encode(checkpoint)
            )
        }
    }

    /// The event that tells of everything since the last one.
    mutating func takeEvent(_ sequence: UInt64, at time: Timestamp) -> StateEvent {
        let news = fold.ledger.news
        changeFold { $0.ledger.forgetNews() }
        return StateEvent(
            sequence: sequence,
            at: time,
            component: Fold.kind.rawValue,
            cause: news.cause ?? "its files changed",
            position: news.newest.map { newest in
                let names = Fold.kind.fileNames
                return SourcePosition(
                    file: names.indices.contains(newest.file) ? names[newest.file] : "",
                    generation: newest.generation,
                    offset: newest.offset
                )
            }
        )
    }
}
