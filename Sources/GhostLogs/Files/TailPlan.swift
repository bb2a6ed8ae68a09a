/// What is read, and in which order, when a log's name may have come to lead to something else.
///
/// A value computed from what was seen: which files there are, and which of them hold content that was read before.
struct TailPlan: Equatable {
    /// A file that may hold a part of the log.
    struct Candidate {
        var identity: FileIdentity
        /// The incarnations, by their place in the list, whose windows agree with this file.
        var agreeing: Set<Int>
        /// The incarnations of which this file may be a copy that was made before they were read as far as they were.
        var beginning: Set<Int> = []
        var role: Role

        enum Role: Equatable {
            /// It was put away.
            case putAway
            /// The log's name leads to it.
            case named
        }

        /// Whether equal content is enough for this file to hold `incarnation`.
        func mayHold(_ incarnation: SourceCheckpoint.Incarnation) -> Bool {
            // What was cut starts anew under its name, and may start alike.
            role == .putAway || (incarnation.identity != nil && incarnation.offset >= TailPlan.shortestTelling)
        }
    }

    /// A file to be read, by its place among the candidates.
    enum Step: Equatable {
        /// From where an incarnation was left; that one by its place among the incarnations.
        case resume(candidate: Int, incarnation: Int)
        /// From its beginning, as an incarnation of its own.
        case whole(candidate: Int)
    }

    private(set) var steps: [Step] = []
    /// The incarnations of which no file is there any more.
    private(set) var missing: [Int] = []

    /// Content shorter than this, in bytes, does not tell that the log itself was copied back: a new one may start alike.
    fileprivate static let shortestTelling: Int64 = 32

    /// Decides.
    ///
    /// Files older than the newest one that is known were read before, or are older than anything that was ever read, and
    /// are left alone.
    ///
    /// - Parameters:
    ///   - candidates: oldest first; the named one, if there is one, last.
    ///   - incarnations: what was read before, oldest first.
    ///   - strangers: which of them were read under another name, by their place.
    ///   - awaited: files that are to be read and were not opened yet.
    init(
        candidates: [Candidate],
        incarnations: [SourceCheckpoint.Incarnation],
        strangers: Set<Int> = [],
        awaited: Set<FileIdentity> = []
    ) {
        var holder = [Int?](repeating: nil, count: incarnations.count)
        var content = [Int?](repeating: nil, count: candidates.count)
        func claim(_ index: Int, _ candidate: Int) {
            holder[index] = candidate
            content[candidate] = index
        }
        for index in incarnations.indices.reversed() {
            let incarnation = incarnations[index]
            let found = candidates.indices.last { candidate in
                content[candidate] == nil && candidates[candidate].identity == incarnation.identity
                    && (incarnation.head.length == 0 || candidates[candidate].agreeing.contains(index))
            }
            if let found { claim(index, found) }
        }
        // The longest content first: the beginning of a file may equal all of another one.
        let rest = incarnations.indices.filter { holder[$0] == nil && incarnations[$0].head.length > 0 }
            .sorted { (incarnations[$0].offset, $0) > (incarnations[$1].offset, $1) }
        for index in rest {
            let after = holder[..<index].compactMap(\.self).max() ?? -1
            let before = holder[(index + 1)...].compactMap(\.self).min() ?? candidates.count
            let found = candidates.indices.first { candidate in
                content[candidate] == nil && candidate > after && candidate < before
                    && candidates[candidate].agreeing.contains(index)
                    && candidates[candidate].mayHold(incarnations[index])
            }
            if let found { claim(index, found) }
        }
        // A copy from before the rest was written has nothing new.
        for index in incarnations.indices where holder[index] == nil {
            let copy = candidates.indices.last { candidate in
                content[candidate] == nil && candidates[candidate].role == .putAway
                    && candidates[candidate].beginning.contains(index)
            }
            if let copy { content[copy] = index }
        }
        // What was put away empty may have been written to late, and compressed since: it is before what came after it.
        for index in incarnations.indices where holder[index] == nil && incarnations[index].head.length == 0 {
            guard let next = holder[(index + 1)...].compactMap(\.self).min(), next > 0, content[next - 1] == nil else {
                continue
            }
            claim(index, next - 1)
        }
        // A file of which nothing was read says nothing about those before it.
        let newestKnown =
            content.lastIndex { index in
                index.map { incarnations[$0].offset > 0 && !strangers.contains($0) } ?? false
            } ?? -1
        for candidate in candidates.indices {
            if let index = content[candidate] {
                guard holder[index] == candidate else { continue }
                steps.append(.resume(candidate: candidate, incarnation: index))
            } else if candidate > newestKnown || awaited.contains(candidates[candidate].identity) {
                steps.append(.whole(candidate: candidate))
            }
        }
        missing = holder.indices.filter { holder[$0] == nil }
    }
}
