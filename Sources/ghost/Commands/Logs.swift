import ArgumentParser
import GhostDaemon
import GhostLogs
import GhostModel
import GhostSystem

/// `ghost logs`: what the daemons wrote.
struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what the daemons wrote.",
        discussion: "Reads the files in the state folder, so it works whether Ghost runs or not."
    )

    /// The most lines of one daemon that can be asked for.
    static let mostLines = 1_000_000

    // The short -f is taken by --follow here, as everybody who follows logs expects.
    @Option(help: ArgumentHelp("The configuration.", valueName: "path"))
    var file = ProjectOptions.usualFile

    @Option(help: ProjectOptions.stateHelp)
    var stateDir: String?

    @Flag(name: .shortAndLong, help: "Go on with what is written from now on.")
    var follow = false

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("How many lines of each daemon.", valueName: "count"))
    var lines = 50

    @Argument(help: ArgumentHelp("The daemons; all of them by default.", valueName: "name"))
    var names: [String] = []

    func validate() throws {
        guard (0...Self.mostLines).contains(lines) else {
            throw ValidationError("--lines is a number from 0 to \(Self.mostLines)")
        }
    }

    func run() async throws {
        let project = Project(file: file, stateFolder: stateDir, currentFolder: Terminal.currentFolder)
        var outputs = try daemons(of: project).enumerated().map { index, name in
            DaemonOutput(name: name, path: project.state.log(of: name), number: index)
        }
        let style = OutputStyle(prefixWidth: outputs.count > 1 ? outputs.map(\.name.count).max() ?? 0 : nil)
        for index in outputs.indices { try outputs[index].showLast(lines, style) }
        while follow {
            var sawNothing = true
            for index in outputs.indices where try outputs[index].showNew(style) { sawNothing = false }
            if sawNothing { try await Task.sleep(for: .milliseconds(100)) }
        }
    }

    /// The names asked for, or all that the project has; an unknown one is an error that names the nearest.
    private func daemons(of project: Project) throws -> [String] {
        let known = try project.daemonsWithLogs()
        guard !names.isEmpty else { return known }
        for name in names where !known.contains(name) {
            throw GhostFailure(.noInput, project.unknownDaemon(name, known: known))
        }
        return names
    }
}

/// How lines are shown: with the daemon's name before each when there are several.
private struct OutputStyle {
    var prefixWidth: Int?
    let color = Terminal.hasColor

    func prefix(of name: String, number: Int) -> String {
        guard let prefixWidth else { return "" }
        let padded = name + String(repeating: " ", count: prefixWidth - name.count) + " | "
        let colors: [Style] = [.accent, .good, .warning, .bad]
        return color ? colors[number % colors.count].applied(to: padded) : padded
    }
}

/// The output of one daemon, read from the place where the last look ended.
private struct DaemonOutput {
    let name: String
    let path: String
    let number: Int
    private var file: FollowedFile
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    /// The beginning of a line whose end is not written yet.
    private var partial: [UInt8] = []

    /// The longest beginning that is held back, in bytes; a longer line is shown in parts.
    private static let longestPartial = 1 << 20

    init(name: String, path: String, number: Int) {
        self.name = name
        self.path = path
        self.number = number
        file = FollowedFile(path: path)
    }

    mutating func showLast(_ count: Int, _ style: OutputStyle) throws {
        let tail: LastLines.Tail
        do {
            tail = try LastLines.read(path: path, count: count)
        } catch .missing {
            return
        } catch {
            throw GhostFailure(.inputOutput, error.explanation(path: path))
        }
        file = FollowedFile(path: path, startingAt: tail.end)
        for line in tail.lines { show(line[...], style) }
    }

    /// Shows what was written since the last look; false if there was nothing.
    mutating func showNew(_ style: OutputStyle) throws -> Bool {
        let look: FollowedFile.Look
        do {
            look = try file.look(into: &buffer, now: Clocks.wall())
        } catch .missing {
            return false
        } catch {
            throw GhostFailure(.inputOutput, error.explanation(path: path))
        }
        guard case .bytes(let count, _, _) = look else { return look != .nothing }
        var rest = buffer[..<count]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            show(partial + rest[..<end], style)
            partial = []
            rest = rest[(end + 1)...]
        }
        partial += rest
        if partial.count > Self.longestPartial {
            show(partial[...], style)
            partial = []
        }
        return true
    }

    private func show(_ line: some Collection<UInt8>, _ style: OutputStyle) {
        var bytes = Array(style.prefix(of: name, number: number).utf8)
        bytes += line
        bytes.append(UInt8(ascii: "\n"))
        bytes.withUnsafeBytes(Terminal.write)
    }
}
