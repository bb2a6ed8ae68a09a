import GhostModel
import Testing

/// Drawings of what daemons need.
struct DependencyGraphTests {
    private func graph() throws -> DependencyGraph {
        func daemon(_ text: String, _ needs: [Dependency] = [], _ kind: DaemonPlan.Kind = .service) throws -> DaemonPlan
        {
            DaemonPlan(
                name: try #require(DaemonName(text)),
                command: Command(program: "x"),
                workingDirectory: "/",
                kind: kind,
                needs: needs
            )
        }
        func need(
            _ text: String,
            _ condition: Dependency.Condition,
            _ strength: Dependency.Strength = .hard
        ) throws
            -> Dependency
        { Dependency(daemon: try #require(DaemonName(text)), condition: condition, strength: strength) }
        var worker = try daemon(
            "worker@1",
            [need("db", .ready), need("end", .succeeded), need("cache", .healthy, .soft)]
        )
        worker.priority = 5
        return DependencyGraph([try daemon("db"), try daemon("end", [], .oneshot), try daemon("cache"), worker])
    }

    @Test func dot() throws {
        #expect(
            try graph().rendered(as: .dot) == #"""
                digraph ghost {
                  rankdir=LR;
                  node [shape=box];
                  "db" [label="db"];
                  "end" [label="end", style=rounded];
                  "cache" [label="cache"];
                  "worker@1" [label="worker@1\npriority 5"];
                  "worker@1" -> "db";
                  "worker@1" -> "end" [label="succeeded"];
                  "worker@1" -> "cache" [label="healthy", style=dashed];
                }

                """#
        )
    }

    @Test func mermaid() throws {
        #expect(
            try graph().rendered(as: .mermaid) == """
                flowchart LR
                  d1["db"]
                  d2(["end"])
                  d3["cache"]
                  d4["worker#64;1<br/>priority 5"]
                  d4 --> d1
                  d4 -->|succeeded| d2
                  d4 -.->|healthy| d3

                """
        )
    }

    @Test func text() throws {
        #expect(
            try graph().rendered(as: .text) == """
                db
                end
                cache
                worker@1  ← db, end (succeeded), cache (healthy, soft)  [priority 5]

                """
        )
    }
}
