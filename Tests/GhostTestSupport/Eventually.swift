/// Waits until a condition holds, looking every few milliseconds.
///
/// - Parameters:
///   - what: names the condition in the failure.
///   - limit: how long to wait at most; generous, since a test that passes never waits that long.
/// - Throws: ``TestFailure`` when the time is over.
public func eventually(
    _ what: String,
    within limit: Duration = .seconds(30),
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw TestFailure("not within \(limit): \(what)")
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}
