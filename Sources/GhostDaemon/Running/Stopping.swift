import GhostModel
import GhostSupervision
import ServiceLifecycle
import UnixSignals

/// What somebody asks of the whole Ghost over the API.
enum GhostEnding: Sendable, Equatable {
    /// Every daemon is stopped, and then Ghost ends.
    case stop
    /// Every daemon stays as it is, and Ghost goes on in the program with this path.
    case upgrade(String)
}

/// Ends the group when somebody asks for it over the API.
struct StopOnRequest: Service {
    let asked: Latch<GhostEnding>
    let supervisor: Supervisor

    func run() async {
        try? await cancelWhenGracefulShutdown {
            // Before the group shuts down, which would have the supervisor stop the daemons.
            if case .upgrade = try await asked.value() { supervisor.leave() }
        }
    }
}

/// Kills everything when somebody presses Ctrl-C again while Ghost is stopping.
///
/// The first signal is the group's: it stops the daemons in order. Whoever presses a second time has waited long enough.
struct KillOnSecondInterrupt: Service {
    let supervisor: Supervisor
    let show: @Sendable (String) -> Void

    func run() async {
        // Stands before the supervisor in the group, so it is itself shut down only after the daemons have ended.
        await cancelWhenGracefulShutdown {
            var isStopping = false
            for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                if isStopping, signal == .sigint {
                    show("killing everything")
                    _ = await supervisor.give(.killEverything)
                }
                isStopping = true
            }
        }
    }
}
