/// How large a rule set may be, and how much a component described by rules may keep.
public enum RuleLimits {
    /// Components of one rule set.
    public static let components = 1000
    /// Rules of one component, those shared with others included.
    public static let rules = 200
    /// Phrases of one rule, `when` and `unless` together.
    public static let phrases = 50
    /// Captures of one rule.
    public static let captures = 16
    /// The length of one phrase, template or name, in bytes.
    public static let textBytes = 1000
    /// Distinct names of counters, values, times, lists and states, each, in one rule set.
    public static let names = 500
    /// Samples of one rule set.
    public static let samples = 2000
    /// Lines of one sample.
    public static let sampleLines = 100
    /// Entities of one component at a time; of further ones only the totals of the component count.
    public static let entities = 10_000
    /// How much of an entity's name counts, in bytes.
    public static let entityNameBytes = 256
    /// Items of a list that is kept.
    public static let listItems = 100
    /// Items of a list unless the rule says otherwise.
    public static let usualListItems = 10
    /// How much is kept of a value, and of an item of a list, in bytes.
    public static let valueBytes = 512
    /// How much is kept of a value that is a list, in bytes.
    public static let listValueBytes = 16_384
    /// What is expected and has not come, for each component.
    public static let expectations = 1000
    /// How many events an alert may count up to.
    public static let alertEvents = 1000
    /// Alerts that are watched at a time, for each component.
    public static let alerts = 1000
    /// From how many places the same files are read at a time, after components were changed while Ghost ran.
    public static let readings = 8
    /// How often a phrase tries anew on one line before it gives up; a line that is made to be slow is not matched.
    public static let attempts = 20_000
}
