import GhostModel

/// Folds the sentinel's log: which daemon is seen running.
struct SentinelFold: RecallingFold {
    static let kind = ComponentKind.sentinel
    static let savedVersion = 2

    var ledger = ComponentLedger(kind: .sentinel)
    private(set) var observations = SentinelState.Observations()
    private(set) var names = NameTable()
    /// By the number of the name.
    private(set) var daemons: [Observed] = []
    private(set) var recentErrors = RecentLines()
    /// The newest `watching=`, and how many names were known when it was obeyed.
    private var watched: [UInt8] = []
    private var namesWhenPruned = 0
    var known = KnownBodies<Known>()

    /// What a text says that is about a daemon with a number.
    enum Known: Sendable {
        /// With the process, if that is a part of the text.
        case up(daemon: Int, pid: Int32?)
        case down(daemon: Int, ErrorLedger.Ticket)
    }

    /// What is known of one daemon.
    struct Observed: Sendable {
        var state: ObservedDaemon.State
        var pid: Int32?
        var since: Timestamp?
        var transitions = 0
        /// The line that first reported the present state, kept while that is a fault.
        var fault = NotedLine()
        /// In which respects its process is not what was declared, as it was said of this process last.
        var drift: [String] = []

        /// The most respects that are kept.
        static let mostDrift = 16
        /// The longest name of one, in bytes.
        static let longestDrift = 32

        /// Takes over an observation, and notes its line if that is the first of a fault.
        @inline(__always)
        mutating func become(
            _ state: ObservedDaemon.State,
            _ pid: Int32?,
            _ time: Timestamp?,
            _ note: (inout NotedLine) -> Void
        ) {
            // Another process is another matter.
            if !drift.isEmpty, pid != self.pid { drift = [] }
            self.pid = pid
            let previous = self.state
            guard previous != state else { return }
            self.state = state
            since = time
            if (previous == .up) != (state == .up) { transitions += 1 }
            if state == .down { note(&fault) }
        }
    }

    /// A daemon's line is the same again and again, but for its process.
    @inline(__always)
    func key(of line: Span<UInt8>, _ text: Range<Int>) -> TextKey? {
        let pid = line.numberBeforeClose(in: text)
        guard pid.digits > 0 else { return TextKey(range: text, detail: -1) }
        let end = text.upperBound &- 1 &- pid.digits
        return TextKey(range: text.lowerBound..<end, tag: 1, detail: Int32(truncatingIfNeeded: pid.value))
    }

    @inline(__always)
    mutating func apply(_ lines: KnownLines, of chunk: Span<UInt8>, _ context: LineContext) -> Int {
        // Taken out for all of the lines: each access to an array by itself asks whether it is shared.
        var taken: [Observed] = []
        swap(&taken, &self.daemons)
        defer { swap(&taken, &self.daemons) }
        var daemons = taken.mutableSpan
        for (index, line) in lines.enumerated() {
            switch known[Int(line.place)] {
            case .up(let daemon, let own):
                observations.up &+= 1
                ledger.recent.count(.first, at: line.time)
                daemons[daemon].become(.up, line.detail >= 0 ? line.detail : own, line.time) { _ in }
            case .down(let daemon, let ticket):
                let context = context.at(line.offset)
                guard ledger.errors.note(again: ticket, line.time, context) else { return index }
                observations.down &+= 1
                ledger.recent.count(.second &+ .error, at: line.time)
                let text = chunk.extracting(line.range)
                daemons[daemon].become(.down, nil, line.time) { $0.note(text, context) }
                recentErrors.add(text, 0..<text.endWithoutTrimmings(from: 0))
            case nil: return index
            }
        }
        return lines.count
    }

    mutating func apply(_ line: Span<UInt8>, body: Range<Int>, time: Timestamp?, _ context: LineContext) -> Verdict {
        guard let record = SentinelRecord(line, body: body) else { return .damaged }
        switch record {
        case .up(let name, let pid, let drift):
            observations.up &+= 1
            ledger.recent.count(.first, at: time)
            let number = observe(line, name, .up, pid, time, context)
            if let number, let drift {
                takeDrift(of: number, line, drift)
            } else if let number, let key = recallingKey(of: line, body) {
                // What is left out must be the process and nothing else.
                guard key.tag == 0 || key.range.upperBound == name.upperBound + 18 else { break }
                remember(.up(daemon: number, pid: key.tag == 0 ? pid : nil), line, body)
            }
        case .down(let name, .down):
            observations.down += 1
            ledger.recent.count(.second, at: time)
            observe(line, name, .stopped, nil, time, context)
        case .down(let name, .up):
            observations.down += 1
            ledger.recent.count(.second &+ .error, at: time)
            let number = observe(line, name, .down, nil, time, context)
            recentErrors.add(line, 0..<line.endWithoutTrimmings(from: 0))
            let ticket = ledger.errors.note(.crash, subject: "NOT running", line, name: name, 0..<0, time, context)
            if let number, recallingKey(of: line, body)?.tag == 0 {
                remember(.down(daemon: number, ticket), line, body)
            }
        case .error(let name, let text):
            observations.error += 1
            ledger.recent.count(.third &+ .error, at: time)
            observe(line, name, .down, nil, time, context)
            recentErrors.add(line, 0..<line.endWithoutTrimmings(from: 0))
            ledger.errors.note(.probe, subject: "", line, name: name, text, time, context)
        }
        return .record(time)
    }

