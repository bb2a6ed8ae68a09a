import ArgumentParser
import GhostClient
import GhostDaemon
import GhostModel

/// `ghost plan`: what the configuration would change.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what the configuration would start, stop, restart or change live, and why.",
        discussion: """
            Compares ghost.yaml with what the Ghost of this project supervises now; "ghost reload" then does exactly \
            that. When Ghost is not running, shows what "ghost up" would start, in which order. Variables are told by \
            name only. Nothing is changed.
            """
    )

    @OptionGroup var projectOptions: ProjectOptions

    @Flag(help: "Print JSON, the body of /api/v1/plan.")
    var json = false

    func run() async throws {
        let project = projectOptions.project
        // A mistake is told with its place, whether or not Ghost runs.
        let plan = try project.loadPlan()
        let report = try await report(project, plan)
        if json {
            Terminal.write(String(decoding: try JSONText.encode(report), as: UTF8.self))
        } else {
            Terminal.print(PlanPage(report: report, file: project.file).rendered(color: Terminal.hasColor))
        }
    }

    private func report(_ project: Project, _ plan: GhostModel.Plan) async throws -> PlanReport {
        do {
            return try await Connection.withConfiguration(of: project) { client in try await client.plan() }
        } catch let failure as GhostFailure where failure.exitCode == .notRunning {
            return PlanReport(
                startingFromNothing: Preflight.startOrder(of: plan),
                notes: Preflight.notes(on: plan, of: project)
            )
        }
    }
}
