/// One record of the executor's log, in either vocabulary.
enum ExecutorRecord: Equatable {
    /// Nothing to do.
    case idle
    /// It waits. The reason is empty if none is given.
    case coordinating(reason: Range<Int>)
    /// Daemon vocabulary: a task was run to its end. It was never written that it started.
    case processed
    /// Daemon vocabulary: a task was run and failed.
    case processingFailed(reason: Range<Int>)
    /// Daemon vocabulary: something failed, and no task is named.
    case failedWithoutTask(reason: Range<Int>)
    /// Monitor vocabulary: a task starts.
    case executing(task: Range<Int>)
    /// Monitor vocabulary: a task that had been started is done.
    case completed(task: Range<Int>)
    /// Monitor vocabulary: a task that had been started failed.
    case failed(task: Range<Int>, reason: Range<Int>)

    /// Reads the text after the time; nil if it has none of the forms.
    @inline(__always)
    init?(_ line: Span<UInt8>, body: Range<Int>) {
        guard let first = body.first else { return nil }
        switch line[first] {
        case UInt8(ascii: "I"), UInt8(ascii: "P"), UInt8(ascii: "C"), UInt8(ascii: "E"):
            self.init(phaseOf: line, body)
        default:
            self.init(taskOf: line, line.mark(at: body).text)
        }
    }

    /// `PHASE | Patch: ID-or-none | Sentinel: 🟢 | Watchdog: 🟢 | Daemons: N`, perhaps with ` | Error: reason`.
    @inline(__always)
    private init?(phaseOf line: Span<UInt8>, _ body: Range<Int>) {
        let (start, end) = (body.lowerBound, body.upperBound)
        if line.has("IDLE | Patch: ", at: start, before: end) {
            self = .idle
        } else if line.has("PROCESSING | Patch: ", at: start, before: end) {
            self = .processed
        } else {
            self.init(troubleOf: line, body)
        }
    }

    private init?(troubleOf line: Span<UInt8>, _ body: Range<Int>) {
        let (start, end) = (body.lowerBound, body.upperBound)
        if line.has("COORDINATING | Patch: ", at: start, before: end) {
            self = .coordinating(reason: Self.reason(in: line, start + 22..<end))
        } else if line.has("ERROR | Patch: ", at: start, before: end) {
            let patch = start + 15
            let reason = Self.reason(in: line, patch..<end)
            let isWithoutPatch = line.has("none |", at: patch, before: end)
            self = isWithoutPatch ? .failedWithoutTask(reason: reason) : .processingFailed(reason: reason)
        } else {
            return nil
        }
    }

    private static func reason(in line: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        let end = range.upperBound
        guard let start = line.firstIndex(of: "| Error: ", in: range) else { return end..<end }
        return start + 9..<end
    }

    /// `executing task ID`, `task ID completed`, `task ID failed: reason`, `idle`, `coordinating (reason)`.
    @inline(__always)
    private init?(taskOf line: Span<UInt8>, _ text: Range<Int>) {
        let end = text.upperBound
        guard let first = text.first else { return nil }
        switch line[first] {
        case UInt8(ascii: "e"):
            guard line.has("executing task ", at: first, before: end) else { return nil }
            let task = line.word(from: first + 15, before: end)
            guard !task.isEmpty else { return nil }
            self = .executing(task: task)
        case UInt8(ascii: "t"):
            guard line.has("task ", at: first, before: end) else { return nil }
            let task = line.word(from: first + 5, before: end)
            guard !task.isEmpty else { return nil }
            let verb = task.upperBound + 1
            if line.hasWord("completed", at: verb, before: end) {
                self = .completed(task: task)
            } else if line.has("failed", at: verb, before: end), line.endsWord(at: verb + 6, before: end) {
                let reason = line.has(": ", at: verb + 6, before: end) ? verb + 8 : verb + 6
                self = .failed(task: task, reason: reason..<end)
            } else {
                return nil
            }
        case UInt8(ascii: "i"):
            guard line.hasWord("idle", at: first, before: end) else { return nil }
            self = .idle
        case UInt8(ascii: "c"):
            guard line.hasWord("coordinating", at: first, before: end) else { return nil }
            let open = line.firstIndex(of: UInt8(ascii: "("), in: first + 12..<end) ?? end
            let close = open < end ? line.firstIndex(of: UInt8(ascii: ")"), in: open..<end) ?? end : end
            self = .coordinating(reason: open < end ? open + 1..<close : end..<end)
        default: return nil
        }
    }
}

extension Span<UInt8> {
    /// The bytes from `start` up to a blank.
    @inline(__always)
    func word(from start: Int, before end: Int) -> Range<Int> {
        guard start < end else { return end..<end }
        return start..<(firstIndex(of: .space, in: start..<end) ?? end)
    }

    /// Whether a word ends before `index`: at a blank, at a colon, or at the end.
    @inline(__always)
    func endsWord(at index: Int, before end: Int) -> Bool {
        index >= end || self[index] == .space || self[index] == UInt8(ascii: ":")
    }

    /// Whether `text` stands at `index` as a whole word.
    @inline(__always)
    func hasWord(_ text: StaticString, at index: Int, before end: Int) -> Bool {
        has(text, at: index, before: end) && endsWord(at: index + text.utf8CodeUnitCount, before: end)
    }
}
