import GhostModel

/// Where the output of each run began, and what was seen in it: what a Ghost that takes the run over must know.
///
/// Without it, a daemon that said long ago that it is ready would never be ready again.
struct OutputMarks: Sendable, Hashable, Codable {
    /// By run.
    private var runs: [String: Marks] = [:]

    /// What is known of one run.
    struct Marks: Sendable, Hashable, Codable {
        /// The files as they were when it began.
        var files: [File]
        /// The phrases that were seen.
        var seen: Set<String> = []
    }

    /// A file of output at one instant.
    struct File: Sendable, Hashable, Codable {
        var path: String
        /// 0 if it was not there.
        var inode: UInt64
        var length: Int64
    }

    /// Where to look for the output of a run that is about to begin, or goes on.
    ///
    /// - Parameter now: its files as they are.
    mutating func places(of run: RunID, now: [File]) -> [OutputPlace] {
        let known = runs[run.description]
        if known == nil { runs[run.description] = Marks(files: now) }
        return now.map { file in
            guard let start = known?.files.first(where: { $0.path == file.path }) else {
                return OutputPlace(path: file.path, offset: file.length)
            }
            // A file that took its place was begun during the run.
            return OutputPlace(path: file.path, offset: start.inode == file.inode ? start.length : 0)
        }
    }

    mutating func saw(_ phrase: LogPhrase, of run: RunID) {
        runs[run.description]?.seen.insert(phrase.description)
    }

    func hasSeen(_ phrase: LogPhrase, of run: RunID) -> Bool {
        runs[run.description]?.seen.contains(phrase.description) == true
    }

    mutating func forget(_ run: RunID) {
        runs[run.description] = nil
    }

    /// Forgets the runs that are over.
    mutating func keep(only runs: some Sequence<RunID>) {
        let names = Set(runs.map(\.description))
        self.runs = self.runs.filter { names.contains($0.key) }
    }
}
