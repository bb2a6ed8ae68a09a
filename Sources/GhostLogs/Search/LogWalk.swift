import GhostModel

/// A line on the way through a log.
struct WalkedLine {
    var place: LogPlace
    var text: [UInt8]
    var omitted: Int
    /// What the line itself says.
    var ownTime: Timestamp?
    var ownLevel: LogLevel?
    /// Its own time, or that of the line it belongs to, or when it was taken in, or an estimate from the file's times: it
    /// orders lines of several logs.
    var time: Timestamp
    /// When the keeper took it in; looked up only for a line without a time of its own, nil if it is not known.
    var capturedAt: Timestamp?
    /// Its own level, or that of the line it belongs to.
    var level: LogLevel?
}

/// Goes through one log from a place, line by line, in one direction.
///
/// A line without a time belongs to the one before it: a stack trace is as old and as bad as its first line. A log without
/// any time is ordered among others by when its lines were taken in, or else by when its files were made and last written.
struct LogWalk {
    /// By how much a line may be older than one before it, where the end of a search is decided by time.
    static let disorder: Duration = .seconds(60)
    /// How much later than the line before it a line without a time may be taken in and still belong to it.
    private static let longestPause: Duration = .seconds(1)
    /// How many lines are looked back for the line that one without a time belongs to.
    private static let farthestBack = 200
    /// How many lines are read ahead at most.
    private static let mostAhead = 512
    /// How many bytes of lines are read ahead, about.
    private static let farthestAhead = 512 * 1024

    let log: SearchedLog
    let isForward: Bool
    var reader: LogReader<AnyLineTimes>
    /// Everything on the near side of it was given out: the start of the next line forwards, the end of the last backwards.
    private(set) var place: LogPlace
    /// How many bytes were read since this was last set.
    var scannedBytes: Int64 = 0

    private var parser: LineParser
    private var clock: ZoneClock
    private let ages: [Age]
    /// Lines that were read ahead: the next one first forwards, last backwards.
    private var ahead: [WalkedLine] = []
    private var taken = 0
    private var readPlace: LogPlace
    private var carry: Carry?
    private var batch = 32
    private var state = State.underway

    /// What a line without a time goes on with.
    private struct Carry {
        var time: Timestamp?
        var level: LogLevel?
        /// Where the line with that time starts.
        var place: LogPlace?
    }

    /// When a file was made and last written.
    private struct Age {
        var first: Int64
        var last: Int64
    }

    private enum State {
        case underway
        /// There is nothing more to read.
        case atEnd
    }

    init(_ log: SearchedLog, _ reader: LogReader<AnyLineTimes>, from place: LogPlace, isForward: Bool, now: Timestamp) {
        self.log = log
        self.reader = reader
        self.place = place
        self.isForward = isForward
        readPlace = place
        parser = LineParser(latest: now)
        clock = ZoneClock(log.zone)
        var previous: Int64?
        ages = reader.parts.map { part in
            let last = ((try? FileFacts(path: part.path))?.modified ?? now.milliseconds * 1_000_000) / 1_000_000
            let born = part.text.file.identity.born / 1_000_000
            // A copy is younger than what it holds.
            let first = min(born > 0 ? born : previous ?? last, last)
            previous = last
            return Age(first: first, last: last)
        }
    }

    /// The next line, if it was read already.
    var next: WalkedLine? {
        guard taken < ahead.count else { return nil }
        return isForward ? ahead[taken] : ahead[ahead.count - 1 - taken]
    }

    /// Whether ``fill()`` may bring the next line.
    var needsFilling: Bool { taken >= ahead.count && state == .underway }

    /// Gives out the next line.
    mutating func take() {
        guard let line = next else { return }
        taken += 1
        place = isForward ? next?.place ?? readPlace : line.place
    }

    /// Reads ahead.
    mutating func fill() throws(SourceTrouble) {
        ahead.removeAll(keepingCapacity: true)
        taken = 0
        let page = isForward ? try readForward() : try readBackward()
        let bytes = page.lines.reduce(0) { $0 + $1.text.count + $1.omitted + 1 }
        scannedBytes += Int64(bytes)
        // Long lines are read a few at a time.
        guard !page.lines.isEmpty else {
            state = .atEnd
            return
        }
        batch = max(8, min(batch * 2, Self.mostAhead, Self.farthestAhead / max(1, bytes / page.lines.count)))
    }

