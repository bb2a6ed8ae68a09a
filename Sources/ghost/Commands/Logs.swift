import ArgumentParser
import GhostClient
import GhostDaemon
import GhostLogs
import GhostModel
import GhostPatterns
import GhostSystem

/// `ghost logs`: what the daemons wrote.
struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what the daemons wrote.",
        discussion: """
            Asks the Ghost that runs; where none does, reads the files in the state folder and those that were put away \
            from them. The lines of several daemons are shown in the order of their times.
            """
    )

    /// The most lines that can be asked for.
    static let mostLines = 1_000_000
    /// How many lines are shown where neither a number nor a time is given.
    static let usualLines = 50

    // The short -f is taken by --follow here, as everybody who follows logs expects.
    @Option(help: ArgumentHelp("The configuration.", valueName: "path"))
    var file = ProjectOptions.usualFile

    @Option(help: ProjectOptions.stateHelp)
    var stateDir: String?

    @Flag(name: .shortAndLong, help: "Go on with what is written from now on.")
    var follow = false

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("How many of the newest lines; 50, or all with --since.", valueName: "count")
    )
    var lines: Int?

    @Option(
        help: ArgumentHelp(
            "Only lines at least this bad: \(LogLevel.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "level"
        ),
        transform: Self.level
    )
    var level: LogLevel?

    @Option(
        help: ArgumentHelp(
            "Only lines from this time on: 2026-11-22T16:00:00Z, or how long ago, 10m.",
            valueName: "time"
        ),
        transform: Self.instant
    )
    var since: Timestamp?

    @Option(
        help: ArgumentHelp("Only lines before this time, written alike.", valueName: "time"),
        transform: Self.instant
    )
    var until: Timestamp?

    @Option(
        name: [.customShort("g"), .long],
        help: ArgumentHelp("Only lines that match this expression.", valueName: "regex"),
        transform: Self.expression
    )
    var grep: GrepExpression?

    @Flag(
        name: .shortAndLong,
        help: "Begin each line with its time: the one it says, or else (with a ~) when it was taken in."
    )
    var times = false

    @Flag(help: "Print each line as a line of JSON, as /api/v1/logs gives it.")
    var json = false

    @Argument(help: ArgumentHelp("Daemons or components; all daemons by default.", valueName: "name"))
    var names: [String] = []

    private static func level(_ text: String) throws -> LogLevel {
        guard let level = LogLevel(rawValue: text.lowercased()) else {
            throw ValidationError(
                "there is no level \"\(text)\"; there are \(LogLevel.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        return level
    }

    private static func instant(_ text: String) throws -> Timestamp {
        if let time = Timestamp(rfc3339: text) { return time }
        if let ago = Duration(configurationText: text) { return Clocks.wall().advanced(by: .zero - ago) }
        throw ValidationError(
            "\"\(text)\" is neither a time such as 2026-11-22T16:00:00Z nor how long ago, such as 10m"
        )
    }

    private static func expression(_ text: String) throws -> GrepExpression {
        do throws(RegexFailure) {
            return GrepExpression(text: text, regex: try LinearRegex(text))
        } catch {
            throw ValidationError("the expression \"\(text)\" cannot be used: \(error)")
        }
    }

    func validate() throws {
        guard (0...Self.mostLines).contains(lines ?? 0) else {
            throw ValidationError("--lines is a number from 0 to \(Self.mostLines)")
        }
        if follow, until != nil { throw ValidationError("--follow goes on, and --until ends; give one of them") }
    }

    func run() async throws {
        let project = Project(file: file, stateFolder: stateDir, currentFolder: Terminal.currentFolder)
        let logs = try project.logs(named: names)
        let page = LogLinesPage(names: logs.map(\.name), form: json ? .json : times ? .timed : .plain)
        switch try await ask(project, logs, page) {
        case .told: break
        case .toBeRead(let note):
            if let note { Terminal.note(note) }
            try await read(logs, page)
        }
    }

    private var count: Int { lines ?? (since == nil ? Self.usualLines : Self.mostLines) }

    // MARK: Asking

    private enum Outcome {
        case told
        /// No Ghost tells these logs: their files are to be read, with what is to be said about that.
        case toBeRead(note: String?)
    }

    /// Shows what the Ghost of the project answers, and goes on with it where that is asked for.
    private func ask(_ project: Project, _ logs: [SearchedLog], _ page: LogLinesPage) async throws -> Outcome {
        let client = GhostClient(.unixSocket(path: project.socket))
        let result: Result<Outcome, any Error>
        do {
            result = .success(try await ask(client, filter(for: logs), page))
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        return try result.get()
    }

    private func ask(_ client: GhostClient, _ filter: LogFilter, _ page: LogLinesPage) async throws -> Outcome {
        let asking = LogAsking(client: client, filter: filter, until: until)
        let newest: LogAsking.Newest
        do throws(GhostClientError) {
            newest = try await asking.newest(count)
        } catch {
            switch error.code {
            case .notReachable:
                return .toBeRead(note: follow ? "Ghost is not running; the files are followed" : nil)
            // A Ghost that does not supervise knows no daemons, and one that was not reloaded may lack some.
            case .refused(404):
                return .toBeRead(note: follow ? "\(error.sentence) The files are followed instead" : nil)
            case .refused(400): throw GhostFailure(.badData, error.sentence)
            default: return .toBeRead(note: "\(error.sentence); the files are read instead")
            }
        }
        for line in newest.lines { page.show(line) }
        for notice in newest.notices { Terminal.note(notice) }
        if follow { try await asking.follow(after: newest.end, page.show) }
        return .told
    }

    /// The filter that means these logs.
    private func filter(for logs: [SearchedLog]) -> LogFilter {
        var filter = LogFilter(level: level, since: since, regex: grep?.text)
        for log in logs {
            if let component = log.component, !filter.components.contains(component) {
                filter.components.append(component)
            }
            if let daemon = log.daemon { filter.daemons.append(daemon) }
        }
        return filter
    }

    // MARK: Reading

    private func read(_ logs: [SearchedLog], _ page: LogLinesPage) async throws {
        var query = LogQuery()
        query.level = level
        query.since = since
        query.until = until
        query.regex = grep?.regex
        var reading = LogReading(logs: logs, query: query)
        for line in reading.newest(count) { page.show(line) }
        for notice in reading.takeNotices() { Terminal.note(notice) }
        guard follow else { return }
        let watches = FolderWatches()
        for (number, folder) in Set(logs.map(\.path.parentFolder)).sorted().enumerated() {
            _ = watches.watch(folder, as: number)
        }
        while true {
            _ = watches.takeChanges()
            let lines = reading.new()
            for notice in reading.takeNotices() { Terminal.note(notice) }
            for line in lines { page.show(line) }
            if lines.isEmpty { await watches.wait(atMost: .seconds(1)) }
            // A log that is written all the time is read in pieces worth showing.
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

/// An expression as it was written and as it is used.
struct GrepExpression: Sendable {
    var text: String
    var regex: LinearRegex
}

extension SearchedLog {
    fileprivate var name: String { daemon ?? component ?? file }
}
