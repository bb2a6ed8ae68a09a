import GhostModel

extension ScriptedState {
    /// A state in which much has a value.
    static var rich: ScriptedState {
        var state = ScriptedState()
        state.lifecycle = LifecycleState(
            status: .error,
            lastCheck: TestRouter.now,
            error: "the log says that it failed",
            managedDaemons: 2,
            startupOrder: ["db", "api"],
            managedNow: ["api", "db"]
        )
        return state
    }
}
