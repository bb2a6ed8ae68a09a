public import GhostModel

/// Finding lines by their time.
extension LogReader {
    /// The lines whose times are in `range`, in the order of the files.
    ///
    /// A line without a time belongs to the last one with a time before it in its file.
    ///
    /// - Parameters:
    ///   - count: how many at most; bounded by ``LogPage/mostLines``.
    ///   - cursor: ``LogPage/next`` of the page before, to go on behind it. A page may be empty though more follow: then so much was
    ///     searched that the caller may want to give up.
    public mutating func lines(
        in range: Range<Timestamp>,
        count: Int,
        from cursor: LogCursor? = nil
    ) throws(SourceTrouble) -> LogPage {
        var search = TimeSearch(range: range, count: min(count, LogPage.mostLines))
        var cursor = cursor
        for part in (cursor?.place.part ?? 0)..<parts.count {
            try unpack(part)
            let start = cursor?.place.offset ?? 0
            var stretches = try stretches(of: part, in: range, from: start)
            if cursor?.flow == .inside, stretches.first?.start != start {
                // What goes on without a time.
                stretches.insert(Stretch(start: start, end: .offset(start)), at: 0)
            }
            for stretch in stretches where search.state == .searching {
                // Inside only where the page before ended: what is between stretches is not in the range.
                search.flow = cursor?.place.offset == stretch.start ? cursor?.flow ?? .outside : .outside
                try search.read(&parts[part], part, from: stretch.start, stretch.end, &times)
            }
            cursor = nil
            if search.state == .ended { break }
        }
        return search.page
    }

    /// The lines before and after the one whose time is nearest to `time`: the first of those at or after it, or else the last
    /// before it.
    ///
    /// - Parameters:
    ///   - before: how many lines before that one.
    ///   - after: how many lines from that one on.
    public mutating func lines(
        around time: Timestamp,
        before: Int,
        after: Int
    ) throws(SourceTrouble) -> LogPage {
        guard let place = try place(near: time) else { return LogPage() }
        var page = try lines(before: place, count: before)
        let rest = try lines(after: place, count: after)
        page.lines += rest.lines
        page.next = rest.next
        if page.lines.count == rest.lines.count { page.previous = rest.previous }
        return page
    }

    /// Where the line starts whose time is nearest to `time`; nil if no line has a time.
    public mutating func place(near time: Timestamp) throws(SourceTrouble) -> LogPlace? {
        var best = Nearest(time: time)
        for part in parts.indices {
            try unpack(part)
            for stretch in parts[part].index.stretches(near: time) {
                try best.read(&parts[part], part, from: stretch.lowerBound, to: stretch.upperBound, nil, &times)
            }
            let covered = parts[part].index.covered
            guard covered < parts[part].length else { continue }
            // A little before, so that the last line before the time is seen as well.
            let sought = time.advanced(by: .zero - disorder)
            let start = try lowerBound(of: sought, in: part, from: covered)
            if let earlier = try parts[part].starts(before: start, count: 1).first, earlier >= covered {
                try best.read(&parts[part], part, from: earlier, to: start, nil, &times)
            }
            let until = time.advanced(by: disorder)
            try best.read(&parts[part], part, from: start, to: parts[part].length, until, &times)
        }
        return best.place
    }

    /// A part of a file that may hold what is sought.
    struct Stretch {
        var start: Int64
        var end: End

        enum End {
            /// No such line starts behind this offset.
            case offset(Int64)
            /// A line with such a time is behind all that are sought.
            case time(Timestamp)
        }
    }

    /// The stretches of a file in which lines with these times may start, from `start` on.
    private mutating func stretches(
        of part: Int,
        in range: Range<Timestamp>,
        from start: Int64
    ) throws(SourceTrouble) -> [Stretch] {
        let index = parts[part].index
        var result: [Stretch] = []
        for stretch in index.stretches(holding: range) where stretch.upperBound > start {
            let begin = try parts[part].firstStart(from: max(stretch.lowerBound, start)) ?? stretch.upperBound
            // What goes on without a time behind it belongs to it.
            result.append(Stretch(start: begin, end: .offset(stretch.upperBound)))
        }
        if index.covered < parts[part].length {
            let sought = range.lowerBound.advanced(by: .zero - disorder)
            let begin =
                start > index.covered ? start : try lowerBound(of: sought, in: part, from: index.covered)
            result.append(Stretch(start: begin, end: .time(range.upperBound.advanced(by: disorder))))
        }
        return result
    }

