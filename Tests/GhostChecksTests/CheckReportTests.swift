import GhostModel
import Testing

@testable import GhostChecks

struct CheckReportTests {
    private func outcome(_ name: String, _ status: CheckStatus, _ finding: String = "", ms: Int = 1) -> CheckOutcome {
        CheckOutcome(name: name, status: status, finding: finding, duration: .milliseconds(ms))
    }

    private func rendered(_ outcomes: [CheckOutcome]) -> String {
        CheckReport(outcomes: outcomes).line.rendered(at: Timestamp(milliseconds: 0))
    }

    @Test func allWell_namesTheSlowest() {
        #expect(
            rendered([outcome("disk", .healthy, ms: 3), outcome("memory", .healthy)])
                == "[1970-01-01T00:00:00.000Z] 🟢 health check: healthy (2/2) warning=0 critical=0 slowest=disk:3ms\n"
        )
    }

    @Test func theWorstCounts_andWhatFailsIsNamed() {
        #expect(
            rendered([outcome("disk", .warning, "85% used", ms: 3), outcome("api", .critical, "connection refused")])
                == "[1970-01-01T00:00:00.000Z] 🔴 health check: critical (0/2) warning=1 critical=1 slowest=disk:3ms "
                + "failing=\"disk: 85% used; api: connection refused\"\n"
        )
        #expect(CheckReport(outcomes: [outcome("disk", .warning)]).status == .warning)
    }

    @Test func noChecks_areHealthy() {
        #expect(rendered([]) == "[1970-01-01T00:00:00.000Z] 🟢 health check: healthy (0/0) warning=0 critical=0\n")
    }

    @Test func findingsOfManyChecks_areCutToTheLimit() {
        let many = (0..<100).map { outcome("check-\($0)", .critical, "connection refused") }
        #expect(rendered(many).utf8.count < CheckReport.longestFindings + 200)
    }
}
