import Dispatch
import GhostLogs
import GhostModel
import GhostSupervision
import GhostSystem
import Synchronization

/// Looks at the output of daemons at short intervals, and only while something is looked out for.
///
/// Files are looked at rather than watched: a look costs three system calls, the kernel's watches are few, and what is
/// looked out for usually comes within seconds.
final class OutputWatch: OutputWatcher {
    /// Everything that is blocking happens here, and what is looked out for is only touched here.
    private let queue = DispatchQueue(label: "ghost.output", target: .global(qos: .userInitiated))
    private let state = Mutex(State())

    private struct State {
        var searches: [Search] = []
        var stirs: [Stir] = []
        var isTicking = false
    }

    /// A phrase that is looked out for.
    private struct Search {
        var run: RunID
        var files: [(file: FollowedFile, phrase: PhraseSearch)]
        var since: MonotonicTime
        var tell: @Sendable (Duration) -> Void
    }

    /// Files that are looked at for anything new.
    private struct Stir {
        var run: RunID
        var files: [(path: String, last: FileStatus?)]
        var tell: @Sendable (Duration) -> Void
    }

    /// The pause between looks for a phrase while a daemon is young, and later.
    private static let pauses: (young: Duration, old: Duration) = (.milliseconds(20), .milliseconds(250))
    /// How long a daemon is young.
    private static let youth: Duration = .seconds(10)
    /// The most that one look reads of a file, in bytes.
    private static let bytesPerLook = 1 << 20
    /// How much is read at once, in bytes.
    private static let blockBytes = 64 << 10

    func watch(
        _ sign: OutputSign,
        of run: RunID,
        in files: [OutputPlace],
        tell: @escaping @Sendable (Duration) -> Void
    ) {
        queue.async {
            self.state.withLock { state in
                switch sign {
                case .phrase(let phrase):
                    // The configuration was checked, so it can be compiled.
                    guard let search = try? PhraseSearch(phrase) else { return }
                    let followed = files.map { place in
                        (file: FollowedFile(path: place.path, startingAt: place.offset), phrase: search)
                    }
                    state.searches.append(Search(run: run, files: followed, since: Clocks.monotonic(), tell: tell))
                case .writing:
                    let looks = files.map { (path: $0.path, last: try? FileStatus(path: $0.path)) }
                    state.stirs.append(Stir(run: run, files: looks, tell: tell))
                }
            }
            self.tickSoon()
        }
    }

    func stop(_ run: RunID) {
        queue.async {
            self.state.withLock { state in
                state.searches.removeAll { $0.run == run }
                state.stirs.removeAll { $0.run == run }
            }
        }
    }

    /// Looks again after a pause, if there is anything to look for.
    private func tickSoon() {
        let pause = state.withLock { state -> Duration? in
            guard !state.isTicking, !(state.searches.isEmpty && state.stirs.isEmpty) else { return nil }
            state.isTicking = true
            let now = Clocks.monotonic()
            let isYoung = state.searches.contains { now - $0.since < Self.youth }
            return isYoung ? Self.pauses.young : Self.pauses.old
        }
        guard let pause else { return }
        queue.asyncAfter(deadline: .now() + .nanoseconds(Int(pause.wholeNanoseconds))) {
            self.look()
            self.tickSoon()
        }
    }

    private func look() {
        state.withLock { state in
            state.isTicking = false
            var buffer = [UInt8](repeating: 0, count: state.searches.isEmpty ? 0 : Self.blockBytes)
            var open: [Search] = []
            for var search in state.searches {
                if Self.find(&search, &buffer) { search.tell(.zero) } else { open.append(search) }
            }
            state.searches = open
            for stir in state.stirs.indices { Self.look(at: &state.stirs[stir]) }
        }
    }

    private static func find(_ search: inout Search, _ buffer: inout [UInt8]) -> Bool {
        for place in search.files.indices where find(&search.files[place], &buffer) { return true }
        return false
    }

    private static func find(_ place: inout (file: FollowedFile, phrase: PhraseSearch), _ buffer: inout [UInt8]) -> Bool
    {
        var total = 0
        while total < bytesPerLook {
            // What cannot be read now is tried again at the next look.
            guard let look = try? place.file.look(into: &buffer, now: Clocks.wall()) else { return false }
            switch look {
            case .bytes(let count, _, _):
                total += count
                if place.phrase.take(buffer[..<count]) { return true }
            case .replaced, .truncated: place.phrase.beginLine()
            case .nothing: return false
            }
        }
        return false
    }

    private static func look(at stir: inout Stir) {
        var newest: Int64?
        for place in stir.files.indices {
            let status = try? FileStatus(path: stir.files[place].path)
            guard let status else { continue }
            let last = stir.files[place].last
            if last?.length != status.length || last?.inode != status.inode || last?.modified != status.modified {
                newest = max(newest ?? .min, status.modified)
            }
            stir.files[place].last = status
        }
        guard let newest else { return }
        let ago = Clocks.wall().milliseconds - newest / 1_000_000
        // The wall clock may have been set meanwhile; a look ago it was not there yet.
        stir.tell(.milliseconds(min(max(ago, 0), 250)))
    }
}
