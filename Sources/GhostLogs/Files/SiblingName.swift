/// The name of a file that was put away under a log's name, and its place among the others.
///
/// Understands what log rotation makes: `NAME.1`, `NAME.2.gz`, `NAME.old`, `NAME-20261122`, `NAME.2026-11-22.gz`,
/// `NAME-20261122-1`, and the same before the extension (`status-20261122.log`).
struct SiblingName: Equatable {
    /// The name as it is in the folder.
    let name: String
    let place: Place
    let packing: Packing

    /// Where a file stands among the files put away.
    enum Place: Equatable {
        /// A number that grows with age.
        case counted(Int)
        /// The digits of a date, and of a number within it; they grow with time.
        case dated([Int])
    }

    /// How a file is compressed, as far as its name tells.
    enum Packing: Equatable {
        case none
        case gzip
        /// In a way that cannot be read, by the program of this name.
        case unreadable(by: String)

        /// The suffixes that tell of it.
        fileprivate static let suffixes: [(String, Packing)] = [
            (".gz", .gzip), (".zst", .unreadable(by: "zstd")), (".bz2", .unreadable(by: "bzip2")),
            (".xz", .unreadable(by: "xz")), (".lz4", .unreadable(by: "lz4")), (".zip", .unreadable(by: "zip")),
        ]

        /// How the file `name` is compressed, and its name before that.
        static func of(_ name: String) -> (packing: Packing, plain: Substring) {
            for (suffix, packing) in suffixes where name.hasSuffix(suffix) {
                return (packing, name.dropLast(suffix.count))
            }
            return (.none, name[...])
        }
    }

    /// Reads `name`; nil if it is no sibling of `log`.
    init?(_ name: String, of log: String) {
        self.name = name
        let plain: Substring
        (packing, plain) = Packing.of(name)
        guard let token = Self.token(in: plain, after: log[...], before: "") ?? Self.tokenInside(plain, of: log) else {
            return nil
        }
        guard let place = Self.place(of: token) else { return nil }
        self.place = place
    }

    /// The siblings of `log` among `names`, oldest first.
    ///
    /// Of a file and its compressed form only the file is kept: it is being compressed. Where numbers and dates stand
    /// side by side, those of which the oldest file was written earlier come first.
    ///
    /// - Parameter modified: when a file was last written.
    static func ordered(_ names: [String], of log: String, modified: (String) -> Int64) -> [SiblingName] {
        let siblings = unpacked(names, of: log).filter { sibling in
            if case .unreadable = sibling.packing { false } else { true }
        }
        var counted: [(Int, SiblingName)] = []
        var dated: [([Int], SiblingName)] = []
        for sibling in siblings {
            switch sibling.place {
            case .counted(let number): counted.append((number, sibling))
            case .dated(let digits): dated.append((digits, sibling))
            }
        }
        let byNumber = counted.sorted { ($1.0, $0.1.name) < ($0.0, $1.1.name) }.map(\.1)
        let byDate = dated.sorted { left, right in
            left.0 == right.0 ? left.1.name < right.1.name : left.0.lexicographicallyPrecedes(right.0)
        }.map(\.1)
        guard let first = byNumber.first, let other = byDate.first else { return byNumber + byDate }
        return modified(first.name) <= modified(other.name) ? byNumber + byDate : byDate + byNumber
    }

    /// The siblings of `log` among `names` that are compressed in a way that cannot be read, and are not there otherwise;
    /// newest first.
    static func unreadable(_ names: [String], of log: String) -> [SiblingName] {
        unpacked(names, of: log).filter { sibling in
            if case .unreadable = sibling.packing { true } else { false }
        }.sorted { left, right in
            switch (left.place, right.place) {
            case (.counted(let one), .counted(let other)): one < other
            case (.dated(let one), .dated(let other)): other.lexicographicallyPrecedes(one)
            case (.counted, .dated): true
            case (.dated, .counted): false
            }
        }
    }

    /// The names that siblings of `log` start with.
    static func stem(of log: String) -> String {
        guard let dot = log.lastIndex(of: "."), dot > log.startIndex else { return log }
        return String(log[..<dot])
    }

    /// The siblings without those that are there uncompressed as well.
    private static func unpacked(_ names: [String], of log: String) -> [SiblingName] {
        let siblings = names.compactMap { SiblingName($0, of: log) }
        guard siblings.contains(where: { $0.packing != .none }) else { return siblings }
        let all = Set(names)
        return siblings.filter { $0.packing == .none || !all.contains(String(Packing.of($0.name).plain)) }
    }

    /// `status-TOKEN.log` for `status.log`.
    private static func tokenInside(_ name: Substring, of log: String) -> Substring? {
        guard let dot = log.lastIndex(of: "."), dot > log.startIndex else { return nil }
        return token(in: name, after: log[..<dot], before: log[dot...])
    }

    private static func token(in name: Substring, after prefix: Substring, before suffix: Substring) -> Substring? {
        guard name.hasPrefix(prefix), name.hasSuffix(suffix), name.count > prefix.count + suffix.count + 1 else {
            return nil
        }
        let rest = name.dropFirst(prefix.count).dropLast(suffix.count)
        guard rest.first == "." || rest.first == "-" else { return nil }
        return rest.dropFirst()
    }

    private static func place(of token: Substring) -> Place? {
        if token == "old" { return .counted(1) }
        guard token.count <= 32 else { return nil }
        let groups = token.split(omittingEmptySubsequences: false) { "-._T:Z".contains($0) }.filter { !$0.isEmpty }
        let numbers = groups.compactMap { group in
            group.allSatisfy { $0.isASCII && $0.isNumber } ? Int(group) : nil
        }
        guard !numbers.isEmpty, numbers.count == groups.count else { return nil }
        if groups.count == 1, groups[0].count < 6 { return .counted(numbers[0]) }
        // 20261122 and 2026-11-22 are one date.
        if groups[0].count == 8 {
            let date = numbers[0]
            return .dated([date / 10_000, date / 100 % 100, date % 100] + numbers.dropFirst())
        }
        return groups[0].count >= 4 ? .dated(numbers) : nil
    }
}
