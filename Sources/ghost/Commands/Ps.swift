import ArgumentParser
import GhostClient
import GhostDaemon
import GhostModel
import GhostSystem

/// `ghost ps`: the daemons as processes.
struct Ps: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the daemons with their processes and what they use.",
        discussion: """
            CPU is the share of one core over the last moments, MEMORY what is resident; both add up the daemon and \
            everything that it started.
            """
    )

    @OptionGroup var projectOptions: ProjectOptions

    @Flag(help: "Print JSON: the daemons, and what they use.")
    var json = false

    @Flag(help: "Show the run, how the last one ended, and what each process says of itself (STATUS= of sd_notify) as well.")
    var wide = false

    @Flag(name: [.short, .long], help: "Show it again every second until interrupted.")
    var watch = false

    func run() async throws {
        try await Connection.with(projectOptions.project) { client in
            repeat {
                let daemons = try await client.daemons()
                let usage = try await client.usage()
                if json {
                    let body = Body(daemons: daemons, usage: usage)
                    Terminal.write(String(decoding: try JSONText.encode(body), as: UTF8.self))
                } else {
                    let width: ProcessTable.Width = wide ? .wide : .usual
                    let table = ProcessTable(daemons: daemons, usage: usage, now: Clocks.wall(), width: width)
                    let text = table.rendered(color: Terminal.hasColor)
                    // Home and erase before, so that the page is replaced in place.
                    Terminal.print(watch && Terminal.hasColor ? "\u{1B}[H\u{1B}[2J\(text)" : text)
                }
                if watch { try await Task.sleep(for: .seconds(1)) }
            } while watch
        }
    }

    private struct Body: Encodable {
        var daemons: [DaemonStatus]
        var usage: [DaemonUsage]
    }
}
