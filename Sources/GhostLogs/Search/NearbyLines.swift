/// Finds out which lines stand around those that match, in one log and one direction.
struct NearbyLines {
    let size: Int
    private var recent: [WalkedLine] = []
    /// How many of the next lines are to be shown.
    private(set) var owed = 0

    init(size: Int) {
        self.size = size
    }

    /// Takes the next line, and gives those that are now to be shown.
    mutating func take(_ line: WalkedLine, isMatch: Bool) -> [(line: WalkedLine, isMatch: Bool)] {
        if isMatch {
            defer { (recent, owed) = ([], size) }
            return recent.map { ($0, false) } + [(line, true)]
        }
        guard owed == 0 else {
            owed -= 1
            return [(line, false)]
        }
        guard size > 0 else { return [] }
        recent.append(line)
        if recent.count > size { recent.removeFirst() }
        return []
    }
}
