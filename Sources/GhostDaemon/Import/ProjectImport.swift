import GhostModel
import GhostSystem

/// Which tool's files are imported.
public enum ImportKind: String, Sendable, Hashable, CaseIterable {
    case procfile
    case supervisord
    case processCompose = "process-compose"
    case pm2
    case systemd

    /// The tool that a file of this name usually belongs to; nil if it cannot be told.
    public init?(fileName name: String) {
        let lower = name.lowercased()
        switch true {
        case lower.hasPrefix("procfile") || lower.hasSuffix(".procfile"): self = .procfile
        case lower.hasPrefix("process-compose") || lower.hasPrefix("process_compose"): self = .processCompose
        case lower.hasSuffix(".service"): self = .systemd
        case lower.contains("supervis") || lower.hasSuffix(".ini") || lower.hasSuffix(".conf"): self = .supervisord
        case lower.hasPrefix("ecosystem") || lower.contains("pm2") || lower.hasSuffix(".config.js")
            || lower.hasSuffix(".config.cjs") || lower.hasSuffix(".json"):
            self = .pm2
        case lower.hasSuffix(".yaml") || lower.hasSuffix(".yml"): self = .processCompose
        default: return nil
        }
    }
}

/// A configuration made from the files of another tool.
public struct ProjectImport: Sendable, Hashable {
    /// The text of a `ghost.yaml`.
    public var yaml: String
    /// How many daemons it declares, without those that are written as a comment.
    public var daemons: Int
    /// What Ghost does not do, or does otherwise.
    public var notes: [ImportNote]

    /// The largest file that is read, in bytes.
    public static let largestFile = 4 << 20

    /// A file to be imported.
    public struct Source: Sendable, Hashable {
        /// As the user named it.
        public var name: String
        /// The absolute path of its folder.
        public var folder: String
        public var text: String

        /// Names a text.
        public init(name: String, folder: String, text: String) {
            self.name = name
            self.folder = folder
            self.text = text
        }
    }

    /// Reads files of another tool.
    ///
    /// - Parameters:
    ///   - kind: the tool; nil to tell it from the names.
    ///   - target: the absolute path of the folder that the configuration will stand in.
    ///   - exists: whether a file is there, by its absolute path.
    public init(
        _ sources: [Source],
        from kind: ImportKind?,
        target: String,
        exists: (String) -> Bool
    ) throws(GhostFailure) {
        var daemons: [ImportedDaemon] = []
        notes = []
        for source in sources {
            guard let kind = kind ?? ImportKind(fileName: source.name.lastPathPart) else {
                let known = ImportKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw GhostFailure(
                    .usage,
                    "cannot tell from its name what wrote \(source.name); say it with --from: \(known)"
                )
            }
            var draft = ImportDraft(file: source.name, folder: source.folder, target: target)
            do throws(ImportFailure) {
                switch kind {
                case .procfile: ProcfileImport.read(source.text, &draft, exists: exists)
                case .supervisord: try SupervisordImport.read(source.text, &draft)
                case .processCompose: try ProcessComposeImport.read(source.text, &draft)
                case .pm2: try PM2Import.read(source.text, &draft)
                case .systemd: try SystemdImport.read(source.text, &draft, exists: exists)
                }
            } catch {
                throw GhostFailure(.badData, "\(source.name):\(error.line): \(error.text)")
            }
            daemons += draft.daemons
            notes += draft.notes
        }
        var seen: Set<String> = []
        for place in daemons.indices {
            let name = daemons[place].name
            var number = 2
            while !seen.insert(daemons[place].name).inserted {
                daemons[place].name = "\(name.prefix(58))-\(number)"
                number += 1
            }
        }
        guard !daemons.isEmpty, daemons.count <= ImportDraft.most else {
            let names = sources.map(\.name).joined(separator: ", ")
            throw GhostFailure(.badData, "there is nothing in \(names) that Ghost could run; is --from right?")
        }
        SystemdImport.dropUnknownNeeds(&daemons)
        self.daemons = daemons.count { $0.start == .byItself }
        let names = sources.map { $0.name.lastPathPart }.joined(separator: ", ")
        yaml =
            "# Made by \"ghost import\" from \(ComponentText.oneLine(names)).\ndaemons:\(self.daemons == 0 ? " {}" : "")\n"
        yaml += daemons.map(\.yaml).joined()
    }
}

/// Why a file cannot be imported at all.
struct ImportFailure: Error, Hashable {
    var line: Int
    var text: String

    init(_ line: Int, _ text: String) {
        self.line = line
        self.text = text
    }
}

/// Text that goes into a comment.
enum ComponentText {
    static func oneLine(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }
}
