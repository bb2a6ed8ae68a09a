import ArgumentParser
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
            Reads the files in the state folder and those that were put away from them, so it works whether Ghost runs or \
            not. The lines of several daemons are shown in the order of their times.
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
    var grep: LinearRegex?

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

    private static func expression(_ text: String) throws -> LinearRegex {
        do throws(RegexFailure) {
            return try LinearRegex(text)
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
        var reading = LogReading(logs: logs, query: query)
        let page = LogLinesPage(logs: logs, json: json, times: times)
        let shown = reading.newest(lines ?? (since == nil ? Self.usualLines : Self.mostLines))
        for line in shown { page.show(line) }
        for notice in reading.notices { Terminal.note(notice) }
        guard follow else { return }
        let watches = FolderWatches()
        for (number, folder) in Set(logs.map(\.path.parentFolder)).sorted().enumerated() {
            _ = watches.watch(folder, as: number)
        }
        while true {
            _ = watches.takeChanges()
            let lines = reading.new()
            for line in lines { page.show(line) }
            if lines.isEmpty { await watches.wait(atMost: .seconds(1)) }
            // A log that is written all the time is read in pieces worth showing.
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private var query: LogQuery {
        var query = LogQuery()
        query.level = level
        query.since = since
        query.until = until
        query.regex = grep
        return query
    }
}

/// Reads lines page by page.
private struct LogReading {
    let logs: [SearchedLog]
    var query: LogQuery
    private(set) var notices: [String] = []
    private var incarnations = LogIncarnations()
    private var end: LogBookmark?

    init(logs: [SearchedLog], query: LogQuery) {
        self.logs = logs
        self.query = query
    }

    /// The newest lines, oldest first; remembers where what is new begins.
    mutating func newest(_ count: Int) -> [LogLineBody] {
        var pages: [[LogLineBody]] = []
        var missing = count
        query.entry = .newest
        repeat {
            query.limit = max(1, min(missing, LogQuery.mostLines))
            let page = search()
            end = end ?? LogBookmark(page.after)
            if pages.isEmpty { notices = page.notices }
            if missing > 0 { pages.append(page.lines) }
            missing -= page.lines.count
            guard let before = page.before.flatMap({ LogBookmark($0) }) else { break }
            query.entry = .before(before)
        } while missing > 0
        return pages.reversed().flatMap(\.self)
    }

    /// What was written since.
    mutating func new() -> [LogLineBody] {
        guard let end else { return [] }
        query.entry = .after(end)
        query.limit = LogQuery.mostLines
        let page = search()
        self.end = LogBookmark(page.after) ?? end
        return page.lines
    }

    private mutating func search() -> LogPageBody {
        // A person waits for as long as it takes, and can end it.
        let budget = SearchBudget(bytes: .max, text: .max, time: .seconds(86_400), now: Clocks.monotonic)
        return LogSearch.run(query, in: logs, incarnations: &incarnations, budget: budget, now: Clocks.wall()).page
    }
}

/// Shows lines: with the daemon's name before each when there are several.
private struct LogLinesPage {
    private let numbers: [String: Int]
    private let width: Int
    private let json: Bool
    private let times: Bool

    init(logs: [SearchedLog], json: Bool, times: Bool) {
        var numbers: [String: Int] = [:]
        for log in logs where numbers[log.name] == nil { numbers[log.name] = numbers.count }
        self.numbers = numbers
        self.json = json
        self.times = times
        width = numbers.keys.map(\.count).max() ?? 0
    }

    func show(_ line: LogLineBody) {
        if json {
            if let bytes = try? JSONText.encode(line) { bytes.withUnsafeBytes(Terminal.write) }
            return
        }
        let name = line.daemon ?? line.component ?? ""
        Terminal.write(prefix(of: name) + (times ? Self.time(of: line) : "") + line.message + "\n")
    }

    /// In one width, so that lines stand below each other.
    private static func time(of line: LogLineBody) -> String {
        if let time = line.timestamp { return " \(time)  " }
        return line.capturedAt.map { "~\($0)  " } ?? String(repeating: " ", count: 27)
    }

    private func prefix(of name: String) -> String {
        guard numbers.count > 1 else { return "" }
        let padded = name + String(repeating: " ", count: max(0, width - name.count)) + " | "
        let colors: [Style] = [.accent, .good, .warning, .bad]
        return Terminal.hasColor ? colors[(numbers[name] ?? 0) % colors.count].applied(to: padded) : padded
    }
}

extension SearchedLog {
    fileprivate var name: String { daemon ?? component ?? file }
}
