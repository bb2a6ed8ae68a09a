/// The body of `/api/v1/events`.
public struct JournalPage: Codable, Equatable, Sendable {
    /// Oldest first.
    public var events: [JournalEvent]
    /// The sequence to ask after next time.
    public var next: UInt64
    /// Names the store; sequences of another one cannot be compared.
    public var epoch: String
    /// How many events were given up for their number or age.
    public var pruned: UInt64
    /// Why events are not kept at the moment; nil if they are.
    @Nullable public var trouble: String?

    /// Creates a page.
    public init(events: [JournalEvent], next: UInt64, epoch: String, pruned: UInt64, trouble: String? = nil) {
        self.events = events
        self.next = next
        self.epoch = epoch
        self.pruned = pruned
        self.trouble = trouble
    }
}

/// The body of `/api/v1/daemons/NAME/why`: a daemon's state and what led to it.
public struct WhyReport: Codable, Equatable, Sendable {
    /// How it is now.
    public var daemon: DaemonStatus
    /// What led to that, newest first; the last one is as far back as is known.
    public var chain: [JournalEvent]
    /// Its newest deaths that nobody asked for, newest first.
    public var deaths: [JournalEvent]
    /// When this was put together.
    public var at: Timestamp
    /// Why the journal is incomplete; nil if it is not.
    @Nullable public var trouble: String?

    /// The most deaths that are told.
    public static let mostDeaths = 5

    /// Creates a report.
    public init(
        daemon: DaemonStatus,
        chain: [JournalEvent],
        deaths: [JournalEvent],
        at: Timestamp,
        trouble: String? = nil
    ) {
        self.daemon = daemon
        self.chain = chain
        self.deaths = deaths
        self.at = at
        self.trouble = trouble
    }
}

/// Follows causes back to where they began.
public enum CauseChain {
    /// The event that explains the present state: the newest one that changed it.
    ///
    /// - Parameter newest: a daemon's events, newest first.
    public static func head(of newest: [JournalEvent]) -> JournalEvent? {
        newest.first { event in
            switch event.kind {
            case .trouble, .gap, .command, .request, .leftover, .signalled, .skipped, .reloaded, .rootCause, .drift,
                .driftOver:
                false
            case .boot, .adopted, .blocked, .probeFailed, .probePassed, .stuck, .removed, .left, .starting, .started,
                .ready, .unready, .recovered, .notStarted, .ended, .restart,
                .crashLoop, .crashLoopOver, .stopping, .killing, .stoodDown, .shutdown, .shutdownCompleted:
                true
            }
        }
    }

    /// The event and its causes, newest first, at most ``JournalLimits/chain`` of them.
    ///
    /// A cause always has a smaller sequence, so that no damaged journal can lead in circles.
    public static func events(
        from head: JournalEvent,
        find: (UInt64) throws -> JournalEvent?
    ) rethrows -> [JournalEvent] {
        var chain = [head]
        while chain.count < JournalLimits.chain, let last = chain.last, let cause = last.cause, cause < last.sequence,
            let event = try find(cause)
        {
            chain.append(event)
        }
        return chain
    }
}
