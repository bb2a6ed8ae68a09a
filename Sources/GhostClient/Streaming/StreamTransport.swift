import GhostModel

/// What a stream's reader needs from the network; tests put a scripted server in its place.
protocol StreamTransport: Sendable {
    /// Where the server is, for what errors say.
    var endpoint: GhostClient.Endpoint { get }

    /// Opens a stream; returns when its head has come.
    ///
    /// - Throws: ``GhostClientError`` where the server answers with anything but a stream, or not at all.
    func open(_ path: String, lastEventID: String?) async throws(GhostClientError) -> any ByteStream
}

/// The bytes of one open stream.
protocol ByteStream: AnyObject {
    /// The next bytes; nil at the end.
    ///
    /// - Throws: ``GhostClientError`` with ``GhostClientError/Code/silent`` when nothing came for
    ///   ``StreamReader/longestSilence``, and with ``GhostClientError/Code/interrupted`` when it breaks off.
    func read() async throws(GhostClientError) -> [UInt8]?
}

/// The time that delays are measured with; tests put one of their own in its place.
protocol ClientTime: Sendable {
    var now: MonotonicTime { get }
    /// Returns when `duration` is over.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(for duration: Duration) async throws
}

/// The machine's time, which goes on while it sleeps.
struct SystemTime: ClientTime {
    private let origin = ContinuousClock.now

    var now: MonotonicTime { MonotonicTime(nanoseconds: (ContinuousClock.now - origin).wholeNanoseconds) }

    func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }
}
