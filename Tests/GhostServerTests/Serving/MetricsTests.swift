import GhostModel
import HTTPTypes
import Testing

@testable import GhostServer

struct MetricsTests {
    private func sample(_ format: MetricsText.Format) -> String {
        var text = MetricsText(format)
        text.append(.gauge, "a_gauge", "A gauge.", [.init([], 1.5)])
        text.append(
            .counter,
            "some_things",
            "Things.",
            [.init([("name", "q\"b\\n\nü")], 3), .init([("name", "b"), ("x", "y")], 0)]
        )
        text.append(.gauge, "nothing", "Never there.", [])
        return String(decoding: text.finish(), as: UTF8.self)
    }

    @Test func prometheusText() {
        #expect(
            sample(.prometheus) == """
                # HELP a_gauge A gauge.
                # TYPE a_gauge gauge
                a_gauge 1.5
                # HELP some_things_total Things.
                # TYPE some_things_total counter
                some_things_total{name="q\\"b\\\\n\\nü"} 3
                some_things_total{name="b",x="y"} 0
                # HELP ghost_metrics_omitted Samples that found no room in this answer.
                # TYPE ghost_metrics_omitted gauge
                ghost_metrics_omitted 0

                """
        )
    }

    @Test func openMetrics_namesTheFamilyAndEnds() {
        let text = sample(.openMetrics)
        #expect(text.contains("# TYPE some_things counter\nsome_things_total{"))
        #expect(text.hasSuffix("# EOF\n"))
    }

    @Test func samplesAreBounded_andWhatIsLeftOutIsCounted() {
        var text = MetricsText(.prometheus)
        let many = (0..<MetricsText.mostSamples + 5).map { MetricsText.Sample([("n", "\($0)")], 1) }
        text.append(.gauge, "many", "Many.", many)
        let written = String(decoding: text.finish(), as: UTF8.self)
        #expect(written.split(separator: "\n").count { $0.hasPrefix("many{") } == MetricsText.mostSamples)
        #expect(written.hasSuffix("ghost_metrics_omitted 5\n"))
    }

    @Test func ghostsMetrics_tellComponentsDaemonsAndServing() {
        var data = SampleStates.state(7, restarts: 3)
        data.sentinel.daemons["api"] = ObservedDaemon(state: .up, pid: 1, since: nil, transitions: 0)
        data.watchdog.perDaemon["api"] = RestartCounts(
            restartCount: 3,
            failedCount: 1,
            lastAttempt: nil,
            crashLooping: false
        )
        let metrics = GhostMetrics(
            data: data,
            requests: [(route: .status, code: 200, count: 4)],
            stream: StreamFigures(subscribers: 2, subscribed: 3, changes: 9, gaps: 1, stalled: 0),
            process: ProcessFigures(
                cpuSeconds: 1.25,
                residentBytes: 4096,
                openDescriptors: 9,
                mostDescriptors: 100,
                startedAt: 5
            ),
            version: "1.2.3"
        )
        let text = String(decoding: metrics.encoded(as: .prometheus), as: UTF8.self)
        for line in [
            "ghost_build_info{version=\"1.2.3\"} 1", "ghost_health{state=\"healthy\"} 1", "ghost_health_ratio 1",
            "ghost_sequence 7",
            "ghost_component_working{component=\"sentinel\"} 1",
            "ghost_watchdog_attempts_total{result=\"restarted\"} 3",
            "ghost_daemon_up{daemon=\"api\"} 1", "ghost_daemon_restarts_total{daemon=\"api\"} 3",
            "ghost_http_requests_total{route=\"status\",code=\"200\"} 4", "ghost_stream_subscribers 2",
            "ghost_stream_gaps_total 1",
            "process_cpu_seconds_total 1.25", "process_resident_memory_bytes 4096", "ghost_metrics_omitted 0",
        ] {
            #expect(text.contains("\n\(line)\n"), "\(line)")
        }
    }

    @Test func theRoute_answersInTheFormatThatIsAskedFor() async throws {
        let plain = try await TestRouter().get("/metrics")
        #expect(plain.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(plain.text.contains("ghost_component_records_total{component=\"executor\"} 0\n"))
        let open = try await TestRouter().get(
            "/metrics",
            headers: [.accept: "application/openmetrics-text; version=1.0.0"]
        )
        #expect(open.headers[.contentType] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
        #expect(open.text.hasSuffix("# EOF\n"))
    }

    @Test func errors_areThoseOfAllComponents_newestFirst() async throws {
        var router = TestRouter()
        func group(_ message: String, _ category: ErrorCategory, _ milliseconds: Int64?) -> ErrorGroup {
            let seen = milliseconds.map(Timestamp.init(milliseconds:))
            let position = SourcePosition(file: "f", generation: 1, offset: 2)
            return ErrorGroup(
                category: category,
                message: message,
                count: 1,
                firstSeen: seen,
                lastSeen: seen,
                position: position
            )
        }
        router.state.executor.facts.errors = [group("old", .task, 5), group("never", .task, nil)]
        router.state.lifecycle.facts.errors = [group("new", .crash, 9)]
        let all = try await router.get("/api/v1/errors").decoded(as: ErrorListing.self)
        #expect(all.errors.map(\.message) == ["new", "old", "never"])
        #expect(all.errors.map(\.component) == ["lifecycle", "executor", "executor"])
        let tasks = try await router.get("/api/v1/errors?category=task&component=executor").decoded(
            as: ErrorListing.self
        )
        #expect(tasks.errors.map(\.message) == ["old", "never"])
        let wrong = try await router.get("/api/v1/errors?category=bad")
        #expect(wrong.status == 400)
        #expect(wrong.text.contains("category is one of crash, probe"))
        let nobody = try await router.get("/api/v1/errors?component=nobody")
        #expect(nobody.status == 404)
        #expect(nobody.text.contains("There is no component"))
    }

    @Test(arguments: [
        ("/api/orchestrator/status", RequestTally.Route.status), ("/api/orchestrator/component/x", .component),
        ("/api/logs", .statusAPI),
        ("/api/v1/daemons", .control), ("/metrics", .machine), ("/anything", .page),
    ])
    func routeClasses(path: String, route: RequestTally.Route) {
        #expect(RequestTally.Route(path: path) == route)
    }

    @Test func unexpectedCodes_areCountedTogether() {
        let tally = RequestTally()
        tally.count(.status, 200)
        tally.count(.status, 299)
        tally.count(.status, 298)
        #expect(tally.entries.map(\.code) == [0, 200])
        #expect(tally.entries.map(\.count) == [2, 1])
    }
}
