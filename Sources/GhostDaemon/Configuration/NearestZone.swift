import GhostSystem

/// Finds the time zone that somebody probably meant: by its whole name, or by that of its place alone.
public enum NearestZone {
    /// The nearest zone that this system has; nil if none is near.
    public static func to(_ text: String) -> String? { to(text, among: ZoneFiles.names()) }

    static func to(_ text: String, among names: [String]) -> String? {
        // A path was meant, and no name.
        guard !text.contains(".") else { return nil }
        // Of names that are alike, `America/Indianapolis` rather than `America/Indiana/Indianapolis`.
        let names = names.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
        let word = String(text.map { $0 == " " ? "_" : $0 })
        let place = lastPart(of: word)
        // The place itself before a name that merely looks like it.
        if let exact = names.first(where: { lastPart(of: $0).lowercased() == place.lowercased() }) { return exact }
        if let near = NearestWord.to(word, among: names) { return near }
        let nearPlace = NearestWord.to(place, among: names.map(lastPart))
        return nearPlace.flatMap { found in names.first { lastPart(of: $0) == found } }
    }

    private static func lastPart(of name: String) -> String {
        name.split(separator: "/").last.map(String.init) ?? name
    }
}
