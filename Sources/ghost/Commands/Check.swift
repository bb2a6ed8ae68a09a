import ArgumentParser
import GhostDaemon
import GhostModel

/// `ghost check` tells whether the configuration is right, and what it would start.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the configuration and show what it would start.",
        discussion: """
            Says every mistake with line, column and the nearest right word. The samples of its rules are tried as \
            well. Nothing is started or changed.
            """
    )

    @OptionGroup var projectOptions: ProjectOptions

    func run() throws {
        let project = projectOptions.project
        let configuration = try project.loadConfiguration()
        let plan = configuration.plan
        try Preflight.check(plan)

        for note in Preflight.notes(on: plan, of: project) { Terminal.warn(note) }
        let counts = "\(plan.daemons.count.counted("daemon")), \(plan.checks.count.counted("check"))"
        Terminal.print("\(project.file): \(counts), no mistakes")
        if let rules = configuration.rules { Terminal.print("rules: \(rules.summary)") }
        guard !plan.daemons.isEmpty else { return }
        var table = Table("", "DAEMON", "NEEDS", "READY", "COMMAND")
        for (index, daemon) in Preflight.startOrder(of: plan).enumerated() {
            let needs = daemon.needs.map { need in
                need.condition == .ready ? need.daemon.text : "\(need.daemon) (\(need.condition.rawValue))"
            }
            table.add(
                .init("\(index + 1)", .dim),
                .init(daemon.name.text, .accent),
                .init(needs.isEmpty ? "-" : needs.joined(separator: ", ")),
                .init(daemon.ready?.probe.description ?? "once started"),
                .init(Printable.line(daemon.command.description.replacing("\n", with: "↵")))
            )
        }
        Terminal.print(table.rendered(color: Terminal.hasColor))
    }
}
