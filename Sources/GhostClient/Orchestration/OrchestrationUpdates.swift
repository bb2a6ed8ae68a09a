import GhostModel

/// The five components, from now on, each time something changes.
///
/// The server pushes; where it cannot, it is asked every ``FollowOptions/pollingInterval``. A connection that breaks is
/// taken up again behind the last change that came, so that nothing is missed or told twice. Iterating ends when the
/// task is cancelled, and throws when the server refuses for good (a 4xx other than 408 and 429).
///
/// Work is done by the task that iterates, and only while it waits for the next element.
public struct OrchestrationUpdates: AsyncSequence, Sendable {
    public typealias Element = OrchestrationUpdate
    public typealias Failure = GhostClientError

    let source: any OrchestrationSource
    let time: any ClientTime
    let options: FollowOptions

    public func makeAsyncIterator() -> Iterator {
        Iterator(source, time, options)
    }
}

/// Where states come from: a server, or a script in tests.
protocol OrchestrationSource: StreamTransport {
    /// Asks for the state once.
    func status() async throws(GhostClientError) -> OrchestrationData
}

/// How a state, the lines of logs or the journal are followed.
public struct FollowOptions: Sendable {
    /// How connections that fail are tried again.
    public var retry: RetryPolicy
    /// How often a server that has no stream is asked.
    public var pollingInterval: Duration
    /// Where the jitter of delays comes from; a seeded one makes them repeatable.
    public var randomness: any RandomNumberGenerator & Sendable

    /// Where there was no stream, one is looked for again after this time.
    public static let streamRetryInterval = Duration.seconds(300)

    /// Creates options.
    public init(
        retry: RetryPolicy = RetryPolicy(),
        pollingInterval: Duration = .seconds(10),
        randomness: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.retry = retry
        self.pollingInterval = max(.milliseconds(100), pollingInterval)
        self.randomness = randomness
    }
}

extension OrchestrationUpdates {
    /// Follows the state for one reader.
    public struct Iterator: AsyncIteratorProtocol {
        private let source: any OrchestrationSource
        private let time: any ClientTime
        private let options: FollowOptions
        private var random: any RandomNumberGenerator
        private var stream: StreamReader
        private var follower = OrchestrationFollower()
        private var polls: PollSchedule
        private var way = Way.streaming

        /// How states come at the moment.
        private enum Way {
            case streaming
            /// The next poll is due at `next`; a stream is looked for again at `lookForStream`.
            case polling(next: MonotonicTime, lookForStream: MonotonicTime)
            case ended
        }

        init(_ source: any OrchestrationSource, _ time: any ClientTime, _ options: FollowOptions) {
            self.source = source
            self.time = time
            self.options = options
            random = options.randomness
            polls = PollSchedule(every: options.pollingInterval, policy: options.retry)
            stream = Self.stream(source, time, options)
        }

        private static func stream(
            _ source: any OrchestrationSource,
            _ time: any ClientTime,
            _ options: FollowOptions
        ) -> StreamReader {
            let path = "/api/orchestrator/stream"
            return StreamReader(path, over: source, policy: options.retry, time: time, random: options.randomness)
        }

        public mutating func next() async throws(GhostClientError) -> OrchestrationUpdate? {
            while !Task.isCancelled {
                switch way {
                case .streaming:
                    if try await followStream() { return follower.update }
                case .polling(let next, let lookForStream):
                    if await poll(next, lookForStream) { return follower.update }
                case .ended:
                    return nil
                }
            }
            return nil
        }

        /// Whether there is something to tell.
        private mutating func followStream() async throws(GhostClientError) -> Bool {
            guard var news = await stream.next(lastEventID: follower.position?.description) else {
                way = .ended
                return false
            }
            if case .event(let event) = news {
                switch follower.take(event) {
                case .news: return true
                case .nothing: return false
                case .failed(let code, let detail): news = stream.fail(code, detail)
                }
            }
            guard case .connection(let connection) = news else { return false }
            guard case .closed(let error) = connection else {
                follower.take(connection, at: time.now)
                return true
            }
            guard error.saysStreamingIsImpossible else {
                way = .ended
                throw error
            }
            way = .polling(next: time.now, lookForStream: time.now + FollowOptions.streamRetryInterval)
            follower.poll()
            return true
        }

        private mutating func poll(_ next: MonotonicTime, _ lookForStream: MonotonicTime) async -> Bool {
            do { try await time.sleep(for: Swift.max(.zero, next - time.now)) } catch { return false }
            guard time.now < lookForStream else {
                stream = Self.stream(source, time, options)
                way = .streaming
                return false
            }
            let revision = follower.revision
            let pause: Duration
            do throws(GhostClientError) {
                follower.accept(try await source.status(), askedAt: revision)
                follower.poll()
                pause = polls.afterSuccess()
            } catch {
                follower.poll(failing: error)
                pause = polls.afterFailure(error, random: Double.random(in: 0..<1, using: &random))
            }
            way = .polling(next: time.now + pause, lookForStream: lookForStream)
            return !Task.isCancelled
        }
    }
}
