import GhostModel

/// The lines of logs as they are written, from a place on.
///
/// The server pushes; where it cannot, it is asked every ``FollowOptions/pollingInterval``. A connection that breaks is
/// taken up again behind the last line that was told: no line is missed or told twice, whatever was rotated, compressed or
/// restarted meanwhile, and what is gone for good is told as a gap. Iterating ends when the task is cancelled, and throws
/// when the server refuses for good (a 4xx other than 408 and 429, such as for a daemon that nobody knows).
///
/// Work is done by the task that iterates, and only while it waits for the next element. Whoever is slow is waited for:
/// lines wait in their files, and of what was sent at most 64 MiB are held here.
public struct LogLines: AsyncSequence, Sendable {
    public typealias Element = LogUpdate
    public typealias Failure = GhostClientError

    let source: any LogSource
    let time: any ClientTime
    let filter: LogFilter
    let cursor: String?
    let options: FollowOptions

    public func makeAsyncIterator() -> Iterator {
        Iterator(self)
    }
}

/// Where lines come from: a server, or a script in tests.
typealias LogSource = PageSource & StreamTransport

/// Answers single requests.
protocol PageSource: Sendable {
    /// Where the server is, for what errors say.
    var endpoint: GhostClient.Endpoint { get }

    /// Asks once.
    ///
    /// - Parameter patience: how much longer than usual the answer may take.
    func get<Answer: Decodable & Sendable>(
        _ path: String,
        patience: Duration,
        as type: Answer.Type
    ) async throws(GhostClientError) -> Answer
}

extension LogLines {
    /// Follows lines for one reader.
    public struct Iterator: AsyncIteratorProtocol {
        /// How many lines one poll asks for.
        static let linesPerPoll = 1000
        /// The longest event that is taken, in bytes: 4 MiB of text may be many times as long in JSON.
        static let longestEvent = GhostClient.largestAnswer

        private let sequence: LogLines
        private var random: any RandomNumberGenerator
        private var stream: StreamReader
        private var follower: LogLineFollower
        private var polls: PollSchedule
        private var way: Way
        /// What came and was not told yet, the next one last.
        private var untold: [LogUpdate] = []

        /// How lines come at the moment.
        private enum Way {
            /// It is to be asked where the present end is, after `attempt` attempts that failed.
            case locating(next: MonotonicTime, attempt: Int)
            case streaming
            /// The next poll is due at `next`; a stream is looked for again at `lookForStream`.
            case polling(next: MonotonicTime, lookForStream: MonotonicTime)
            case ended
        }

        init(_ sequence: LogLines) {
            self.sequence = sequence
            random = sequence.options.randomness
            polls = PollSchedule(every: sequence.options.pollingInterval, policy: sequence.options.retry)
            follower = LogLineFollower(cursor: sequence.cursor)
            stream = Self.stream(sequence)
            // What is written before the first connection breaks must not be missed: the end is looked up once.
            let isPlaceKnown = sequence.cursor != nil || sequence.filter.since != nil
            way = isPlaceKnown ? .streaming : .locating(next: sequence.time.now, attempt: 0)
        }

        private static func stream(_ sequence: LogLines) -> StreamReader {
            var path = RequestPath("/api/v1/logs/stream")
            sequence.filter.add(to: &path)
            return StreamReader(
                path.text,
                over: sequence.source,
                policy: sequence.options.retry,
                time: sequence.time,
                random: sequence.options.randomness,
                longestEvent: longestEvent
            )
        }

        public mutating func next() async throws(GhostClientError) -> LogUpdate? {
            while !Task.isCancelled {
                if let update = untold.popLast() { return update }
                switch way {
                case .locating(let next, let attempt): try await locate(next, attempt)
                case .streaming: try await followStream()
                case .polling(let next, let lookForStream): try await poll(next, lookForStream)
                case .ended: return nil
                }
            }
            return nil
        }

        private mutating func tell(_ updates: [LogUpdate]) {
            untold = updates.reversed()
        }

        private mutating func end(_ error: GhostClientError) -> GhostClientError {
            way = .ended
            return error
        }

        // MARK: The beginning

        private mutating func locate(_ next: MonotonicTime, _ attempt: Int) async throws(GhostClientError) {
            do { try await sequence.time.sleep(for: Swift.max(.zero, next - sequence.time.now)) } catch { return }
            do throws(GhostClientError) {
                follower.begin(behind: try await page(sequence.filter.withoutConditions, at: .newest, limit: 1))
                way = .streaming
            } catch {
                guard !Task.isCancelled else { return }
                guard error.isRetryable else { throw end(error) }
                let random = Double.random(in: 0..<1, using: &random)
                let policy = sequence.options.retry
                let delay = policy.delay(attempt: attempt, random: random, retryAfter: error.retryAfter)
                way = .locating(next: sequence.time.now + delay, attempt: attempt + 1)
                tell([.connection(.waiting(delay: delay), because: error)])
            }
        }

        private func page(
            _ filter: LogFilter,
            at place: LogPlace,
            limit: Int
        ) async throws(GhostClientError) -> LogPageBody {
            let path = LogPageRequest(filter: filter, place: place, limit: limit).path
            return try await sequence.source.get(path, patience: .zero, as: LogPageBody.self)
        }

        // MARK: The stream

        private mutating func followStream() async throws(GhostClientError) {
            guard var news = await stream.next(lastEventID: follower.cursor) else {
                way = .ended
                return
            }
            if case .event(let event) = news {
                switch follower.take(event) {
                case .news(let updates): return tell(updates)
                case .failed(let code, let detail): news = stream.fail(code, detail)
                }
            }
            guard case .connection(let connection) = news else { return }
            if case .closed(let error) = connection {
                guard error.saysStreamingIsImpossible else { throw end(error) }
                let now = sequence.time.now
                way = .polling(next: now, lookForStream: now + FollowOptions.streamRetryInterval)
                return
            }
            if let update = LogLineFollower.update(of: connection, at: sequence.time.now) { tell([update]) }
        }

        // MARK: Polling

        private mutating func poll(
            _ next: MonotonicTime,
            _ lookForStream: MonotonicTime
        ) async throws(GhostClientError) {
            do { try await sequence.time.sleep(for: Swift.max(.zero, next - sequence.time.now)) } catch { return }
            guard sequence.time.now < lookForStream else {
                stream = Self.stream(sequence)
                way = .streaming
                return
            }
            let pause: Duration
            do throws(GhostClientError) {
                let place = follower.cursor.map { LogPlace.after($0) } ?? .oldest
                let page = try await page(sequence.filter, at: place, limit: Self.linesPerPoll)
                tell([.connection(.polling, because: nil)] + follower.take(page))
                let mayHaveMore = page.lines.count >= Self.linesPerPoll || page.partial != nil
                let interval = polls.afterSuccess()
                pause = mayHaveMore ? .zero : interval
            } catch {
                guard !Task.isCancelled else { return }
                // The same refusal as that of the stream: it was not the stream that was missing.
                guard error.isRetryable else { throw end(error) }
                pause = polls.afterFailure(error, random: Double.random(in: 0..<1, using: &random))
                tell([.connection(.polling, because: error)])
            }
            way = .polling(next: sequence.time.now + pause, lookForStream: lookForStream)
        }
    }
}
