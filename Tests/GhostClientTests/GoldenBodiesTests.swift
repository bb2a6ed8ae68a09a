import Foundation
import GhostModel
import Testing

/// The bodies as the server writes them, which the client must understand whole.
struct GoldenBodiesTests {
    private static let folder = URL(filePath: #filePath).appending(path: "../../Golden").standardized

    private struct Reading: Sendable {
        var name: String
        var again: @Sendable ([UInt8]) throws -> [UInt8]

        init<Body: Codable & Sendable>(_ name: String, _ type: Body.Type) {
            self.name = name
            again = { try JSONText.encode(try JSONText.decode(type, from: $0)) }
        }
    }

    private static let readings = [
        Reading("combined", Success<CombinedStatus>.self), Reading("component-daemon", Success<ComponentDaemon>.self),
        Reading("component-daemons", Success<ComponentDaemons>.self),
        Reading("component-logs", Success<LogListing>.self), Reading("daemon", DaemonStatus.self),
        Reading("daemon-status", ComponentDaemons.self), Reading("daemons", DaemonList.self),
        Reading("error", ErrorBody.self), Reading("errors", ErrorListing.self),
        Reading("errors-listing", Success<LogListing>.self), Reading("events", JournalPage.self),
        Reading("executor", ComponentBody<ExecutorState>.self), Reading("health", HealthBody.self),
        Reading("lifecycle", ComponentBody<LifecycleState>.self), Reading("liveness", Liveness.self),
        Reading("logs", LogPageBody.self), Reading("problem", ProblemDetails.self),
        Reading("recent-logs", [RecentLogEntry].self), Reading("selfcheck", ComponentBody<SelfCheckState>.self),
        Reading("sentinel", ComponentBody<SentinelState>.self), Reading("status", StatusBody.self),
        Reading("usage", UsageList.self), Reading("watchdog", ComponentBody<WatchdogState>.self),
        Reading("why", WhyReport.self),
    ]

    @Test func everyBody_hasAReading() throws {
        let files = try FileManager.default.contentsOfDirectory(at: Self.folder, includingPropertiesForKeys: nil)
        let names = files.filter { $0.pathExtension == "json" }.map { $0.deletingPathExtension().lastPathComponent }
        #expect(names.sorted() == Self.readings.map(\.name).sorted())
    }

    /// A field that one side does not know is lost on the way, or refused.
    @Test(arguments: readings.indices) func reading_losesNothing(index: Int) throws {
        let reading = Self.readings[index]
        let bytes = try Data(contentsOf: Self.folder.appending(path: "\(reading.name).json"))
        let again = try reading.again(Array(bytes))
        let (before, after) = (try Self.value(bytes), try Self.value(Data(again)))
        #expect(before == after, "\(reading.name): \(String(decoding: again, as: UTF8.self))")
    }

    private static func value(_ json: Data) throws -> NSObject? {
        try JSONSerialization.jsonObject(with: json, options: .fragmentsAllowed) as? NSObject
    }

    @Test func theComparison_findsWhatIsLost() throws {
        #expect(try Self.value(Data("{\"a\":1,\"b\":null}".utf8)) != Self.value(Data("{\"a\":1}".utf8)))
        #expect(try Self.value(Data("[1,2]".utf8)) == Self.value(Data("[1, 2]".utf8)))
    }
}