    private mutating func readForward() throws(SourceTrouble) -> LogPage {
        var page = try reader.lines(after: readPlace, count: batch)
        if page.next == nil {
            state = .atEnd
            if let unfinished = try reader.unfinishedLine, page.lines.last?.place == unfinished {
                page.lines.removeLast()
            }
            readPlace = try reader.unfinishedLine ?? reader.end
        } else if let next = page.next {
            readPlace = next.place
        }
        var carry = Carry()
        if let known = self.carry { carry = known } else { carry = try self.carry(before: page.lines.first?.place) }
        append(page.lines, &carry)
        self.carry = carry
        if page.lines.isEmpty { place = readPlace }
        return page
    }

    private mutating func readBackward() throws(SourceTrouble) -> LogPage {
        let page = try reader.lines(before: readPlace, count: batch)
        guard let first = page.lines.first else { return page }
        if reader.parts[first.place.part].isArchive { scannedBytes += reader.parts[first.place.part].length }
        var carry = parse(first).ownTime == nil ? try carry(before: first.place) : Carry()
        append(page.lines, &carry)
        readPlace = first.place
        if page.previous == nil { state = .atEnd }
        return page
    }

    /// What a line at `place` goes on with if it has no time.
    private mutating func carry(before place: LogPlace?) throws(SourceTrouble) -> Carry {
        var carry = Carry()
        guard let place, reader.hasLines(before: place), !reader.parts[place.part].isArchive || place.offset > 0 else {
            return carry
        }
        for line in try reader.lines(before: place, count: Self.farthestBack).lines {
            let walked = parse(line)
            if walked.ownTime != nil { carry = Carry(time: walked.ownTime, level: walked.ownLevel, place: walked.place) }
        }
        return carry
    }

    private mutating func append(_ lines: [LoggedLine], _ carry: inout Carry) {
        for line in lines {
            var walked = parse(line)
            if let time = walked.ownTime {
                carry = Carry(time: time, level: walked.ownLevel, place: line.place)
            } else {
                let belongsToFormer = settle(&walked, carry)
                if walked.ownLevel == nil, belongsToFormer || line.text.first == 0x20 || line.text.first == 0x09 {
                    walked.level = carry.level
                } else {
                    carry.level = walked.ownLevel
                }
            }
            ahead.append(walked)
        }
    }

    /// Gives a line without a time of its own the time by which it is ordered; whether it belongs to the line before.
    ///
    /// Where that has a time, only the pause between the two counts: the daemon's clock may be another than the keeper's.
    private mutating func settle(_ line: inout WalkedLine, _ carry: Carry) -> Bool {
        line.capturedAt = captured(line.place)
        guard let former = carry.time else {
            line.time = line.capturedAt ?? estimate(line.place)
            return false
        }
        line.time = former
        guard let captured = line.capturedAt, let formerCaptured = carry.place.flatMap({ self.captured($0) }) else {
            return true
        }
        let pause = captured.since(formerCaptured)
        guard pause >= Self.longestPause else { return true }
        line.time = former.advanced(by: pause)
        return false
    }

    private mutating func captured(_ place: LogPlace) -> Timestamp? {
        reader.parts[place.part].captureTimes()?.time(at: place.offset)
    }

    private mutating func parse(_ line: LoggedLine) -> WalkedLine {
        let parsed = parser.parse(line.text.span)
        let time = parsed.time.flatMap { clock.instant(of: $0) }
        return WalkedLine(
            place: line.place,
            text: line.text,
            omitted: line.omitted,
            ownTime: time,
            ownLevel: parsed.level,
            time: time ?? Timestamp(milliseconds: 0),
            level: parsed.level
        )
    }

    /// When a line without any time was about written: files grow evenly as far as is known.
    private func estimate(_ place: LogPlace) -> Timestamp {
        let age = ages[place.part]
        let length = max(1, reader.parts[place.part].length)
        let share = Double(min(place.offset, length)) / Double(length)
        return Timestamp(milliseconds: age.first + Int64(share * Double(age.last - age.first)))
    }

    // MARK: Entering

