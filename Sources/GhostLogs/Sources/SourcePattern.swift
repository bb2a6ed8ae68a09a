/// Which files are followed: a path, a folder, or a pattern with `*`, `?`, `[a-z]` and `**`.
///
/// A path that leads to a folder stands for the files directly in it. `**` stands for any number of folders. Hidden files
/// and folders are followed only if the pattern names their dot.
struct SourcePattern: Sendable, Equatable {
    /// The pattern as an absolute path.
    let text: String
    let steps: [Step]

    enum Step: Sendable, Equatable {
        case name(NamePattern)
        /// `**`
        case anyFolders
    }

    /// Where a path stands in the pattern: how many steps of it the path may have taken.
    typealias Reach = Set<Int>

    /// Reads a pattern; one that is no absolute path starts at `folder`.
    init(_ text: String, in folder: String) {
        let path = text.hasPrefix("/") ? text : "\(folder)/\(text)"
        var names: [Substring] = []
        for name in path.split(separator: "/") where name != "." {
            if name == "..", names.last.map({ $0 != ".." && $0 != "**" }) ?? true {
                _ = names.popLast()
            } else {
                names.append(name)
            }
        }
        self.text = "/" + names.joined(separator: "/")
        steps = names.map { $0 == "**" ? .anyFolders : .name(NamePattern($0)) }
    }

    /// The path if the pattern has no wildcard: one file, or all files of one folder.
    var literal: String? {
        let names = fixedNames
        return names.count == steps.count ? "/" + names.joined(separator: "/") : nil
    }

    /// The folder in which the search starts: the longest beginning without a wildcard, without the name of a file.
    var fixedFolder: String {
        let names = fixedNames
        return "/" + (names.count == steps.count ? names.dropLast() : names[...]).joined(separator: "/")
    }

    private var fixedNames: [String] {
        var names: [String] = []
        for step in steps {
            guard case .name(let pattern) = step, let literal = pattern.literal else { break }
            names.append(literal)
        }
        return names
    }

    /// The reach of the root folder.
    var start: Reach { closed([0]) }

    /// The reach of an entry of a folder that has `reach`; empty if neither it nor anything in it fits.
    func reach(of name: String, in reach: Reach) -> Reach {
        var next: Reach = []
        for place in reach {
            guard place < steps.count else {
                // What a folder's own path stands for.
                if place == steps.count, literal != nil, !name.hasPrefix(".") { next.insert(place + 1) }
                continue
            }
            switch steps[place] {
            case .name(let pattern): if pattern.matches(name) { next.insert(place + 1) }
            case .anyFolders: if !name.hasPrefix(".") { next.insert(place) }
            }
        }
        return closed(next)
    }

    /// The reach of a folder's absolute path.
    func reach(ofPath path: String) -> Reach {
        path.split(separator: "/").reduce(start) { reach(of: String($1), in: $0) }
    }

    /// Whether a file with this reach is meant.
    func isFile(_ reach: Reach) -> Bool { reach.contains(steps.count) || reach.contains(steps.count + 1) }

    /// Whether entries of a folder with this reach may be meant.
    func isFolder(_ reach: Reach) -> Bool {
        reach.contains { $0 < steps.count || ($0 == steps.count && literal != nil) }
    }

    private func closed(_ reach: Reach) -> Reach {
        var result = reach
        for place in reach {
            var next = place
            while next < steps.count, steps[next] == .anyFolders {
                next += 1
                result.insert(next)
            }
        }
        return result
    }
}
