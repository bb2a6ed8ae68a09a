import GhostModel

/// The state that the lines of one component's log add up to.
///
/// A value: no clock, no files.
protocol ComponentFold: Sendable, Savable {
    static var kind: ComponentKind { get }
    /// The form in which the fold is saved; one more whenever that changes.
    static var savedVersion: Int { get }
    var ledger: ComponentLedger { get set }

    init()

    /// Folds a record.
    ///
    /// - Parameters:
    ///   - body: the text after the time, without blanks and colour codes at its ends.
    ///   - time: the record's time if it is to be believed.
    mutating func apply(_ line: Span<UInt8>, body: Range<Int>, time: Timestamp?, _ context: LineContext) -> Verdict

    /// Folds as many of the first of `lines` as are alike to what was folded before, and of which nothing has to be read anew.
    ///
    /// - Returns: how many; the one after them has to be folded by itself.
    mutating func take(
        _ lines: LinesAhead,
        of chunk: Span<UInt8>,
        _ stamps: inout StampReader,
        _ context: LineContext
    ) -> Int

    /// Folds a line without a time. Most belong to the record above and are ``Verdict/none``.
    mutating func applyUnstamped(_ line: Span<UInt8>, body: Range<Int>, _ context: LineContext) -> Verdict

    /// Takes over what a heartbeat says besides its rhythm.
    mutating func applyHeartbeat(_ line: Span<UInt8>, fields: Range<Int>)
}

/// What became of a line.
enum Verdict: Equatable {
    /// It is a record, and its time if it has one.
    case record(Timestamp?)
    /// It starts like a record and cannot be read.
    case damaged
    /// It is no record.
    case none
}

extension ComponentFold {
    @inline(__always)
    mutating func take(
        _ lines: LinesAhead,
        of chunk: Span<UInt8>,
        _ stamps: inout StampReader,
        _ context: LineContext
    ) -> Int { 0 }

    mutating func applyUnstamped(_ line: Span<UInt8>, body: Range<Int>, _ context: LineContext) -> Verdict { .none }
    mutating func applyHeartbeat(_ line: Span<UInt8>, fields: Range<Int>) {}

    /// Folds one line.
    @inline(__always)
    mutating func fold(_ line: Span<UInt8>, _ stamps: inout StampReader, _ context: LineContext) {
        switch stamps.read(line) {
        case .stamped(let time, let body):
            let time = context.trusted(time)
            if line.isHeartbeat(body) {
                ledger.countHeartbeat(line, fields: body, at: time, context)
                applyHeartbeat(line, fields: body)
                return
            }
            switch apply(line, body: body, time: time, context) {
            case .record(let time): ledger.countRecord(line, at: time, context)
            case .damaged: ledger.countDamaged(line, at: context, time: time)
            case .none: break
            }
        case .continuation(let body):
            if case .record(let time) = applyUnstamped(line, body: body, context) {
                ledger.countRecord(line, at: time, context)
            }
        case .torn:
            ledger.countDamaged(line, at: context, time: nil)
        case .blank:
            break
        }
    }
}

extension Span<UInt8> {
    /// Whether `body` is a heartbeat: the word, alone or with fields.
    @inline(__always)
    fileprivate func isHeartbeat(_ body: Range<Int>) -> Bool {
        guard let first = body.first, self[first] == UInt8(ascii: "h") else { return false }
        return has("heartbeat", at: first, before: body.upperBound)
            && (body.count == 9 || self[first + 9] == .space)
    }
}
