public import GhostModel
import GhostStore
import GhostSystem

extension Project {
    /// The journal that the last Ghost of this project left, for when none runs that could be asked.
    ///
    /// - Returns: nil if there is none.
    public func journal() throws(GhostFailure) -> LeftJournal? {
        do throws(StoreFailure) {
            return try JournalArchive(path: state.database).map { LeftJournal(archive: $0, project: self) }
        } catch {
            throw LeftJournal.failure(error)
        }
    }
}

/// What the last Ghost of a project kept of what happened; answers as its `/api/v1` would.
public struct LeftJournal: Sendable {
    private let archive: JournalArchive
    private let project: Project

    init(archive: JournalArchive, project: Project) {
        self.archive = archive
        self.project = project
    }

    /// Where it ends.
    public var end: StreamPosition { StreamPosition(epoch: archive.epoch, sequence: archive.newestSequence) }

    /// The newest events, oldest first.
    public func page(of daemon: DaemonName?, limit: Int) throws(GhostFailure) -> JournalPage {
        try read { () throws(StoreFailure) in
            JournalPage(
                events: try archive.newest(of: daemon, limit: limit).reversed(),
                next: archive.newestSequence,
                epoch: archive.epoch,
                pruned: try archive.pruned()
            )
        }
    }

    /// What led to the last state of a daemon that is known.
    public func causes(of daemon: DaemonName) throws(GhostFailure) -> EventCauses {
        try read { () throws(StoreFailure) in
            try EventCauses(
                newest: archive.newest(of: daemon, limit: EventCauses.longestLookBack),
                ends: archive.newest(of: daemon, kind: .ended, limit: EventCauses.longestLookBack),
                // What cannot be read is as if it were not kept any more.
                find: { (try? archive.event($0)) ?? nil }
            )
        }
    }

    /// A word as the name of a daemon; one that nobody ever knew is a failure that names the nearest.
    public func name(_ word: String) throws(GhostFailure) -> DaemonName {
        let known = try read { () throws(StoreFailure) in try archive.daemons() }
        let declared = (try? project.daemonsWithLogs()) ?? []
        guard let name = DaemonName(word), known.contains(word) || declared.contains(word) else {
            let all = declared + known.filter { !declared.contains($0) }
            throw GhostFailure(.noInput, project.unknownDaemon(word, known: all))
        }
        return name
    }

    private func read<Result>(_ body: () throws(StoreFailure) -> Result) throws(GhostFailure) -> Result {
        do throws(StoreFailure) {
            return try body()
        } catch {
            throw Self.failure(error)
        }
    }

    static func failure(_ failure: StoreFailure) -> GhostFailure {
        switch failure {
        case .notReadable: GhostFailure(.noPermission, failure.description)
        // Nobody goes on trying here.
        case .refused(let path, _, let code, let detail):
            GhostFailure(.inputOutput, "cannot read the journal in \(path): \(detail) (SQLite \(code))")
        default: GhostFailure(.inputOutput, failure.description)
        }
    }
}
