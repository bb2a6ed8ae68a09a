/// Reads a Procfile: `NAME: COMMAND` lines, each command for a shell.
enum ProcfileImport {
    /// The first port that is given out, and the distance to the next type's.
    private static let firstPort = 5000
    private static let portStep = 100

    static func read(_ text: String, _ draft: inout ImportDraft, exists: (String) -> Bool) {
        let hasVariables = exists("\(draft.folder)/.env")
        var index = 0
        for (number, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = raw.drop { $0 == " " || $0 == "\t" }
            guard let first = line.first, first != "#" else { continue }
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex,
                line[..<colon].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" })
            else {
                draft.note(number + 1, "the line is not NAME: COMMAND and is passed over")
                continue
            }
            let command = line[line.index(after: colon)...].trimmedBlanks
            guard !command.isEmpty else {
                draft.note(number + 1, "\(line[..<colon]) has no command and is passed over")
                continue
            }
            var daemon = ImportedDaemon(name: ImportedDaemon.cleaned(line[..<colon]))
            daemon.setShellCommand(command)
            if let folder = draft.ownFolder { daemon["cwd"] = .text(folder) }
            if hasVariables { daemon["env_file"] = .text(draft.path(".env")) }
            if command.contains("$PORT") || command.contains("${PORT") {
                let port = firstPort + portStep * index
                daemon.setVariable("PORT", "\(port)")
                draft.note(number + 1, "\(daemon.name) is given PORT=\(port), as Procfile runners do; change it in env")
            }
            draft.daemons.append(daemon)
            index += 1
        }
    }
}

extension StringProtocol {
    /// Without blanks and tabs at its ends.
    var trimmedBlanks: String {
        var rest = self[...].drop { $0 == " " || $0 == "\t" || $0 == "\r" }
        while let last = rest.last, last == " " || last == "\t" || last == "\r" { rest = rest.dropLast() }
        return String(rest)
    }
}
