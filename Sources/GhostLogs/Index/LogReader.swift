import GhostModel
import GhostSystem

/// Reads a log back: by place, by line number and by time, through the files that were put away from it.
///
/// The index is built as far as ``extendIndex(budgetBytes:)`` is called, and makes answers exact and fast; without it lines
/// are found by reading back, and times by trying places, which trusts that no line is older than one before it by more
/// than ``disorder``. Memory is bounded for lines and files of any length. Keeps its files open: rotation does not change
/// what it reads. Blocking.
public struct LogReader<Times: LineTimeReading> {
    /// How many files are read at most, the newest ones.
    public static var mostParts: Int { 32 }
    /// How much of files without an index is read for one question about times, in bytes.
    public static var longestSearch: Int64 { 64 * 1024 * 1024 }

    /// By how much a line may be older than one before it, where there is no index.
    public var disorder: Duration = .seconds(5)
    var parts: [LogPart] = []
    var times: Times
    /// Files that were left out: there are too many of them, or they cannot be read.
    public private(set) var omitted: [String] = []

    /// Opens a log.
    ///
    /// - Parameters:
    ///   - path: the log's path.
    ///   - times: reads the times of its lines.
    ///   - siblings: whether files that were put away from it are read before it.
    public init(path: String, times: Times, siblings: Siblings = .included) throws(SourceTrouble) {
        self.times = times
        let folder = SourceSet.parent(of: path)
        let name = SourceSet.name(of: path)
        var paths: [String] = []
        if siblings == .included, let listing = try? FolderListing(of: folder) {
            let names = listing.names(startingWith: SiblingName.stem(of: name))
            paths = SiblingName.ordered(names, of: name) { sibling in
                (try? FileFacts(path: SourceSet.join(folder, sibling)))?.modified ?? .max
            }.map { SourceSet.join(folder, $0.name) }
            omitted = SiblingName.unreadable(names, of: name).map { SourceSet.join(folder, $0.name) }
        }
        omitted += paths.dropLast(Self.mostParts - 1)
        for path in paths.suffix(Self.mostParts - 1) {
            do throws(SourceTrouble) {
                parts.append(try LogPart(path: path, mayBePacked: true))
            } catch {
                omitted.append(path)
            }
        }
        parts.append(try LogPart(path: path, mayBePacked: false))
    }

    /// Whether files that were put away are read.
    public enum Siblings: Sendable {
        case included
        case leftOut
    }

    /// The files, oldest first; the log itself last.
    public var paths: [String] { parts.map(\.path) }

    /// The end of the log.
    public var end: LogPlace { LogPlace(part: parts.count - 1, offset: parts.last?.length ?? 0) }

    /// The index of one file.
    public func index(of part: Int) -> LogIndex { parts[part].index }

    /// Takes in that the log has grown.
    public mutating func refresh() throws(SourceTrouble) {
        try parts[parts.count - 1].refresh()
    }

    /// Goes on with the index, newest file first.
    ///
    /// - Parameter budgetBytes: how much of the files is read at most; a line is read to its end all the same.
    /// - Returns: whether everything is in the index.
    public mutating func extendIndex(budgetBytes: Int64) throws(SourceTrouble) -> Bool {
        for part in parts.indices.reversed() {
            let before = parts[part].index.covered
            guard try parts[part].extendIndex(budgetBytes, &times) else { return false }
            // One file at a time, so that the budget holds.
            if parts[part].index.covered - before > budgetBytes / 2, part > 0 { return false }
        }
        return true
    }

    /// The index of the log itself as bytes, to be saved; nil if there is nothing to save.
    public func savedIndex() throws(SourceTrouble) -> [UInt8]? {
        try parts[parts.count - 1].savedIndex()
    }

    /// Takes over what ``savedIndex()`` gave, if it is about this very file, which may have grown since.
    ///
    /// - Returns: whether it was taken; otherwise the index is built anew.
    public mutating func restoreIndex(_ saved: [UInt8]) throws(SourceTrouble) -> Bool {
        try parts[parts.count - 1].restoreIndex(saved)
    }

    // MARK: By place

