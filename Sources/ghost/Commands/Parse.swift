import ArgumentParser
import GhostDaemon
import GhostLogs
import GhostModel
import GhostSystem

/// `ghost parse` reads logs of any form and shows what their records say.
struct Parse: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read logs of any form: time, level and text of each record.",
        discussion: """
            The form of each line is recognised by itself; a file may mix them. Files compressed with gzip are read \
            as well, and "-" is the standard input. docs/formats/log-lines.md lists the forms.
            """
    )

    @Flag(help: "Write one JSON object for each record.")
    var json = false

    @Flag(help: "Only count: records of each form and level, and how fast they were read.")
    var stats = false

    @Option(
        help: ArgumentHelp(
            "The zone of times that name none, such as Europe/Berlin, +02:00, utc or host; they are shown with it.",
            valueName: "zone"
        ),
        transform: Self.zone
    )
    var timezone: ZoneTable?

    private static func zone(_ text: String) throws -> ZoneTable {
        if text == "host" { return RuleSurroundings.system().hostZone }
        do throws(ZoneFilesFailure) {
            return try ZoneFiles.zone(text)
        } catch {
            let nearest = NearestZone.to(text)
            throw ValidationError("\(error)" + (nearest.map { "; did you mean \"\($0)\"?" } ?? ""))
        }
    }

    @Argument(help: ArgumentHelp("The logs; - is the standard input.", valueName: "file"))
    var files: [String]

    func validate() throws {
        guard !(json && stats) else { throw ValidationError("--json and --stats exclude each other; choose one") }
    }

    func run() throws {
        // A reader that has enough, as in `ghost parse x | head`, is an error of writing and not a signal.
        SignalDisposition.ignoreStrays()
        let parser = LineParser(latest: Clocks.wall())
        var failures: [GhostFailure] = []
        if stats {
            try count(parser, &failures)
        } else {
            for file in files { show(file, parser, &failures) }
        }
        guard let first = failures.first else { return }
        throw GhostFailure(first.exitCode, failures.map(\.message).joined(separator: "\n"))
    }

    private func show(_ file: String, _ parser: LineParser, _ failures: inout [GhostFailure]) {
        let form: RecordOutput.Form = json ? .json : .text(color: Terminal.hasColor)
        let width = files.count > 1 ? files.map { Columns.count(of: $0) }.max() : nil
        var output = RecordOutput(form, parser: parser, file: file, prefixWidth: width)
        output.clock = timezone.map(ZoneClock.init)
        do throws(SourceTrouble) {
            let (ending, omitted) = try open(file).readRecords(parser) { output.write($0) }
            output.finish()
            failures += GhostFailure(ending, of: file).map { [$0] } ?? []
            if omitted > 0 {
                Terminal.note("\(file): \(omitted) lines were left out of records longer than \(Self.longestRecord)")
            }
        } catch {
            output.finish()
            failures.append(GhostFailure(error, readingLog: file))
        }
    }

    private static let longestRecord = "\(RecordJoiner.mostLines) lines or \(RecordJoiner.mostBytes / 1024) KiB"

    private func count(_ parser: LineParser, _ failures: inout [GhostFailure]) throws {
        var tally = RecordTally(parser)
        let start = Clocks.monotonic()
        for file in files {
            do throws(SourceTrouble) {
                let ending = try open(file).count(into: &tally)
                failures += GhostFailure(ending, of: file).map { [$0] } ?? []
            } catch {
                failures.append(GhostFailure(error, readingLog: file))
            }
        }
        Terminal.print(ParseStatistics(tally, took: Clocks.monotonic() - start).rendered(color: Terminal.hasColor))
    }

    private func open(_ file: String) throws(SourceTrouble) -> LogText {
        file == "-" ? LogText.standardInput : try LogText(path: file)
    }
}

extension GhostFailure {
    /// Why `file` was not read to its end; nil if it was.
    init?(_ ending: LogText.Ending, of file: String) {
        switch ending {
        case .whole: return nil
        case .damagedArchive:
            self.init(.badData, "\(file) is a damaged or unfinished gzip archive; what could be read of it was read")
        case .compressedStream:
            self.init(.badData, "\(file) is compressed; unpack it first, as in \"zcat x.gz | ghost parse -\"")
        case .utf16:
            self.init(.badData, "\(file) is UTF-16 text; convert it first, as in \"iconv -f utf-16 -t utf-8 x\"")
        }
    }

    /// Why `file` cannot be read.
    init(_ trouble: SourceTrouble, readingLog file: String) {
        switch trouble {
        case .missing: self.init(.noInput, "there is no file \(file); name a log, or - for the standard input")
        case .notAFile(.folder):
            let inside = file.hasSuffix("/") ? "\(file)*.log" : "\(file)/*.log"
            self.init(.noInput, "\(file) is a folder; name the logs in it, as in \(inside)")
        case .notAFile(let kind): self.init(.noInput, "\(file) is a \(kind.rawValue); name a log")
        case .symbolicLinkLoop:
            self.init(.noInput, "\(file) is a symbolic link that leads back to itself; name the log itself")
        case .permissionDenied:
            self.init(.noPermission, "\(file) may not be read by this user; give it read permission")
        case .refused(let operation, let code):
            self.init(.inputOutput, "the system refused to \(operation.rawValue) \(file) (error \(code))")
        }
    }
}
