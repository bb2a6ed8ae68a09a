import GhostModel

/// Keeps one event stream open, and tells what comes on it and how it stands.
///
/// Nothing happens between two calls of ``next(lastEventID:)``: the caller's task is the only one.
struct StreamReader {
    /// A stream from which nothing came for so long is dead; the server pings every 15 s.
    static let longestSilence = Duration.seconds(35)

    /// What the caller is told.
    enum News {
        case event(ServerSentEvent)
        /// The stream stands otherwise than before.
        case connection(StreamConnection)
    }

    private(set) var connection = StreamConnection.idle
    private let path: String
    private let transport: any StreamTransport
    private let time: any ClientTime
    private var policy: RetryPolicy
    private var random: any RandomNumberGenerator
    private var stream: (any ByteStream)?
    private let longestEvent: Int
    private var parser: ServerSentEventParser
    /// What came and was not told yet, the next one last.
    private var untold: [StreamItem] = []

    init(
        _ path: String,
        over transport: any StreamTransport,
        policy: RetryPolicy,
        time: any ClientTime,
        random: any RandomNumberGenerator,
        longestEvent: Int = ServerSentEventParser.longestEvent
    ) {
        self.longestEvent = longestEvent
        parser = ServerSentEventParser(limit: longestEvent)
        self.path = path
        self.transport = transport
        self.policy = policy
        self.time = time
        self.random = random
    }

    /// The next event or change of the connection; nil once it is given up, or when the task is cancelled.
    ///
    /// - Parameter lastEventID: where a new connection goes on from.
    mutating func next(lastEventID: String?) async -> News? {
        while !Task.isCancelled {
            if let item = untold.popLast() {
                switch item {
                case .event(let event): return .event(event)
                case .retry(let delay): policy.delay = max(policy.delay, min(delay, RetryPolicy.longestDelay))
                case .overflow(let name):
                    return fail(.unreadableAnswer, "an event `\(name)` is longer than what is taken")
                }
                continue
            }
            switch connection {
            case .idle:
                return take(.start)
            case .connecting:
                return await connect(lastEventID)
            case .open:
                if let news = await read() { return news }
            case .waiting(_, _, let until, _):
                do { try await time.sleep(for: until - time.now) } catch { return nil }
                return take(.due)
            case .closed:
                return nil
            }
        }
        return nil
    }

    /// Ends this connection because of what came on it; the next one follows after a delay.
    mutating func fail(_ code: GhostClientError.Code, _ detail: String) -> News {
        fail(GhostClientError(code: code, endpoint: transport.endpoint, path: path, detail: detail))
    }

    private mutating func fail(_ error: GhostClientError) -> News {
        stream = nil
        untold = []
        let random = Double.random(in: 0..<1, using: &self.random)
        return take(.failed(error, at: time.now, random: random))
    }

    private mutating func connect(_ lastEventID: String?) async -> News? {
        do throws(GhostClientError) {
            stream = try await transport.open(path, lastEventID: lastEventID)
        } catch {
            return Task.isCancelled ? nil : fail(error)
        }
        parser = ServerSentEventParser(limit: longestEvent)
        return take(.opened(at: time.now))
    }

    private mutating func read() async -> News? {
        do throws(GhostClientError) {
            guard let bytes = try await stream?.read() else {
                return Task.isCancelled ? nil : fail(.interrupted, "the server ended the stream")
            }
            untold = parser.push(bytes).reversed()
            return nil
        } catch {
            return Task.isCancelled ? nil : fail(error)
        }
    }

    private mutating func take(_ input: StreamConnection.Input) -> News {
        connection.take(input, policy: policy)
        return .connection(connection)
    }
}
