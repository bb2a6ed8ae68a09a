import GhostLogs
import GhostModel
import Yams

/// A component as its section says, without the shared rules.
struct ReadComponent {
    var name: String
    var node: Node
    var patterns: [FilePattern] = []
    var daemons: [String] = []
    var weight = 1
    var needs: [PlacedText] = []
    var every: Duration?
    var staleAfter: Duration?
    var zone: ZoneTable?
    var records = ComponentRules.RecordStyle.any
    var states = StateWords()
    var start = 0
    var rules: [ReadRule] = []
    /// Whether its own list of rules is absent or empty, rather than wrong.
    var declaresNoRules = true
    var stateUses: [StateUse] = []

    init(name: String, node: Node) {
        self.name = name
        self.node = node
    }
}

/// A rule, and the states that it names.
struct ReadRule {
    var rule: Rule
    var node: Node
    var stateUses: [StateUse] = []
}

/// A text and where it stands.
struct PlacedText {
    var text: String
    var node: Node
}

/// A state that a rule names, and where.
struct StateUse {
    var word: String
    var node: Node
}
