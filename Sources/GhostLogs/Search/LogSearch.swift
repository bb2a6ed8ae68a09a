public import GhostModel

/// Searches logs for lines, several at once in the order of their times, within a budget.
///
/// A search goes in one direction from a place in each log. What it found comes with bookmarks of both ends: whoever goes on
/// there gets every line once, whatever was rotated, written or searched meanwhile. Blocking.
public struct LogSearch {
    private let query: LogQuery
    private var filter: LineFilter
    private var runs: [Run] = []
    /// The places in logs that were not opened: there is nothing new in them, or they cannot be read now.
    private var resting: [(log: SearchedLog, place: LogBookmark.Place)] = []
    private let now: Timestamp
    private var budget: SearchBudget
    private var scannedBytes: Int64 = 0
    private(set) var notices: [String] = []
    /// Logs in which the place to go on from no longer exists.
    private var lost: [SearchedLog] = []

    /// One log in a search.
    private struct Run {
        var walk: LogWalk
        let start: LogPlace
        let files: [FileHead]
        let firstGeneration: Int
        /// Only lines from this instant on.
        var from: Timestamp?
        /// Only lines before this instant.
        var to: Timestamp?
        var nearby: NearbyLines
        var state = State.underway
    }

    private enum State {
        case underway
        /// Whatever is left lies outside the times that are sought.
        case over
        /// It cannot be read on.
        case broken
    }

    /// What a search gave.
    public struct Result: Sendable {
        /// The lines and where to go on.
        public var page: LogPageBody
        /// Logs in which lines are missing before those found, because the file to go on in is gone.
        public var lost: [SearchedLog]
        /// Whether a search that goes on at the page's end may find more at once.
        public var mayHaveMore: Bool
    }

    /// What is missing because the place to go on from is gone; nil if nothing is.
    private var gap: LogGapBody? {
        guard !lost.isEmpty else { return nil }
        let names = lost.prefix(5).map(\.file).joined(separator: ", ")
        let rest = query.isForward ? "what is left is sent from its beginning" : "nothing before it can be told from it"
        return LogGapBody(lines: nil, reason: "the place in \(names) is gone; \(rest)")
    }

    /// Searches `logs`; those that do not exist have no lines.
    ///
    /// - Parameters:
    ///   - incarnations: gives the files of each log their numbers.
    ///   - now: guesses the year of times that have none.
    public static func run(
        _ query: LogQuery,
        in logs: [SearchedLog],
        incarnations: inout LogIncarnations,
        budget: SearchBudget,
        now: Timestamp
    ) -> Result {
        var search = LogSearch(query, budget: budget, now: now)
        search.open(logs, &incarnations)
        return search.result()
    }

    private init(_ query: LogQuery, budget: SearchBudget, now: Timestamp) {
        self.query = query
        self.budget = budget
        self.now = now
        filter = LineFilter(query)
    }

    // MARK: Opening

    private mutating func open(_ logs: [SearchedLog], _ incarnations: inout LogIncarnations) {
        if logs.count > LogBookmark.mostPlaces {
            let left = logs.count - LogBookmark.mostPlaces
            notices.append(
                "\(left) logs are left out; at most \(LogBookmark.mostPlaces) are searched at once, so name daemons"
            )
        }
        for log in logs.prefix(LogBookmark.mostPlaces) {
            let known = place(of: log)
            if let known, isUnchanged(log, since: known) {
                resting.append((log, known))
                continue
            }
            do throws(SourceTrouble) {
                try open(log, known, &incarnations)
            } catch {
                // A log that nobody has written yet is none to speak of.
                if error != .missing { notices.append(error.explanation(path: log.path)) }
                if let known { resting.append((log, known)) }
            }
        }
    }

    /// Where the bookmark stands in a log.
    private func place(of log: SearchedLog) -> LogBookmark.Place? {
        switch query.entry {
        case .newest, .oldest: nil
        case .before(let bookmark), .after(let bookmark): bookmark.places.first { $0.log == log.tag }
        }
    }

    /// Whether nothing was written behind a place; one look at the file instead of opening it.
    private func isUnchanged(_ log: SearchedLog, since place: LogBookmark.Place) -> Bool {
        guard case .after(let bookmark) = query.entry, case .page = bookmark.kind,
            let facts = try? FileFacts(path: log.path)
        else { return false }
        return FileMark.tag(of: facts.identity) == place.file && facts.length == place.offset
    }

