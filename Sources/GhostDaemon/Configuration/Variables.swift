import GhostModel
import GhostSystem
import Yams

/// The variables of one daemon, and what `${NAME}` in its declaration refers to.
struct Variables {
    /// Where the daemon is, for messages: `daemons.api`.
    let path: String
    /// Those that it gets besides Ghost's own: of its files, then of `env`, which win.
    private(set) var own: [String: String] = [:]
    /// The files that were read, by their absolute paths, in order.
    private(set) var files: [String] = []
    private let surroundings: Surroundings

    init(path: String, surroundings: Surroundings) {
        self.path = path
        self.surroundings = surroundings
    }

    mutating func set(_ name: String, _ value: String) { own[name] = value }

    /// Puts values in the place of `${NAME}`; reports what is not defined and returns nil.
    func completed(_ text: String, path: String, at node: Node, problems: inout ProblemList) -> String? {
        do throws(Substitution.Failure) {
            return try Substitution.apply(text) { own[$0] ?? surroundings.environment[$0] }
        } catch {
            problems.add("\(path) \(error)", at: node)
            return nil
        }
    }

    /// Reads `env_file`: one file or a list of files, a later one winning.
    mutating func readFiles(_ entry: inout MappingReader, folder: String, problems: inout ProblemList) {
        guard let node = entry.take("env_file") else { return }
        let path = entry.path(of: "env_file")
        let nodes = node.sequence.map(Array.init) ?? [node]
        for node in nodes {
            guard let name = node.scalar?.string, !name.isEmpty else {
                problems.add("\(path) must be a path, or a list of paths", at: node)
                continue
            }
            files.append(name.absolutePath(in: folder))
            guard let text = surroundings.readFile(name.absolutePath(in: folder)) else {
                problems.add("\(path): \(name) cannot be read; it must be UTF-8 text of at most 1 MiB", at: node)
                continue
            }
            do throws(EnvironmentFile.Failure) {
                own.merge(try EnvironmentFile.parse(text)) { $1 }
            } catch {
                problems.add("\(path): \(name) \(error)", at: node)
            }
        }
    }

    /// Reads `env`; its values may refer to the variables of the files and of Ghost, not to each other.
    mutating func readValues(_ entry: inout MappingReader, problems: inout ProblemList) {
        guard var section = entry.mapping("env", problems: &problems) else { return }
        var values: [String: String] = [:]
        for key in section.order {
            guard !key.isEmpty, !key.contains("="), !key.contains("\0") else {
                problems.add("\"\(key)\" cannot be the name of a variable", at: section.keyNode(key))
                continue
            }
            switch section.take(key) {
            case nil: values[key] = ""
            case .scalar(let value)?:
                let node = Node.scalar(value)
                values[key] = completed(value.string, path: section.path(of: key), at: node, problems: &problems)
            case let other?: problems.add("\(section.path(of: key)) must be a text", at: other)
            }
        }
        own.merge(values) { $1 }
    }
}