    /// Where lines from about `time` on start; none that is not older stands before it, as far as times rise.
    mutating func place(at time: Timestamp) throws(SourceTrouble) -> LogPlace {
        let sought = time.advanced(by: .zero - Self.disorder)
        for part in reader.parts.indices {
            // A file that was last written before cannot hold what is sought; the last one is looked at all the same.
            if ages[part].last < sought.milliseconds, part < reader.parts.count - 1 { continue }
            try reader.unpack(part)
            let length = reader.parts[part].length
            guard try isTimed(part) else {
                if let times = reader.parts[part].captureTimes() {
                    guard let offset = times.offset(at: sought) else { continue }
                    return LogPlace(part: part, offset: offset)
                }
                let age = ages[part]
                guard age.last >= sought.milliseconds, length > 0 else { continue }
                let share = Double(sought.milliseconds - age.first) / Double(max(1, age.last - age.first))
                return LogPlace(part: part, offset: Int64(Double(length) * max(0, min(1, share))))
            }
            let offset = try reader.lowerBound(of: sought, in: part, from: 0)
            if offset < length { return LogPlace(part: part, offset: offset) }
        }
        return reader.end
    }

    /// Where no line that is older than `time` starts any more, as far as times rise.
    mutating func place(behind time: Timestamp) throws(SourceTrouble) -> LogPlace {
        let sought = time.advanced(by: Self.disorder)
        for part in reader.parts.indices where ages[part].last >= sought.milliseconds {
            try reader.unpack(part)
            guard try isTimed(part) else {
                if let times = reader.parts[part].captureTimes() {
                    guard let offset = times.offset(behind: sought) else { continue }
                    return LogPlace(part: part, offset: offset)
                }
                let age = ages[part]
                let share = Double(sought.milliseconds - age.first) / Double(max(1, age.last - age.first))
                let offset = Int64(Double(reader.parts[part].length) * max(0, min(1, share)))
                return LogPlace(part: part, offset: offset)
            }
            var found: LogPlace?
            let start = try reader.lowerBound(of: sought, in: part, from: 0)
            var parser = parser
            var clock = clock
            try reader.parts[part].read(from: start) { text, offset, _ in
                if let time = parser.parse(text).time.flatMap({ clock.instant(of: $0) }), time >= sought {
                    found = LogPlace(part: part, offset: offset)
                }
                return found == nil ? .goOn : .stop
            }
            if let found { return found }
        }
        return reader.end
    }

    private mutating func isTimed(_ part: Int) throws(SourceTrouble) -> Bool {
        try reader.lines(after: LogPlace(part: part, offset: 0), count: 20).lines.contains { parse($0).ownTime != nil }
    }

    /// The lines next to ``place`` in the direction of the walk, without taking them.
    mutating func glance(_ count: Int) throws(SourceTrouble) -> [WalkedLine] {
        let page =
            isForward ? try reader.lines(after: place, count: count) : try reader.lines(before: place, count: count)
        let lines = page.lines.map { line in
            var walked = parse(line)
            if walked.ownTime == nil {
                walked.capturedAt = captured(line.place)
                walked.time = walked.capturedAt ?? estimate(line.place)
            }
            return walked
        }
        return isForward ? lines : lines.reversed()
    }
}

extension LogReader {
    /// Where the last line starts if its end is not written yet.
    var unfinishedLine: LogPlace? {
        get throws(SourceTrouble) {
            guard let part = parts.last, part.length > 0 else { return nil }
            let unit = Int64(part.encoding.unitBytes)
            let tail = try part.text.bytes(max(0, part.length - unit)..<part.length)
            let isEnded =
                switch part.encoding {
                case .utf8: tail == [0x0A] || tail == [0x0D]
                case .utf16(.littleEndian): tail == [0x0A, 0] || tail == [0x0D, 0]
                case .utf16(.bigEndian): tail == [0, 0x0A] || tail == [0, 0x0D]
                }
            guard !isEnded, let start = try part.starts(before: part.length, count: 1).first else { return nil }
            return LogPlace(part: parts.count - 1, offset: start)
        }
    }

    /// Where lines that are written later will start.
    var settledEnd: LogPlace {
        get throws(SourceTrouble) { try unfinishedLine ?? end }
    }
}
