import GhostModel

/// What happens in supervision, from a place in the journal on: each event once.
///
/// The server is asked for what comes next and answers when something does; one that does not wait is asked every
/// ``FollowOptions/pollingInterval``. Each question names the last event that was told, so that breaks and restarts of Ghost
/// neither lose nor repeat one. Iterating ends when the task is cancelled, and throws when the server refuses for good.
///
/// Work is done by the task that iterates, and only while it waits for the next element.
public struct JournalEvents: AsyncSequence, Sendable {
    public typealias Element = JournalUpdate
    public typealias Failure = GhostClientError

    let source: any PageSource
    let time: any ClientTime
    let position: StreamPosition?
    let daemon: DaemonName?
    let options: FollowOptions

    public func makeAsyncIterator() -> Iterator {
        Iterator(self)
    }
}

extension JournalEvents {
    /// Follows the journal for one reader.
    public struct Iterator: AsyncIteratorProtocol {
        /// How long the server is to wait for an event: short enough for whatever stands in between.
        static let wait = Duration.seconds(20)
        /// An empty answer that comes sooner than this was not waited for.
        private static let shortestWait = Duration.seconds(1)

        private let sequence: JournalEvents
        private var random: any RandomNumberGenerator
        private var follower: JournalFollower
        private var next: MonotonicTime
        /// How many attempts in a row failed.
        private var failures = 0
        private var status = ConnectionStatus.connecting
        private var state = State.underway
        /// What came and was not told yet, the next one last.
        private var untold: [JournalUpdate] = []

        private enum State {
            case underway
            case ended
        }

        init(_ sequence: JournalEvents) {
            self.sequence = sequence
            random = sequence.options.randomness
            follower = JournalFollower(after: sequence.position, isOfOneDaemon: sequence.daemon != nil)
            next = sequence.time.now
        }

        public mutating func next() async throws(GhostClientError) -> JournalUpdate? {
            while !Task.isCancelled, state == .underway {
                if let update = untold.popLast() { return update }
                do { try await sequence.time.sleep(for: Swift.max(.zero, next - sequence.time.now)) } catch {
                    return nil
                }
                do throws(GhostClientError) {
                    try await ask()
                } catch {
                    guard !Task.isCancelled else { return nil }
                    guard error.isRetryable else {
                        state = .ended
                        throw error
                    }
                    wait(because: error)
                }
            }
            return nil
        }

        private mutating func ask() async throws(GhostClientError) {
            let question = follower.question
            let asked = sequence.time.now
            let page = try await sequence.source.get(path(of: question), patience: Self.wait, as: JournalPage.self)
            let now = sequence.time.now
            failures = 0
            let events = follower.take(page)
            next = now
            if case .behind = question, page.events.isEmpty, follower.question != .newest {
                let isWaitedFor = now - asked >= Self.shortestWait
                if !isWaitedFor { next = now + sequence.options.pollingInterval }
                tell(isWaitedFor ? .streaming : .polling, events)
            } else {
                tell(status == .polling ? .polling : .streaming, events)
            }
        }

        /// Tells how the connection stands if that is news, and what came.
        private mutating func tell(_ status: ConnectionStatus, _ updates: [JournalUpdate]) {
            untold = updates.reversed()
            if self.status != status { untold.append(.connection(status, because: nil)) }
            self.status = status
        }

        private mutating func wait(because error: GhostClientError) {
            let random = Double.random(in: 0..<1, using: &random)
            let policy = sequence.options.retry
            let delay = policy.delay(attempt: failures, random: random, retryAfter: error.retryAfter)
            failures += 1
            next = sequence.time.now + delay
            status = .waiting(delay: delay)
            untold = [.connection(status, because: error)]
        }

        private func path(of question: JournalFollower.Question) -> String {
            var path = RequestPath("/api/v1/events")
            path.add("daemon", sequence.daemon?.text)
            switch question {
            case .end: path.add("limit", "1")
            case .newest: path.add("limit", "\(JournalLimits.eventsPerAnswer)")
            case .behind(let sequence):
                path.add("after", "\(sequence)")
                path.add("limit", "\(JournalLimits.eventsPerAnswer)")
                path.add("wait", Self.wait.configurationText)
            }
            return path.text
        }
    }
}
