import GhostLogs
import GhostModel
import Yams

/// What the words for states mean: those that everybody knows, and those that a section `states` adds.
struct StateWords {
    private var own: [String: StateMeaning] = [:]

    /// The words that need no section.
    static let usual: [String: StateMeaning] = [
        "active": .active, "healthy": .active, "ok": .active, "up": .active, "running": .active, "ready": .active,
        "idle": .idle, "stopped": .idle, "paused": .idle,
        "warning": .warning, "degraded": .warning, "starting": .warning, "restarting": .warning,
        "error": .error, "failed": .error, "down": .error, "critical": .error,
        "unknown": .unknown,
    ]

    /// The words for meanings.
    private static let meanings: [String: StateMeaning] = [
        "active": .active, "healthy": .active, "idle": .idle, "warning": .warning, "error": .error, "failed": .error,
        "unknown": .unknown,
    ]

    init() {}

    init(_ node: Node?, path: String, problems: inout ProblemList) {
        guard let node, let mapping = MappingReader(node, path: path, problems: &problems) else { return }
        var reader = mapping
        for word in mapping.order {
            guard let value = reader.take(word) else { continue }
            let text = value.scalar?.string ?? ""
            guard let meaning = Self.meanings[text] else {
                let words = ["healthy", "idle", "warning", "failed", "unknown"]
                problems.add(
                    "\(path).\(word) must be one of \(words.joined(separator: ", "))",
                    at: value,
                    suggestion: NearestWord.to(text, among: Self.meanings.keys.sorted())
                )
                continue
            }
            own[word] = meaning
        }
    }

    /// These, and where they say nothing the others.
    func over(_ others: StateWords) -> StateWords {
        var result = self
        result.own = others.own.merging(own) { $1 }
        return result
    }

    var all: [String] { Array(own.keys) }

    func meaning(of word: String) -> StateMeaning? { own[word] ?? Self.usual[word] }
}
