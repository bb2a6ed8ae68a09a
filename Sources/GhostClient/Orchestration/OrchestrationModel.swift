#if canImport(Observation)
public import GhostModel
public import Observation

/// The five components for a user interface, always as they are now.
///
/// One model serves a whole app. In SwiftUI:
///
/// ```swift
/// ContentView().environment(model).task { await model.follow() }
/// ```
@MainActor @Observable
public final class OrchestrationModel {
    /// The newest state; nil before the first.
    ///
    /// It stays while the connection is away.
    public private(set) var state: OrchestrationData?
    /// How the state is followed; nil while ``follow()`` does not run.
    public private(set) var connection: ConnectionStatus?
    /// Why the state is not up to date, or why following ended.
    public private(set) var error: GhostClientError?
    /// The newest changes, oldest first, at most ``mostEvents``.
    public private(set) var events: [StateEvent] = []

    /// How many changes are kept.
    public nonisolated static let mostEvents = 200

    private let updates: OrchestrationUpdates

    /// Creates a model; nothing is connected before ``follow()``.
    public init(_ client: GhostClient, options: FollowOptions = FollowOptions()) {
        updates = client.orchestrationUpdates(options)
    }

    /// Keeps the model up to date until the task is cancelled, or the server refuses for good.
    public func follow() async {
        do throws(GhostClientError) {
            for try await update in updates { take(update) }
        } catch {
            self.error = error
        }
        connection = nil
    }

    private func take(_ update: OrchestrationUpdate) {
        // Equal values are not set again: each setting draws views anew.
        if state != update.state { state = update.state }
        if connection != update.connection { connection = update.connection }
        if error != update.error { error = update.error }
        if !update.events.isEmpty { events = (events + update.events).suffix(Self.mostEvents) }
    }
}
#endif
