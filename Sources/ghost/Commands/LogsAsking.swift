import GhostClient
import GhostDaemon
import GhostModel

/// Has lines told by the Ghost that runs.
struct LogAsking {
    /// How many lines one request may ask for.
    static let linesPerRequest = 5000
    /// How often a request is sent again that Ghost was too busy for.
    static let mostAttempts = 5

    let client: GhostClient
    let filter: LogFilter
    let until: Timestamp?

    /// The newest lines and what goes on behind them.
    struct Newest {
        /// Oldest first.
        var lines: [LogLineBody]
        var notices: [String]
        /// The cursor behind them.
        var end: String
    }

    /// Asks for the newest lines, page by page.
    func newest(_ count: Int) async throws(GhostClientError) -> Newest {
        var page = try await page(at: .newest, max(1, min(count, Self.linesPerRequest)))
        var newest = Newest(lines: [], notices: page.notices, end: page.after)
        guard count > 0 else { return newest }
        var pages = [page.lines]
        var missing = count - page.lines.count
        // A page that reached a bound of one request has fewer lines, and the one before it goes on.
        while missing > 0, let before = page.before {
            page = try await self.page(at: .before(before), min(missing, Self.linesPerRequest))
            pages.append(page.lines)
            missing -= page.lines.count
            if let gap = page.gap { newest.notices.append(gap.reason) }
        }
        newest.lines = pages.reversed().flatMap(\.self)
        return newest
    }

    private func page(at place: LogPlace, _ limit: Int) async throws(GhostClientError) -> LogPageBody {
        var attempt = 1
        while true {
            do throws(GhostClientError) {
                return try await client.logs(filter, until: until, at: place, limit: limit)
            } catch {
                guard error.code == .refused(status: 503), attempt < Self.mostAttempts else { throw error }
                attempt += 1
                try? await Task.sleep(for: error.retryAfter ?? .seconds(1))
            }
        }
    }

    /// Shows what is written behind a cursor, until the process ends; also across restarts of Ghost.
    func follow(after cursor: String, _ show: (LogLineBody) -> Void) async throws {
        var outage = OutageNote()
        do throws(GhostClientError) {
            for try await update in client.logLines(filter, after: cursor) {
                switch update {
                case .lines(let lines, _): for line in lines { show(line) }
                case .gap(let gap): Terminal.note(gap.reason)
                case .connection(let status, let error): outage.take(status, error)
                }
            }
        } catch {
            throw GhostFailure(ExitCode(error.code), error.sentence)
        }
    }
}

/// Says once that nothing comes any more, and once that it goes on.
struct OutageNote {
    private var state = State.connected

    /// For when it was said already.
    static let away = OutageNote(state: .away)

    init() {}

    private init(state: State) { self.state = state }

    private enum State {
        case connected
        /// The connection ended, which alone is nothing to speak of: the next attempt will tell.
        case ended
        case away
    }

    mutating func take(_ status: ConnectionStatus, _ error: GhostClientError?) {
        switch (status, state) {
        case (.waiting, .connected):
            state = .ended
        case (.waiting, .ended):
            state = .away
            let reason = if case .refused? = error?.code { error?.detail } else { String?.none }
            Terminal.note("\(reason ?? "Ghost does not answer any more"); waiting for it")
        case (.streaming, .away), (.polling, .away):
            state = .connected
            Terminal.note("Ghost answers again")
        case (.streaming, _), (.polling, _):
            state = .connected
        default: break
        }
    }
}
