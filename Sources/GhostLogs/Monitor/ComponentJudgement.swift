import GhostModel

/// What a component is worth at an instant, and why not more.
struct ComponentJudgement: Equatable {
    var status: ComponentStatus
    var error: String?
    /// Where the reason can be read, if a line says it.
    var evidence: Evidence?
    /// Whether the component's logs were ever there.
    var wasEverSeen: Bool

    /// A line and where it is.
    struct Evidence: Equatable {
        var file: String
        var offset: Int64
        var line: String
    }

    /// How many missed beats make a component unknown.
    static let toleratedBeats = 3

    /// Judges a component.
    ///
    /// - Parameters:
    ///   - hasWork: whether a working component is active rather than idle.
    ///   - failure: what the component's own newest record says went wrong with it.
    init<Fold>(_ view: ComponentView<Fold>, at instant: Timestamp, hasWork: Bool, failure: (String, NotedLine)?) {
        let isMissing = view.trouble.map { $0.kind == .missing } ?? false
        wasEverSeen = view.fold.ledger.records > 0 || !isMissing
        if let trouble = view.trouble {
            status = trouble.kind == .missing ? .unknown : .error
            error = trouble.kind.explanation(path: trouble.path)
        } else if !view.sources.contains(where: { $0.condition == .readable }) {
            status = .unknown
            error = "The log has not been read yet"
        } else if let silence = Self.silence(view.fold.ledger, at: instant) {
            status = .unknown
            error = silence
        } else if let (message, line) = failure {
            status = .error
            error = message
            let files = Fold.kind.fileNames
            evidence = Evidence(
                file: files.indices.contains(line.file) ? files[line.file] : "",
                offset: line.offset,
                line: line.text
            )
        } else {
            status = hasWork ? .active : .idle
        }
    }

    /// Why the component is silent for too long; nil if it is not, or if its silence says nothing.
    private static func silence(_ ledger: ComponentLedger, at instant: Timestamp) -> String? {
        guard let beat = ledger.beat else { return nil }
        guard let last = ledger.lastEvent else {
            return ledger.records == 0
                ? "The log holds no record yet; a line is due every \(beat.configurationText)"
                : "No line of the log carries a time that can be trusted"
        }
        let silent = instant.since(last)
        guard silent > beat * toleratedBeats else { return nil }
        let whole = Duration.seconds(silent.components.seconds)
        return "Silent for \(whole.configurationText); a line is due every \(beat.configurationText)"
    }
}

extension ComponentView {
    /// Why none of the component's files can be read; nil if one can.
    ///
    /// A file that is there but unreadable says more than one that is missing.
    fileprivate var trouble: (kind: SourceTrouble, path: String)? {
        var found: (kind: SourceTrouble, path: String)?
        for source in sources {
            switch source.condition {
            case .readable: return nil
            case .unseen: continue
            case .unreadable(let trouble):
                if found == nil || (found?.kind == .missing && trouble != .missing) { found = (trouble, source.path) }
            }
        }
        return found
    }

    /// What is counted alike for all five.
    ///
    /// - Parameter recent: what was counted in recent time, at the instant of the answer.
    func facts(_ recent: RecentSums) -> ComponentFacts {
        ComponentFacts(
            lastEvent: fold.ledger.lastEvent,
            records: fold.ledger.records,
            damagedLines: fold.ledger.damagedLines,
            lossBytes: fold.ledger.lossBytes,
            namesOverflow: fold.ledger.namesOverflow,
            errorsOverflow: fold.ledger.errors.evictedGroups,
            sources: sources.filter { $0.position.generation > 0 }.map(\.position),
            errors: fold.ledger.errors.groups(files: Fold.kind.fileNames),
            recentErrors: recent.errors
        )
    }
}
