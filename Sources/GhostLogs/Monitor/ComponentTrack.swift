import GhostModel

/// One component's files and the fold that their lines go into.
struct ComponentTrack<Fold: ComponentFold> {
    private(set) var fold = Fold()
    private var stamps = StampReader()
    private var sources: [LogSource]

    /// Follows every name of the component inside `folder`.
    init(folder: String) {
        sources = Fold.kind.fileNames.map { LogSource(name: $0, file: FollowedFile(path: "\(folder)/\($0)")) }
    }

    /// Changes the fold by what another component's log says.
    mutating func changeFold(_ change: (inout Fold) -> Void) {
        change(&fold)
    }

    /// Reads what is new in every file, at most `budget` bytes, and takes what it read off the budget.
    ///
    /// At the first look the file that was written last is read last, so that its records are the newest ones.
    mutating func read(_ budget: inout Int, _ buffer: inout [UInt8], now: Timestamp) -> ReadProgress {
        var progress = ReadProgress.unchanged
        for index in readingOrder() {
            progress.merge(read(source: index, &budget, &buffer, now: now))
            // A file that is not at its end must not be overtaken by the next.
            if progress == .unfinished { break }
        }
        return progress
    }

    private func readingOrder() -> [Int] {
        guard sources.count > 1 else { return [0] }
        return sources.indices.sorted { modified($0) < modified($1) }
    }

    private func modified(_ index: Int) -> Int64 {
        (try? FileFacts(path: sources[index].file.path))?.modified ?? .min
    }

    private mutating func read(
        source index: Int,
        _ budget: inout Int,
        _ buffer: inout [UInt8],
        now: Timestamp
    ) -> ReadProgress {
        var progress = ReadProgress.unchanged
        while true {
            guard budget > 0 else { return .unfinished }
            do {
                let look = try sources[index].file.look(into: &buffer, longest: budget, now: now)
                progress.merge(sources[index].become(.readable))
                switch look {
                case .bytes(let count, let generation, _):
                    budget -= count
                    take(count, of: buffer, source: index, generation: generation, now: now)
                    progress = .changed
                case .replaced:
                    finish(source: index, now: now)
                    progress = .changed
                case .truncated:
                    fold.ledger.lossBytes += sources[index].splitter.restart()
                    progress = .changed
                case .nothing:
                    return progress
                }
            } catch {
                progress.merge(sources[index].become(.unreadable(error)))
                return progress
            }
        }
    }

    private mutating func take(_ count: Int, of buffer: [UInt8], source index: Int, generation: Int, now: Timestamp) {
        var context = LineContext(file: index, generation: generation, readAt: now)
        // Moved out for the time of the loop: the closure changes the fold, and the splitter must not be copied.
        var splitter = LineSplitter()
        swap(&splitter, &sources[index].splitter)
        splitter.split(buffer.span.extracting(0..<count)) { line, start, omitted in
            context.offset = start
            if omitted > 0 { fold.ledger.lossBytes += omitted }
            fold.fold(line, &stamps, context)
        }
        swap(&splitter, &sources[index].splitter)
        if sources[index].splitter.encoding == .utf16 { _ = sources[index].become(.unreadable(.utf16)) }
    }

    /// The file ended for good: a last line without an end is as complete as it will ever be.
    private mutating func finish(source index: Int, now: Timestamp) {
        var context = LineContext(file: index, generation: sources[index].file.generation, readAt: now)
        sources[index].splitter.finish { line, start, omitted in
            context.offset = start
            fold.ledger.lossBytes += omitted
            fold.fold(line, &stamps, context)
        }
        _ = sources[index].splitter.restart()
    }

    /// The state as a value that can be handed out.
    var view: ComponentView<Fold> {
        ComponentView(
            fold: fold,
            sources: sources.map { source in
                SourceView(
                    path: source.file.path,
                    condition: source.condition,
                    position: SourcePosition(
                        file: source.name,
                        generation: source.file.generation,
                        offset: source.file.offset
                    )
                )
            }
        )
    }
}

/// One file under one of a component's names.
private struct LogSource {
    let name: String
    var file: FollowedFile
    var splitter = LineSplitter()
    var condition = SourceCondition.unseen

    /// Takes over what a look found.
    mutating func become(_ found: SourceCondition) -> ReadProgress {
        // UTF-16 is found in the text, not by looking at the file: only another file can end it.
        let found = splitter.encoding == .utf16 ? .unreadable(.utf16) : found
        guard found != condition else { return .unchanged }
        condition = found
        return .changed
    }
}

/// Whether a file could be read at the last look.
enum SourceCondition: Sendable, Equatable {
    /// Not looked at yet.
    case unseen
    case readable
    case unreadable(SourceTrouble)
}

/// What reading brought.
public enum ReadProgress: Sendable, Equatable {
    /// Nothing is new.
    case unchanged
    /// Something is new, and all of it has been read.
    case changed
    /// Something is new, and the budget ended before it did.
    case unfinished

    mutating func merge(_ other: ReadProgress) {
        switch (self, other) {
        case (.unfinished, _), (_, .unfinished): self = .unfinished
        case (.changed, _), (_, .changed): self = .changed
        case (.unchanged, .unchanged): break
        }
    }
}

/// A component's fold and files as a value.
struct ComponentView<Fold: ComponentFold>: Sendable {
    var fold: Fold
    var sources: [SourceView]
}

/// A file as a value.
struct SourceView: Sendable {
    var path: String
    var condition: SourceCondition
    var position: SourcePosition
}