    private mutating func open(
        _ log: SearchedLog,
        _ known: LogBookmark.Place?,
        _ incarnations: inout LogIncarnations
    ) throws(SourceTrouble) {
        let times = AnyLineTimes(parser: LineParser(latest: now), zone: log.zone)
        let reader = try LogReader(path: log.path, times: times)
        if !reader.omitted.isEmpty {
            let names = reader.omitted.prefix(3).map { SourceSet.name(of: $0) }.joined(separator: ", ")
            notices.append("\(log.file): \(reader.omitted.count) older files cannot be read: \(names)")
        }
        var files: [FileHead] = []
        for part in reader.parts { files.append(try FileHead(part)) }
        var walk = LogWalk(log, reader, from: reader.end, isForward: query.isForward, now: now)
        var (from, to) = (query.since, query.until)
        let start = try enter(&walk, known, files, &from, &to)
        walk = LogWalk(log, reader, from: start, isForward: query.isForward, now: now)
        runs.append(
            Run(
                walk: walk,
                start: start,
                files: files,
                firstGeneration: incarnations.first(of: log, files: files.map(\.mark)),
                from: from,
                to: to,
                nearby: NearbyLines(size: query.context)
            )
        )
    }

    /// Where a log is entered; narrows the times that are sought where only a time is known.
    private mutating func enter(
        _ walk: inout LogWalk,
        _ known: LogBookmark.Place?,
        _ files: [FileHead],
        _ from: inout Timestamp?,
        _ to: inout Timestamp?
    ) throws(SourceTrouble) -> LogPlace {
        let beginning = LogPlace(part: 0, offset: 0)
        switch query.entry {
        case .newest:
            guard let until = query.until else { return walk.reader.end }
            return try walk.place(behind: until)
        case .oldest:
            return try query.since.map { since throws(SourceTrouble) in try walk.place(at: since) } ?? beginning
        case .before(let bookmark), .after(let bookmark):
            guard let known else {
                guard let time = bookmark.time else { return query.isForward ? beginning : walk.reader.end }
                if query.isForward {
                    from = max(from ?? time, time)
                    return try walk.place(at: time)
                }
                to = min(to ?? time, time)
                return try walk.place(behind: time)
            }
            switch find(known, in: walk.reader, files) {
            case .found(var place):
                // Behind the line itself.
                if case .line = bookmark.kind, query.isForward {
                    place.offset += Int64(walk.reader.parts[place.part].encoding.unitBytes)
                }
                return place
            case .lost(let place):
                lost.append(walk.log)
                return place
            }
        }
    }

    private enum Finding {
        case found(LogPlace)
        /// The file is gone or was cut; what is left starts here.
        case lost(LogPlace)
    }

    private func find(
        _ known: LogBookmark.Place,
        in reader: LogReader<AnyLineTimes>,
        _ files: [FileHead]
    ) -> Finding {
        // Of several that begin alike the one with the number that is remembered, or else the newest.
        let alike = files.indices.filter { files[$0].isFile(of: known) }
        let own = alike.filter { files[$0].file == known.file }
        for part in own + alike.reversed().filter({ !own.contains($0) })
        where known.trail.isThere(in: reader.parts[part], at: known.offset) {
            return .found(LogPlace(part: part, offset: known.offset))
        }
        // It was cut and written anew, or it is gone.
        let cut = files.lastIndex { $0.file == known.file }
        return .lost(LogPlace(part: cut ?? 0, offset: 0))
    }

    // MARK: Searching

    private mutating func result() -> Result {
        var found: [Found] = []
        var matches = 0
        var partial: PartialSearch.Reason?
        search: while matches < query.limit {
            var best: Int?
            for index in runs.indices where runs[index].state == .underway {
                while runs[index].walk.needsFilling {
                    if let reason = budget.exhausted {
                        partial = reason
                        break search
                    }
                    fill(index)
                }
                guard let line = runs[index].walk.next, runs[index].state == .underway else { continue }
                if isBeyond(line, runs[index]) {
                    runs[index].state = .over
                    continue
                }
                guard let other = best, let rival = runs[other].walk.next else {
                    best = index
                    continue
                }
                // Among equals the first log comes first in both directions.
                if query.isForward ? line.time < rival.time : line.time >= rival.time { best = index }
            }
            guard let best, let line = runs[best].walk.next else { break }
            runs[best].walk.take()
            let isSought = isInRange(line, runs[best]) && filter.lets(line)
            for (line, isMatch) in runs[best].nearby.take(line, isMatch: isSought) {
                found.append(Found(run: best, line: line, isMatch: isMatch))
                budget.text -= line.text.count
            }
            if isSought {
                matches += 1
                if let reason = budget.exhausted, matches < query.limit {
                    partial = reason
                    break
                }
            }
        }
        addMissingContext(to: &found)
        let isFull = matches >= query.limit || partial != nil
        return Result(
            page: page(query.isForward ? found : found.reversed(), partial, isFull: isFull),
            lost: lost,
            mayHaveMore: isFull
        )
    }

