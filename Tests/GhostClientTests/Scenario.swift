import Foundation
import GhostModel
import Testing

@testable import GhostClient

/// What any client of the stream must make of what a server does; `web/conformance/scenario.ts` has the same form.
struct Scenario: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var connections: [Connection]
    /// The sequences that `/api/orchestrator/status` answers with, one after the other.
    var polls: [UInt64]?
    var expect: Expectation

    var testDescription: String { name }

    /// What the server does with one connection.
    struct Connection: Decodable, Sendable {
        var status: Int?
        var retryAfter: Int?
        var send: [Sent]?
        var then: End?

        enum End: String, Decodable {
            case stay, end, `break`
        }
    }

    struct Expectation: Decodable, Equatable, Sendable {
        var sequence: UInt64?
        var connection: String
        var error: String?
        var gaps: Int?
        /// The ids that the connections were asked to go on from.
        var lastEventIds: [String?]
    }

    enum Sent: Decodable, Sendable {
        case text(String)
        case wait(Int)
        case state(SentState)
        /// Bytes as they are, which may end inside a character.
        case bytes([UInt8])

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                self = .text(text)
            } else if let wait = try? decoder.singleValueContainer().decode([String: Int].self)["wait"] {
                self = .wait(wait)
            } else {
                self = .state(try SentState(from: decoder))
            }
        }
    }

    /// All scenarios; they are shared with the TypeScript client.
    static func all() throws -> [Scenario] {
        let folder = URL(filePath: #filePath).appending(path: "../../../web/conformance/client").standardized
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }.map {
            try JSONDecoder().decode(Scenario.self, from: Data(contentsOf: $0))
        }
    }
}

/// A snapshot or a change, and how its bytes are cut.
struct SentState: Decodable, Sendable {
    var snapshot: UInt64?
    var change: [UInt64]?
    var epoch: String?
    var cut: Cut?

    enum Cut: String, Decodable {
        case character
        case eachByte = "each byte"
        case off
    }

    var pieces: [[UInt8]] {
        let bytes = Array(text.utf8)
        let inside = (bytes.firstIndex(of: 0xF0) ?? 0) + 2
        switch cut {
        case nil: return [bytes]
        case .character: return [Array(bytes[..<inside]), Array(bytes[inside...])]
        case .eachByte: return bytes.map { [$0] }
        case .off: return [Array(bytes[..<inside])]
        }
    }

    private var text: String {
        let epoch = epoch ?? "e"
        if let snapshot {
            return frame("snapshot", "\(epoch)-\(snapshot)", StatusBody(data: Sample.state(epoch, snapshot)))
        }
        let (from, to) = (change?.first ?? 0, change?.last ?? 0)
        return frame("change", "\(epoch)-\(to)", Sample.change(from, to))
    }

    private func frame(_ name: String, _ id: String, _ body: some Encodable) -> String {
        let json = (try? JSONText.encode(body)) ?? []
        return "event: \(name)\nid: \(id)\ndata: \(String(decoding: json, as: UTF8.self))\n"
    }
}

/// States to play with.
enum Sample {
    static let time = Timestamp(milliseconds: 1_795_000_000_000)

    static func state(_ epoch: String, _ sequence: UInt64) -> OrchestrationData {
        OrchestrationData(
            sentinel: SentinelState(status: .active, lastCheck: time),
            watchdog: WatchdogState(status: .idle, lastCheck: time),
            executor: ExecutorState(status: .active, lastCheck: time, completedTasks: Int(sequence)),
            selfcheck: SelfCheckState(status: .active, lastCheck: time),
            lifecycle: LifecycleState(status: .active, lastCheck: time),
            overallHealth: .healthy,
            activeComponents: 5,
            errorComponents: 0,
            healthPercentage: 100,
            daemons: DaemonTally(),
            reasons: [],
            countedSince: nil,
            epoch: epoch,
            sequence: sequence,
            lastUpdate: time,
            timestamp: time
        )
    }

    static func change(_ from: UInt64, _ to: UInt64) -> OrchestrationChange {
        var components = OrchestrationChange.Components()
        components.executor = ExecutorState(status: .active, lastCheck: time, completedTasks: Int(to))
        let event = StateEvent(sequence: to, at: time, component: "executor", cause: "🟢 ready", position: nil)
        return OrchestrationChange(
            seq: to,
            from: from,
            components: components,
            data: OrchestrationChange.Fields(),
            events: [event]
        )
    }
}
