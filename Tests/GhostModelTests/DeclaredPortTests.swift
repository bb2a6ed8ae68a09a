import GhostModel
import Testing

/// Which ports a daemon is expected to listen on.
struct DeclaredPortTests {
    @Test(arguments: [
        (Probe.tcp(host: "127.0.0.1", port: 5432), [5432]),
        (.tcp(host: "db.example.org", port: 5432), []),
        (.http(url: "http://localhost:8080/health"), [8080]),
        (.http(url: "http://LOCALHOST/health"), [80]),
        (.http(url: "https://127.0.0.1"), [443]),
        (.http(url: "http://[::1]:9000/x?y"), [9000]),
        (.http(url: "http://user:pw@127.0.0.1:81/"), [81]),
        (.http(url: "http://example.org:8080/"), []),
        (.http(url: "http://127.0.0.1:x/"), []),
        (.all([.tcp(host: "::1", port: 1), .notify, .http(url: "http://127.0.0.1:2/")]), [1, 2]),
        (.any([.tcp(host: "127.0.0.1", port: 1), .tcp(host: "127.0.0.1", port: 2)]), []),
        (.log(.text("listening on 127.0.0.1:80")), []),
    ])
    func portsOfAReadinessProbe(probe: Probe, ports: [Int]) throws {
        var daemon = DaemonPlan(
            name: try #require(DaemonName("a")),
            command: Command(program: "x"),
            workingDirectory: "/",
            ready: ProbePlan(probe)
        )
        #expect(daemon.declaredPorts == ports.map { DeclaredPort($0, .probe) })
        daemon.ports = [7]
        #expect(daemon.declaredPorts == [DeclaredPort(7, .key)])
        daemon.ports = []
        #expect(daemon.declaredPorts.isEmpty, "nothing is expected of one that says so")
    }
}
