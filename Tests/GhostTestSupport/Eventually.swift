/// Waits until a condition holds, looking every few milliseconds.
///
/// - Parameters:
///   - what: names the condition in the failure.
///   - limit: how long to wait at most; generous, since a test that passes never waits that long. It is not over before
///     the condition was looked at often: while long tests hold every thread, time passes in which nothing can happen.
/// - Throws: ``TestFailure`` when the time is over.
public func eventually(
    _ what: String,
    within limit: Duration = .seconds(30),
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    var looks = 0
    while try await !condition() {
        looks += 1
        guard ContinuousClock.now < deadline || looks < fewestLooks else {
            throw TestFailure("not within \(limit): \(what)")
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// How often a condition is looked at before it is given up.
private let fewestLooks = 1000
