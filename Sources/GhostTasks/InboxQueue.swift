/// Which files of the inbox are ready to run, and in which order.
///
/// A file is taken only when two looks in a row saw the same size and time of change, and the size is not zero: whoever
/// writes it without renaming it into place has finished by then, as far as anybody can tell.
struct InboxQueue: Sendable {
    /// One file of the inbox as one look saw it.
    struct Entry: Sendable, Equatable {
        var name: String
        var bytes: Int64
        /// Time of the last change in nanoseconds since 1970.
        var changed: Int64
    }

    private var lastLook: [String: Entry] = [:]

    /// How many tasks the last look saw; as long as there are any, another look is due soon.
    var seen: Int { lastLook.count }

    /// Files that cannot be taken; they are left alone until they change.
    private var refused: [String: Entry] = [:]

    /// Leaves a file alone until it changes.
    mutating func refuse(_ name: String) {
        refused[name] = lastLook[name]
    }

    /// Takes in one look and returns the names that may run now, oldest change first, then by name.
    mutating func settled(in entries: [Entry]) -> [String] {
        refused = refused.filter { name, entry in entries.contains { $0.name == name && $0 == entry } }
        let visible = entries.filter { Self.isTask($0.name) && refused[$0.name] == nil }
        defer { lastLook = Dictionary(visible.map { ($0.name, $0) }) { first, _ in first } }
        return
            visible
            .filter { $0.bytes > 0 && lastLook[$0.name] == $0 }
            .sorted { ($0.changed, $0.name) < ($1.changed, $1.name) }
            .map(\.name)
    }

    /// Hidden files, and the names that editors and copiers give to unfinished ones, are not tasks.
    static func isTask(_ name: String) -> Bool {
        !name.hasPrefix(".") && ![".tmp", ".part", ".swp", "~"].contains { name.hasSuffix($0) }
    }
}
