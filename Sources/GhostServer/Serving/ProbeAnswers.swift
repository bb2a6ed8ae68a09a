/// The answers to those who look after Ghost itself.
enum ProbeAnswers {
    struct Answer: Equatable {
        var code: Int
        var body: String
    }

    /// `/healthz`: that there is an answer says it all.
    static let alive = Answer(code: 200, body: "{\"status\":\"ok\"}\n")

    /// `/readyz`: whether the state is there and followed.
    static func readiness(_ feed: CommitFeed) -> Answer {
        let known = feed.now
        switch known.monitor {
        case .running:
            return known.commit > 0
                ? Answer(code: 200, body: "{\"status\":\"ready\"}\n") : unready("the logs have not been read yet")
        case .notStarted: return unready("the monitor has not started yet")
        case .ended: return unready("the monitor ended and is started again")
        }
    }

    private static func unready(_ reason: String) -> Answer {
        Answer(code: 503, body: "{\"reason\":\"\(reason)\",\"status\":\"unavailable\"}\n")
    }
}
