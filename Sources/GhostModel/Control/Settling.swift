/// Whether a daemon has come to rest after something was asked of it.
public enum Settling: Sendable, Hashable {
    /// It is on its way.
    case underway
    /// It is where it should be.
    case reached
    /// It rests where it should not be.
    case missed

    /// How long a daemon must have been up to count as being where it should be.
    ///
    /// One without a probe is ready as soon as its program runs, which says little before it has looked around.
    public static let steadyAfter: Duration = .milliseconds(250)

    /// How far a daemon has come.
    ///
    /// - Parameters:
    ///   - now: what the wall clock shows; a clock that was set back makes nobody wait.
    ///   - status: how it is.
    ///   - run: the run before the order where a new one was asked for; nil where any will do.
    ///   - statuses: all daemons, among them those that it needs.
    ///   - needs: the daemons that it cannot start without.
    public init(
        of status: DaemonStatus,
        at now: Timestamp,
        after run: String? = nil,
        among statuses: [DaemonStatus] = [],
        needs: [DaemonName] = []
    ) {
        if status.want == .down {
            self = status.phase == .down ? .reached : .underway
            return
        }
        switch status.phase {
        case .up:
            let isFresh = (.zero..<Self.steadyAfter).contains(now.since(status.since))
            if isFresh || (run != nil && status.run == run) {
                self = .underway
            } else {
                self = status.readiness == .unready ? .missed : .reached
            }
        case .completed: self = run != nil && status.run == run ? .underway : .reached
        case .failed, .backoff, .crashLooping: self = run != nil && status.run == run ? .underway : .missed
        case .waiting:
            // Nothing moves it while what it needs is itself in trouble or not wanted.
            let stuck = statuses.contains { needs.contains($0.name) && Self.isStuck($0) }
            self = stuck ? .missed : .underway
        case .scheduled: self = .reached
        case .down, .starting, .stopping: self = .underway
        }
    }

    private static func isStuck(_ status: DaemonStatus) -> Bool {
        switch status.phase {
        case .failed, .backoff, .crashLooping: true
        case .down: status.want == .down
        case .completed, .waiting, .starting, .up, .stopping, .scheduled: false
        }
    }
}