    private mutating func fill(_ index: Int) {
        do throws(SourceTrouble) {
            try runs[index].walk.fill()
        } catch {
            runs[index].state = .broken
            notices.append(error.explanation(path: runs[index].walk.log.path))
        }
        scannedBytes += runs[index].walk.scannedBytes
        budget.bytes -= runs[index].walk.scannedBytes
        runs[index].walk.scannedBytes = 0
    }

    /// Whether a line tells that nothing more can be found behind it in its log.
    private func isBeyond(_ line: WalkedLine, _ run: Run) -> Bool {
        query.isForward
            ? run.to.map { line.time >= $0.advanced(by: LogWalk.disorder) } ?? false
            : run.from.map { line.time < $0.advanced(by: .zero - LogWalk.disorder) } ?? false
    }

    private func isInRange(_ line: WalkedLine, _ run: Run) -> Bool {
        if let from = run.from, line.time < from { return false }
        if let to = run.to, line.time >= to { return false }
        return true
    }

    /// A line of the answer.
    private struct Found {
        var run: Int
        var line: WalkedLine
        var isMatch: Bool
    }

    /// Shows what stands around the last lines, though it is for a later page.
    private mutating func addMissingContext(to found: inout [Found]) {
        for index in runs.indices where runs[index].nearby.owed > 0 {
            guard let last = found.lastIndex(where: { $0.run == index }),
                let lines = try? runs[index].walk.glance(runs[index].nearby.owed)
            else { continue }
            found.insert(contentsOf: lines.map { Found(run: index, line: $0, isMatch: false) }, at: last + 1)
        }
    }

    // MARK: Telling

    private func page(_ found: [Found], _ partial: PartialSearch.Reason?, isFull: Bool) -> LogPageBody {
        let lines = found.map { found in
            let (run, line) = (runs[found.run], found.line)
            return LogLineBody(
                cursor: LogBookmark(.line(time: line.time.milliseconds), [place(line.place, run)]).text,
                file: run.walk.log.file,
                generation: run.firstGeneration + line.place.part,
                offset: line.place.offset,
                timestamp: line.ownTime,
                level: line.ownLevel,
                daemon: run.walk.log.daemon,
                component: run.walk.log.component,
                message: String(decoding: line.text, as: UTF8.self),
                omittedBytes: line.omitted > 0 ? line.omitted : nil,
                isContext: found.isMatch ? nil : true,
                capturedAt: line.capturedAt
            )
        }
        let older = bookmark(.older, found.first?.line.time)
        let newer = bookmark(.newer, query.isForward ? found.last?.line.time : nil)
        return LogPageBody(
            lines: lines,
            before: hasOlder(isFull: isFull) ? older.text : nil,
            after: newer.text,
            partial: partial.map { PartialSearch(reason: $0, scannedBytes: scannedBytes) },
            notices: Array(notices.prefix(LogPageBody.mostNotices)),
            gap: gap
        )
    }

    private enum Edge {
        case older
        case newer
    }

    private func bookmark(_ edge: Edge, _ time: Timestamp?) -> LogBookmark {
        let isReached = query.isForward == (edge == .newer)
        var places = resting.map(\.place)
        for run in runs {
            if isReached {
                places.append(place(run.walk.place, run))
            } else {
                // The newest page ends before a line that is still being written.
                let settled = query.entry == .newest && query.until == nil ? try? run.walk.reader.settledEnd : nil
                places.append(place(settled ?? run.start, run))
            }
        }
        return LogBookmark(.page(time: (time ?? now).milliseconds), places)
    }

    private func hasOlder(isFull: Bool) -> Bool {
        if !query.isForward {
            if isFull { return runs.contains { $0.state != .broken } }
            return false
        }
        if !resting.isEmpty { return true }
        return runs.contains { run in run.walk.reader.hasLines(before: run.start) }
    }

    private func place(_ place: LogPlace, _ run: Run) -> LogBookmark.Place {
        let file = run.files[place.part]
        // What stands before the place does not change any more; at the beginning there is only what follows.
        let length =
            place.offset >= LogBookmark.shortestHead
            ? min(Int(clamping: place.offset), file.bytes.count) : file.bytes.count
        return LogBookmark.Place(
            log: run.walk.log.tag,
            headLength: length,
            headHash: FileMark.hash(of: file.bytes[..<length]),
            file: file.file,
            offset: place.offset,
            trail: LogBookmark.Trail(before: place.offset, in: run.walk.reader.parts[place.part])
        )
    }
}

extension LogBookmark {
    /// The time by which logs are entered that it has no place in.
    fileprivate var time: Timestamp? {
        switch kind {
        case .page(let time), .line(let time?): Timestamp(milliseconds: time)
        case .line(nil): nil
        }
    }
}
