public import GhostModel

/// One step in following lines.
public enum LogUpdate: Equatable, Sendable {
    /// New lines, oldest first, and the cursor behind them.
    ///
    /// Whoever keeps the cursor goes on there later, also in another process.
    case lines([LogLineBody], cursor: String)
    /// Lines that this reader does not get, because the file to go on in is gone.
    case gap(LogGapBody)
    /// The connection stands otherwise than before; nothing is lost by that.
    ///
    /// `because` says why nothing comes at the moment; nil while nothing is wrong.
    case connection(ConnectionStatus, because: GhostClientError?)
}
