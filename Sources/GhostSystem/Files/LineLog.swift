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
        let isWritten = appendToFile(record)
        state.withLock { state in
            if isWritten { state.dropped -= gap } else { state.dropped += count }
        }
    }

    /// Opens, appends and closes: component logs are rare lines, and a file opened anew is found again after a rotation.
    private func appendToFile(_ record: String) -> Bool {
        guard
            let file = try? OwnedDescriptor(
                opening: path,
                flags: O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_NONBLOCK,
                mode: 0o644,
                action: "append to"
            )
        else { return false }
        var record = record
        return record.withUTF8 { bytes in
            if case .success = file.writeAll(UnsafeRawBufferPointer(bytes)) { true } else { false }
        }
    }
}
