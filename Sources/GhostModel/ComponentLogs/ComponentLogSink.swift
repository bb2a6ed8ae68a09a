/// Where a component writes its log.
///
/// `write` returns at once; the implementation stamps the line with the wall clock and appends it in order. A line that
/// cannot be written is counted, never waited for.
public protocol ComponentLogSink: Sendable {
    /// Appends one record.
    func write(_ line: ComponentLine)
}
