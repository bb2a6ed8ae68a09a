import Foundation
import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

struct WireTypesTests {
    /// The status of a folder with a line in each log.
    private static func sample() throws -> OrchestrationData {
        let folder = try TemporaryFolder()
        try folder.write(
            "\(stamp()) 🟢 api is running (PID: 1)\n\(stamp(1)) ❌ db ERROR: x/y\n",
            to: "sentinel-status.log"
        )
        try folder.write("\(stamp()) ❌ api restart attempt 1 - exit 1\n", to: "watchdog-restarts.log")
        try folder.write("\(stamp()) executing task 1\n", to: "executor-status.log")
        try folder.write("\(stamp()) 🟢 health check: healthy (4/4)\n", to: "selfcheck-status.log")
        try folder.write("Startup order: [db, api]\n\(stamp()) managing api (attempt 1)\n", to: "lifecycle-status.log")
        var reader = ComponentLogReader(folder: folder.path)
        _ = reader.read(now: .test)
        return reader.snapshot.status(at: .test, plan: MonitorPlan())
    }

    private func object(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @Test func statusBody_survivesARoundTrip() throws {
        let body = StatusBody(data: try Self.sample())
        let text = try JSONText.encode(body)
        #expect(try JSONText.decode(StatusBody.self, from: text) == body)
        #expect(text.last == UInt8(ascii: "\n"))
        #expect(!String(decoding: text, as: UTF8.self).contains("\\/"))
    }

    @Test func statusBody_hasBothShapes() throws {
        let body = try object(JSONText.encode(StatusBody(data: try Self.sample())))
        #expect(body["status"] as? String == "success")
        let data = try #require(body["data"] as? [String: Any])
        let nested = try #require(data["orchestration"] as? [String: Any])
        for kind in ComponentKind.allCases {
            let flat = try #require(data[kind.rawValue] as? NSDictionary)
            #expect(flat == nested[kind.rawValue] as? NSDictionary)
        }
        #expect(nested["lastUpdate"] as? String == "2026-11-22T16:05:00.000Z")
        #expect(data["lastUpdate"] as? String == "2026-11-22T16:05:00.000Z")
        #expect(data["timestamp"] as? String == "2026-11-22T16:05:00.000Z")
        #expect(data["totalComponents"] as? Int == 5)
        #expect(data["healthPercentage"] as? Double != nil)
    }

    @Test func components_haveTheOriginalsFieldsEvenWhenEmpty() throws {
        let folder = try TemporaryFolder()
        var reader = ComponentLogReader(folder: folder.path)
        _ = reader.read(now: .test)
        let data = reader.snapshot.status(at: .test, plan: MonitorPlan())
        let fields: [ComponentKind: [String]] = [
            .sentinel: ["monitoring", "recentErrors", "observations", "upNow", "downNow", "daemons"],
            .watchdog: ["restartCount", "failedCount", "lastRestart", "refusedCount", "perDaemon"],
            .executor: ["activeTasks", "completedTasks", "failedTasks", "startedTasks", "phase"],
            .selfcheck: [
                "healthChecks", "lastHealthCheck", "healthyChecks", "warningChecks", "criticalChecks", "last",
            ],
            .lifecycle: [
                "managedDaemons", "startupOrder", "managedNow", "managedEver", "startedCount", "failedStarts",
            ],
        ]
        let shared = [
            "status", "lastCheck", "error", "lastEvent", "records", "damagedLines", "lossBytes", "sources", "errors",
        ]
        for kind in ComponentKind.allCases {
            let body = try object(JSONText.componentBody(kind, of: data))
            let component = try #require(body["data"] as? [String: Any])
            for field in shared + (fields[kind] ?? []) { #expect(component.keys.contains(field), "\(kind).\(field)") }
            #expect(component["lastEvent"] is NSNull)
            #expect(component["status"] as? String == "unknown")
            #expect(component["error"] as? String == "Log file not found")
            #expect(body["timestamp"] as? String == "2026-11-22T16:05:00.000Z")
        }
    }

    @Test func decoding_toleratesMoreAndFewerFields() throws {
        let text = """
            {"status":"inactive","lastCheck":"2026-11-22T16:05:00.000Z","error":null,"monitoring":false,"novelty":{"a":[1]}}
            """
        let state = try JSONText.decode(SentinelState.self, from: Array(text.utf8))
        #expect(state.status == .unknown)
        #expect(state.recentErrors.isEmpty)
        #expect(state.facts == ComponentFacts())
    }

    @Test func healthAndErrorBodies_surviveARoundTrip() throws {
        let health = HealthBody(try Self.sample())
        #expect(try JSONText.decode(HealthBody.self, from: JSONText.encode(health)) == health)
        let error = ErrorBody(error: "Unknown component: x", timestamp: .test)
        #expect(
            String(decoding: try JSONText.encode(error), as: UTF8.self)
                == #"{"error":"Unknown component: x","status":"error","timestamp":"2026-11-22T16:05:00.000Z"}"# + "\n"
        )
    }
}