    private mutating func takeDrift(of number: Int, _ line: Span<UInt8>, _ list: Range<Int>) {
        var kinds: [String] = []
        for item in line.listItems(list) where kinds.count < Observed.mostDrift {
            let kind = line.text(item, longest: Observed.longestDrift)
            // Words only: they are kept with signs between them.
            if kind.utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }) { kinds.append(kind) }
        }
        daemons[number].drift = kinds == ["none"] ? [] : kinds
    }

    @discardableResult
    private mutating func observe(
        _ line: Span<UInt8>,
        _ name: Range<Int>,
        _ state: ObservedDaemon.State,
        _ pid: Int32?,
        _ time: Timestamp?,
        _ context: LineContext
    ) -> Int? {
        guard let number = names.number(of: line, name) else {
            ledger.namesOverflow += 1
            return nil
        }
        guard number < daemons.count else {
            daemons.append(Observed(state: state, pid: pid, since: time))
            if state == .down { daemons[number].fault.note(line, context) }
            return number
        }
        // One access for all: each one by itself asks whether the array is shared.
        daemons[number].become(state, pid, time) { $0.note(line, context) }
        return number
    }

    /// Forgets the daemons that are no longer watched.
    mutating func applyHeartbeat(_ line: Span<UInt8>, fields: Range<Int>) {
        guard let list = TrailingFields.value(of: "watching=", in: line, fields),
            !watched.equals(line, list) || names.names.count != namesWhenPruned
        else { return }
        watched.replace(with: line, list)
        // The daemons get other numbers.
        known.forget()
        var kept = NameTable()
        var keptDaemons: [Observed] = []
        var declared = NameTable()
        for name in line.listItems(list) { _ = declared.number(of: line, name) }
        for (number, name) in names.names.enumerated() where declared.names.contains(name) {
            let bytes = Array(name.utf8)
            guard kept.number(of: bytes.span, 0..<bytes.count) != nil else { continue }
            keptDaemons.append(daemons[number])
        }
        names = kept
        daemons = keptDaemons
        namesWhenPruned = kept.names.count
    }

    /// The names of the daemons in `state`; sorted.
    func names(in state: ObservedDaemon.State) -> [String] {
        daemons.indices.filter { daemons[$0].state == state }.map { names.names[$0] }.sorted()
    }
}

extension Span<UInt8> {
    /// The items of a list with commas, each up to its first blank.
    func listItems(_ range: Range<Int>) -> [Range<Int>] {
        var items: [Range<Int>] = []
        var start = range.lowerBound
        while start <= range.upperBound, items.count < NameTable.capacity {
            let comma = firstIndex(of: UInt8(ascii: ","), in: start..<range.upperBound) ?? range.upperBound
            let item = word(from: skipDecoration(from: start, before: comma, blanks: true), before: comma)
            if !item.isEmpty { items.append(item) }
            start = comma + 1
        }
        return items
    }
}

extension SentinelFold: Savable {
    func save(to bytes: inout SavedBytes) {
        bytes.add(ledger)
        for count in [observations.up, observations.down, observations.error] { bytes.add(count) }
        bytes.add(names)
        bytes.add(list: daemons) { bytes, daemon in
            // Behind the state, where there is nothing for most: a form that was written before is one of this.
            bytes.add(([daemon.state.rawValue] + daemon.drift).joined(separator: "|"))
            bytes.add(daemon.pid) { $0.add(Int($1)) }
            bytes.add(daemon.since)
            bytes.add(daemon.transitions)
            // Of the others it is the line of an earlier fault, which nobody will ask for.
            if daemon.state == .down { bytes.add(daemon.fault) }
        }
        bytes.add(recentErrors)
        bytes.add(bytes: watched)
        bytes.add(namesWhenPruned)
    }

    init(from bytes: inout SavedBytesReader) throws(UnreadableSave) {
        ledger = try ComponentLedger(from: &bytes)
        observations = SentinelState.Observations(
            up: try bytes.count(),
            down: try bytes.count(),
            error: try bytes.count()
        )
        names = try NameTable(from: &bytes)
        daemons = try bytes.list(atMost: NameTable.capacity) { bytes throws(UnreadableSave) in
            let words = try bytes.text(longest: 64 + Observed.mostDrift * (Observed.longestDrift + 4)).split(
                separator: "|"
            ).map(String.init)
            guard let state = words.first.flatMap({ ObservedDaemon.State(rawValue: $0) }) else {
                throw .impossibleValue
            }
            return Observed(
                state: state,
                pid: try bytes.optional { bytes throws(UnreadableSave) in
                    guard let pid = Int32(exactly: try bytes.integer64()) else { throw .impossibleValue }
                    return pid
                },
                since: try bytes.optionalTime(),
                transitions: try bytes.count(),
                fault: state == .down ? try NotedLine(from: &bytes) : NotedLine(),
                drift: Array(words.dropFirst())
            )
        }
        recentErrors = try RecentLines(from: &bytes)
        watched = try bytes.byteString(longest: LineSplitter.longestLineBytes)
        namesWhenPruned = try bytes.count()
        guard daemons.count == names.names.count else { throw .impossibleValue }
    }
}
