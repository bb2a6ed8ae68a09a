import ArgumentParser
import GhostDaemon
import GhostModel
import GhostSystem

/// `ghost import`: a configuration from another tool's files.
struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a ghost.yaml from the files of another tool.",
        discussion: """
            Knows a Procfile, supervisord.conf, process-compose.yaml, a pm2 ecosystem file (JSON, or a module that is \
            plain data) and systemd services. The result goes to standard output; what Ghost does not do, or does \
            otherwise, is told on standard error with its line. Paths are right if the result stands in this folder.
            """
    )

    @Option(
        help: ArgumentHelp(
            "The tool: \(Self.kinds). Told from the name by default.",
            valueName: "kind"
        ),
        transform: Self.kind
    )
    var from: ImportKind?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write to this file, which must not be there yet.", valueName: "path")
    )
    var output: String?

    @Argument(help: "The files.")
    var files: [String]

    private static let kinds = ImportKind.allCases.map(\.rawValue).joined(separator: ", ")

    private static func kind(_ text: String) throws -> ImportKind {
        guard let kind = ImportKind(rawValue: text) else {
            throw ValidationError("there is no kind \"\(text)\"; there are \(kinds)")
        }
        return kind
    }

    func run() throws {
        let folder = Terminal.currentFolder
        let sources = try files.map { try source($0, folder) }
        let path = output?.absolutePath(in: folder)
        let result = try ProjectImport(sources, from: from, target: path?.parentFolder ?? folder) { file in
            (try? FileStatus(path: file)) != nil
        }
        if let output, let path {
            do throws(SystemCallFailure) {
                try NewFile.write(result.yaml, to: path)
            } catch {
                throw GhostFailure(error, otherwise: .cannotCreate)
            }
            let count = "\(result.daemons) daemon\(result.daemons == 1 ? "" : "s")"
            Terminal.print("wrote \(output): \(count); \"ghost check\" and \"ghost plan\" show what it does")
        } else {
            Terminal.write(result.yaml)
        }
        for note in result.notes { Terminal.warn(Printable.line("\(note)")) }
    }

    private func source(_ name: String, _ folder: String) throws -> ProjectImport.Source {
        let path = name.absolutePath(in: folder)
        do throws(SystemCallFailure) {
            guard let bytes = try AtomicFile.readBytes(path, limit: ProjectImport.largestFile + 1) else {
                throw SystemCallFailure("read", name, code: .missing)
            }
            guard bytes.count <= ProjectImport.largestFile, let text = String(validating: bytes, as: UTF8.self) else {
                throw SystemCallFailure("read as UTF-8 text of at most 4 MiB", name, code: .missing)
            }
            return ProjectImport.Source(name: name, folder: path.parentFolder, text: text)
        } catch {
            throw GhostFailure(error, otherwise: .noInput)
        }
    }
}
