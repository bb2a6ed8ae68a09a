import GhostModel

/// One component's files and the fold that their lines go into.
struct ComponentTrack<Fold: ComponentFold> {
    /// How many files are kept open although nothing is new in them.
    private static var longestOpen: Int { 100 }

    private(set) var fold: Fold
    private var stamps = StampReader()
    private var sources: [LogSource]
    private var losses: [LossEntry] = []

    /// Follows every name of the component inside `folder`, from the oldest bytes that are there.
    init(folder: String) {
        self.init(folder: folder, resuming: Fold(), [])
    }

    /// Goes on where `fold` and `checkpoints` were taken, together, from another track of the same component.
    ///
    /// A name without a checkpoint is read from the oldest bytes that are there.
    init(folder: String, resuming fold: Fold, _ checkpoints: [SourceCheckpoint]) {
        self.fold = fold
        sources = Fold.kind.fileNames.map { name in
            let checkpoint = checkpoints.first { $0.name == name }
            return LogSource(tailer: SourceTailer(name: name, folder: folder, resuming: checkpoint))
        }
    }

    /// Where reading goes on after a restart with the fold as it is now.
    ///
    /// Reads nothing.
    var checkpoints: [SourceCheckpoint] { sources.compactMap(\.tailer.checkpoint) }

    /// The losses that were noticed since they were last asked for.
    mutating func takeLosses() -> [LossEntry] {
        defer { losses = [] }
        return losses
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
        for (index, others) in readingOrder() {
            sources[index].tailer.startLook(besides: others, now: now)
            progress.merge(read(source: index, &budget, &buffer, now: now))
            progress.merge(takeLosses(of: index))
            // A file that is not at its end must not be overtaken by the next.
            if progress == .unfinished { break }
        }
        closeIdleFiles()
        return progress
    }

    /// The sources in the order of reading, each with the files that belong to the names before it.
    private func readingOrder() -> [(index: Int, others: Set<FileIdentity>)] {
        guard sources.count > 1 else { return [(0, [])] }
        let facts = sources.map { try? FileFacts(path: $0.tailer.path) }
        return sources.indices.sorted { (facts[$0]?.modified ?? .min) < (facts[$1]?.modified ?? .min) }
            .map { index in (index, Set(facts[..<index].compactMap { $0?.identity })) }
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
                let step = try sources[index].tailer.next(into: &buffer, longest: budget, now: now)
                progress.merge(sources[index].become(.readable))
                switch step {
                case .bytes(let count, let generation):
                    budget -= count
                    take(count, of: buffer, source: index, generation: generation, now: now)
                    progress = .changed
                case .lineEnds(let generation):
                    finishLine(source: index, generation: generation, now: now)
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
        sources[index].tailer.split(
            buffer.span.extracting(0..<count),
            now: now,
            ahead: { chunk, lines in fold.take(lines, of: chunk, &stamps, context) }
        ) { line, start, omitted in
            context.offset = start
            if omitted > 0 { fold.ledger.lossBytes += omitted }
            fold.fold(line, &stamps, context)
        }
    }

    /// A last line without an end is as complete as it will ever be.
    private mutating func finishLine(source index: Int, generation: Int, now: Timestamp) {
        var context = LineContext(file: index, generation: generation, readAt: now)
        sources[index].tailer.finishLine { line, start, omitted in
            context.offset = start
            fold.ledger.lossBytes += omitted
            fold.fold(line, &stamps, context)
        }
    }

    private mutating func takeLosses(of index: Int) -> ReadProgress {
        let found = sources[index].tailer.takeLosses()
        for loss in found {
            let entry = LossEntry(
                component: Fold.kind.rawValue,
                file: loss.file,
                generation: loss.generation,
                from: loss.from,
                to: loss.to,
                reason: loss.reason,
                lastSeen: loss.lastSeen,
                noticed: loss.noticed
            )
            losses.append(entry)
            fold.ledger.lossBytes += Int(entry.bytes ?? 0)
        }
        return found.isEmpty ? .unchanged : .changed
    }

    private mutating func closeIdleFiles() {
        var open = sources.reduce(0) { $0 + $1.tailer.descriptors }
        for index in sources.indices where open > Self.longestOpen {
            open -= sources[index].tailer.descriptors
            sources[index].tailer.letGo()
            open += sources[index].tailer.descriptors
        }
    }

    /// The state as a value that can be handed out.
    var view: ComponentView<Fold> {
        ComponentView(
            fold: fold,
            sources: sources.map { source in
                let position = source.tailer.position
                return SourceView(
                    path: source.tailer.path,
                    condition: source.condition,
                    position: SourcePosition(
                        file: source.tailer.name,
                        generation: position.generation,
                        offset: position.offset
                    )
                )
            }
        )
    }
}

/// One file under one of a component's names.
private struct LogSource {
    var tailer: SourceTailer
    var condition = SourceCondition.unseen

    /// Takes over what a look found.
    mutating func become(_ found: SourceCondition) -> ReadProgress {
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
