import GhostModel
import Logging
import ServiceLifecycle

/// Keeps a service running inside the group: when it fails it is started anew after a pause, and the group never notices.
///
/// The monitor and the server run in it, so that trouble in either never stops supervision.
struct RestartingService: Service {
    let name: String
    let logger: Logger
    /// The pauses; a run of at least its `resetAfter` starts them anew.
    var backoff = Backoff(base: .milliseconds(200), cap: .seconds(10), jitter: false)
    /// Makes the service for one attempt and runs it to its end.
    let attempt: @Sendable () async throws -> Void

    func run() async throws {
        var failures = 0
        while true {
            let started = ContinuousClock.now
            do {
                try await attempt()
                return
            } catch let failure as GhostFailure {
                throw failure
            } catch {
                if Task.isCancelled || Task.isShuttingDownGracefully { return }
                if ContinuousClock.now - started >= backoff.resetAfter { failures = 0 }
                let pause = backoff.delay(attempt: failures, random: 0)
                failures += 1
                logger.error(
                    "the \(name) failed and is started again",
                    metadata: ["error": "\(error)", "in": "\(pause.configurationText)"]
                )
                // Ends early when the group shuts down, which the next turn sees.
                try? await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
                if Task.isCancelled || Task.isShuttingDownGracefully { return }
            }
        }
    }
}
