import GhostModel
import GhostSystem
import Yams

/// Reads the section `checks`.
///
/// What a check looks at follows from its keys (`http`, `tcp`, `command`, `path`), from `kind`, or from its name.
enum CheckSection {
    /// The most health checks of one project.
    static let most = 1000

    private enum Kind: String, CaseIterable {
        case http, tcp, command, disk, memory
    }

    /// What is checked when the file has no section `checks`.
    static func defaults(folder: String) -> [CheckPlan] {
        [
            CheckPlan(name: "disk", subject: .disk(path: folder, Thresholds(warn: 0.8, fail: 0.9))),
            CheckPlan(name: "memory", subject: .memory(Thresholds(warn: 0.85, fail: 0.95))),
        ]
    }

    static func read(_ section: MappingReader, folder: String, problems: inout ProblemList) -> [CheckPlan] {
        var section = section
        var checks: [CheckPlan] = []
        if section.order.count > most { problems.add("more than \(most) checks", at: section.node) }
        for name in section.order.prefix(most) {
            guard let entry = section.mapping(name, problems: &problems) else { continue }
            if let subject = subject(entry, name: name, folder: folder, problems: &problems) {
                checks.append(CheckPlan(name: name, subject: subject))
            }
        }
        return checks
    }

    private static func subject(
        _ entry: MappingReader,
        name: String,
        folder: String,
        problems: inout ProblemList
    ) -> CheckPlan.Subject? {
        var entry = entry
        let named = entry.choice("kind", Kind.self, problems: &problems)
        let byKeys = Kind.allCases.first { entry.keyNode($0.rawValue) != nil }
        let byPath = entry.keyNode("path") == nil ? nil : Kind.disk
        guard let kind = named ?? byKeys ?? byPath ?? Kind(rawValue: name) else {
            problems.add("\(entry.path) must have one of http, tcp, command, path, or a kind", at: entry.node)
            return nil
        }
        defer { entry.rejectOthers(problems: &problems) }
        switch kind {
        case .disk:
            let path = entry.text("path", problems: &problems)?.absolutePath(in: folder) ?? folder
            let limits = thresholds(&entry, Thresholds(warn: 0.8, fail: 0.9), problems: &problems)
            return .disk(path: path, limits)
        case .memory:
            return .memory(thresholds(&entry, Thresholds(warn: 0.85, fail: 0.95), problems: &problems))
        case .http, .tcp, .command:
            let timeout = entry.duration("timeout", problems: &problems) ?? .seconds(2)
            return ProbeReading.probe(in: &entry, problems: &problems).map { .probe($0, timeout: timeout) }
        }
    }

    private static func thresholds(
        _ entry: inout MappingReader,
        _ defaults: Thresholds,
        problems: inout ProblemList
    ) -> Thresholds {
        var limits = defaults
        limits.warn = entry.share("warn", problems: &problems) ?? limits.warn
        limits.fail = entry.share("fail", problems: &problems) ?? max(limits.fail, limits.warn)
        if limits.fail < limits.warn {
            problems.add("\(entry.path(of: "fail")) must not be below warn", at: entry.keyNode("fail"))
        }
        return limits
    }
}