    /// The start of a line at or before the first one that is not older than `time`, in a file whose times rise.
    mutating func lowerBound(
        of time: Timestamp,
        in part: Int,
        from start: Int64
    ) throws(SourceTrouble) -> Int64 {
        var (low, high) = (start, parts[part].length)
        while high - low > 64 * 1024 {
            let middle = low + (high - low) / 2
            if let found = try firstTime(from: middle, in: part), found < time { low = middle } else { high = middle }
        }
        return try parts[part].firstStart(from: low) ?? parts[part].length
    }

    /// The first time that a line behind `offset` has; nil if none is near.
    private mutating func firstTime(from offset: Int64, in part: Int) throws(SourceTrouble) -> Timestamp? {
        guard let start = try parts[part].firstStart(from: offset) else { return nil }
        var found: Timestamp?
        var times = times
        try parts[part].read(from: start) { text, place, _ in
            found = times.time(of: text)
            return found == nil && place - start < 4 * 1024 * 1024 ? .goOn : .stop
        }
        return found
    }
}

/// A search for lines in a stretch of time.
private struct TimeSearch {
    let range: Range<Timestamp>
    let count: Int
    var page = LogPage()
    var flow = LogCursor.Flow.outside
    var state = State.searching
    private var bytes = 0
    private var searched: Int64 = 0

    enum State {
        case searching
        /// The page is full, or enough was searched.
        case ended
    }

    init(range: Range<Timestamp>, count: Int) {
        self.range = range
        self.count = count
    }

    mutating func read<Times: LineTimeReading>(
        _ file: inout LogPart,
        _ part: Int,
        from start: Int64,
        _ end: LogReader<Times>.Stretch.End,
        _ times: inout Times
    ) throws(SourceTrouble) {
        var search = self
        var isOver = false
        try file.read(from: start) { text, start, omitted in
            let time = times.time(of: text)
            let flow: LogCursor.Flow = time.map { search.range.contains($0) ? .inside : .outside } ?? search.flow
            switch end {
            case .offset(let end): isOver = start >= end && (time != nil || flow == .outside)
            case .time(let end): isOver = time.map { $0 >= end } ?? false
            }
            guard !isOver else { return .stop }
            return search.take(text, LogPlace(part: part, offset: start), omitted, flow)
        }
        self = search
    }

    private mutating func take(
        _ text: Span<UInt8>,
        _ place: LogPlace,
        _ omitted: Int,
        _ flow: LogCursor.Flow
    ) -> LogPart.Continuation {
        let isFull =
            flow == .inside
            && (page.lines.count >= count || bytes + text.count > LogPage.longestText && !page.lines.isEmpty)
        guard !isFull, searched < LogReader<ComponentLineTimes>.longestSearch else {
            page.next = LogCursor(place: place, flow: self.flow)
            state = .ended
            return .stop
        }
        self.flow = flow
        searched += Int64(text.count + omitted + 1)
        if flow == .inside {
            page.lines.append(LoggedLine(place: place, text: Array(text), omitted: omitted))
            bytes += text.count
        }
        return .goOn
    }
}

/// The line that is nearest to a time, of those that were seen.
private struct Nearest {
    let time: Timestamp
    private var after: (time: Timestamp, place: LogPlace)?
    private var before: (time: Timestamp, place: LogPlace)?

    init(time: Timestamp) {
        self.time = time
    }

    var place: LogPlace? { (after ?? before)?.place }

    mutating func read(
        _ file: inout LogPart,
        _ part: Int,
        from start: Int64,
        to end: Int64,
        _ until: Timestamp?,
        _ times: inout some LineTimeReading
    ) throws(SourceTrouble) {
        guard let begin = try file.firstStart(from: start) else { return }
        var nearest = self
        try file.read(from: begin) { text, start, _ in
            guard start < end else { return .stop }
            guard let time = times.time(of: text) else { return .goOn }
            nearest.see(time, LogPlace(part: part, offset: start))
            if let until, time >= until { return .stop }
            return .goOn
        }
        self = nearest
    }

    private mutating func see(_ seen: Timestamp, _ place: LogPlace) {
        if seen >= time {
            if after.map({ seen < $0.time }) ?? true { after = (seen, place) }
        } else if before.map({ seen >= $0.time }) ?? true {
            before = (seen, place)
        }
    }
}
