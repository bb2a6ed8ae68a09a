/// The folds of all components that rules describe, of which few change at a time.
///
/// Kept in groups: a state that was handed out holds on to them, and a line then costs a copy of its component's group and
/// not of a thousand folds.
struct RuleFolds: RandomAccessCollection, MutableCollection, Sendable {
    /// How many are in a group: to copy a fold costs as much as to copy the places of twenty groups.
    private static let groupSize = 8

    private var groups: [[RuleFold]]
    let count: Int

    /// Takes over folds in the order of their components.
    init(_ folds: [RuleFold]) {
        count = folds.count
        groups = stride(from: 0, to: folds.count, by: Self.groupSize).map { start in
            Array(folds[start..<Swift.min(folds.count, start + Self.groupSize)])
        }
    }

    var startIndex: Int { 0 }
    var endIndex: Int { count }

    subscript(place: Int) -> RuleFold {
        get { groups[place / Self.groupSize][place % Self.groupSize] }
        _modify { yield &groups[place / Self.groupSize][place % Self.groupSize] }
    }
}
