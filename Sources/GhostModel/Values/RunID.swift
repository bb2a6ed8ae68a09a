/// One incarnation of a daemon, written `api#3`: the third time `api` was started by this project.
///
/// The number is the generation that guards the supervisor against stale events: an exit, a timer or a probe result acts
/// only on the run that it names.
public struct RunID: Sendable, Hashable, CustomStringConvertible {
    /// The daemon that runs.
    public let daemon: DaemonName
    /// Counts from 1.
    public let number: Int

    /// Creates the identity of the `number`-th run of `daemon`.
    public init(daemon: DaemonName, number: Int) {
        self.daemon = daemon
        self.number = number
    }

    public var description: String { "\(daemon)#\(number)" }
}