    /// The last `count` lines that start before `place`.
    ///
    /// - Parameter place: any byte; nil for the end of the log.
    public mutating func lines(before place: LogPlace? = nil, count: Int) throws(SourceTrouble) -> LogPage {
        let place = place ?? end
        var missing = min(count, LogPage.mostLines)
        var page = LogPage()
        var stretches: [(part: Int, start: Int64, end: Int64)] = []
        var part = min(place.part, parts.count - 1)
        var offset = place.offset
        while part >= 0, missing > 0 {
            try unpack(part)
            offset = min(offset, parts[part].length)
            let starts = try parts[part].starts(before: offset, count: missing)
            missing -= starts.count
            if let first = starts.first { stretches.append((part, first, offset)) }
            part -= 1
            offset = .max
        }
        var first = 0
        var bytes = 0
        for stretch in stretches.reversed() {
            try parts[stretch.part].read(from: stretch.start) { text, start, omitted in
                guard start < stretch.end else { return .stop }
                page.lines.append(
                    LoggedLine(
                        place: LogPlace(part: stretch.part, offset: start),
                        text: Array(text),
                        omitted: omitted
                    )
                )
                bytes += text.count
                while bytes > LogPage.longestText, first < page.lines.count - 1 {
                    bytes -= page.lines[first].text.count
                    page.lines[first].text = []
                    first += 1
                }
                return .goOn
            }
        }
        page.lines.removeFirst(first)
        page.previous = page.lines.first.flatMap { hasLines(before: $0.place) ? $0.place : nil }
        page.next = LogCursor(place: place)
        return page
    }

    /// The first `count` lines that start at `place` or behind it.
    ///
    /// - Parameter place: any byte.
    public mutating func lines(after place: LogPlace, count: Int) throws(SourceTrouble) -> LogPage {
        let count = min(count, LogPage.mostLines)
        var page = LogPage()
        var bytes = 0
        var part = place.part
        var offset = place.offset
        while part < parts.count, page.next == nil {
            try unpack(part)
            if let start = try parts[part].firstStart(from: offset) {
                try parts[part].read(from: start) { text, start, omitted in
                    let place = LogPlace(part: part, offset: start)
                    guard page.lines.count < count, bytes + text.count <= LogPage.longestText || page.lines.isEmpty
                    else {
                        page.next = LogCursor(place: place)
                        return .stop
                    }
                    page.lines.append(LoggedLine(place: place, text: Array(text), omitted: omitted))
                    bytes += text.count
                    return .goOn
                }
            }
            part += 1
            offset = 0
        }
        page.previous = page.lines.first.flatMap { hasLines(before: $0.place) ? $0.place : nil }
        return page
    }

    /// Where the line with a number starts; nil if there is no such line.
    ///
    /// - Parameters:
    ///   - number: counted from 0 at the beginning of the file.
    ///   - part: the file, by its place in ``paths``.
    public mutating func place(ofLine number: Int64, in part: Int) throws(SourceTrouble) -> LogPlace? {
        try unpack(part)
        guard number >= 0 else { return nil }
        while parts[part].index.lines <= number {
            let before = parts[part].index.covered
            let isDone = try parts[part].extendIndex(Self.longestSearch, &times)
            if isDone || parts[part].index.covered == before { break }
        }
        let anchor =
            parts[part].index.lines > number
            ? parts[part].index.anchor(line: number) : (parts[part].index.covered, parts[part].index.lines)
        var line = anchor?.line ?? 0
        var found: LogPlace?
        try parts[part].read(from: anchor?.offset ?? 0) { _, start, _ in
            if line == number { found = LogPlace(part: part, offset: start) }
            line += 1
            return found == nil ? .goOn : .stop
        }
        return found
    }

    /// The number of the line that starts at `place`, counted from 0 at the beginning of its file; nil if that is not known
    /// without reading on.
    public mutating func number(ofLineAt place: LogPlace) throws(SourceTrouble) -> Int64? {
        let index = parts[place.part].index
        guard place.offset <= index.covered else { return nil }
        guard place.offset < index.covered else { return index.lines }
        guard let anchor = index.anchor(before: place.offset) else { return nil }
        var line = anchor.line
        try parts[place.part].read(from: anchor.offset) { _, start, _ in
            guard start < place.offset else { return .stop }
            line += 1
            return .goOn
        }
        return line
    }

    func hasLines(before place: LogPlace) -> Bool {
        place.offset > 0 || parts[..<place.part].contains { $0.length > 0 || $0.isArchive }
    }

    /// Makes sure that the length of an archive's text is known.
    mutating func unpack(_ part: Int) throws(SourceTrouble) {
        guard parts[part].isArchive, parts[part].length == 0 else { return }
        _ = try parts[part].extendIndex(LogPart.longestArchive, &times)
    }
}

extension Array<UInt8> {
    init(_ bytes: Span<UInt8>) {
        self = bytes.withUnsafeBufferPointer { Array($0) }
    }
}
