import Dispatch
public import GhostModel
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A component log on disk: one append per record, in order, never waited for.
///
/// `write` stamps the line and queues it; a queue of its own does the blocking append of everything that came meanwhile. The queue is bounded: when the disk
/// is slower than the component for ``capacity`` lines, or refuses a write, lines are dropped and counted, and the next
/// line that gets through is preceded by one that says how many.
public final class LineLog: ComponentLogSink {
    /// The most lines that wait to be written.
    public static let capacity = 10_000

    private struct State {
        /// What waits to be written, and how many lines that is.
        var text = ""
        var waiting = 0
        var dropped = 0
        /// Where the newest append ended; nil before the first.
        var mark: LogMark?
        var lastLine = LastLine.unknown
    }

    /// Whether the file ends with a whole line.
    private enum LastLine: Sendable {
        /// Another process wrote it, or a write went wrong: it may end in the middle of a line.
        case unknown
        case whole
    }

    private let path: String
    private let now: @Sendable () -> Timestamp
    private let queue: DispatchQueue
    private let state = Mutex(State())
    private let rotation: LogRotation

    /// Names a log; the file is created at the first line.
    ///
    /// - Parameters:
    ///   - rotation: when it is put away.
    ///   - now: the wall clock that stamps the lines.
    public init(path: String, rotation: LogRotation = LogRotation(), now: @escaping @Sendable () -> Timestamp) {
        self.path = path
        self.rotation = rotation
        self.now = now
        queue = DispatchQueue(label: "ghost.log.\(path.lastPathPart)")
    }

    /// How many lines were lost since the last one that got through.
    public var droppedLines: Int { state.withLock { $0.dropped } }

    /// How far the log is written: the end of the newest append of this process, or before the first one that of the file;
    /// nil if the system does not say.
    ///
    /// Lines that wait are behind it.
    public var mark: LogMark? { state.withLock { $0.mark } ?? LogMark(endOf: path) }

    public func write(_ line: ComponentLine) {
        let text = line.rendered(at: now())
        let isFirst = state.withLock { state -> Bool in
            guard state.waiting < Self.capacity else {
                state.dropped += 1
                return false
            }
            state.waiting += 1
            state.text += text
            return state.waiting == 1
        }
        if isFirst { queue.async { self.appendWaiting() } }
    }

    /// Waits until everything written so far is with the kernel.
    public func drain() async {
        await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    }

    /// Calls `then` once everything written so far is with the kernel, or lost and counted; returns at once.
    public func afterWriting(_ then: @escaping @Sendable () -> Void) { queue.async(execute: then) }

    private func appendWaiting() {
        let (text, count, gap) = state.withLock { state -> (String, Int, Int) in
            defer { (state.text, state.waiting) = ("", 0) }
            return (state.text, state.waiting, state.dropped)
        }
        var record = text
        if gap > 0 {
            record = ComponentLine("\(gap) lines of this log could not be written").rendered(at: now()) + text
        }
        rotation.putAwayIfDue(path, addition: record.utf8.count)
        if case .unknown = state.withLock({ $0.lastLine }), LogMark.endsInsideALine(path) { record = "\n" + record }
        let mark = appendToFile(record)
        state.withLock { state in
            switch mark {
            case .some(let mark):
                state.dropped -= gap
                state.mark = mark ?? state.mark
                state.lastLine = .whole
            case nil:
                state.dropped += count
                state.lastLine = .unknown
            }
        }
    }

    /// Opens, appends and closes: component logs are rare lines, and a file opened anew is found again after a rotation.
    ///
    /// - Returns: nil if it could not be written; otherwise where it ends, if the system says.
    private func appendToFile(_ record: String) -> LogMark?? {
        guard
            let file = try? OwnedDescriptor(
                opening: path,
                flags: O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_NONBLOCK,
                mode: 0o644,
                action: "append to"
            )
        else { return nil }
        var record = record
        let written = record.withUTF8 { file.writeAll(UnsafeRawBufferPointer($0)) }
        guard case .success = written else { return nil }
        return .some((try? FileStatus(descriptor: file.number)).map { LogMark(endOf: $0) })
    }
}
