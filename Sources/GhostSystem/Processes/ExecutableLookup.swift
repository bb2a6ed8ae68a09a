#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Finds the file that a command names, the way a shell would, and says exactly why if there is none.
///
/// `exec` answers every one of these faults with "No such file or directory" or "Permission denied"; people need to know
/// which file was meant and where it was looked for.
public enum ExecutableLookup {
    /// Where commands are looked for when the environment has no `PATH`.
    public static let defaultPath = "/usr/local/bin:/usr/bin:/bin"

    /// The absolute path of the executable that `program` names.
    ///
    /// A program with a `/` is a path, relative to `workingDirectory`. Any other is looked up in the folders of `path`;
    /// an empty folder there means the working directory, as POSIX has it.
    ///
    /// - Parameters:
    ///   - program: the first word of a command.
    ///   - path: the value of `PATH`, or nil for ``defaultPath``.
    ///   - workingDirectory: the absolute path of the folder that the program will run in; it must exist.
    public static func resolve(
        _ program: String,
        path: String?,
        workingDirectory: String
    ) throws(ExecutableLookupError) -> String {
        try checkWorkingDirectory(workingDirectory, for: program)
        guard !program.isEmpty else { throw ExecutableLookupError(program: program, reason: .emptyName) }
        guard !program.utf8.contains(UInt8(ascii: "/")) else {
            let file = program.hasPrefix("/") ? program : "\(workingDirectory)/\(program)"
            if let fault = fault(of: file) { throw ExecutableLookupError(program: program, reason: fault) }
            return file
        }

        let folders = (path ?? defaultPath).split(separator: ":", omittingEmptySubsequences: false)
        var firstFault: ExecutableLookupError.Reason?
        for folder in folders {
            let file = absolute(folder, in: workingDirectory) + "/" + program
            switch fault(of: file) {
            case nil: return file
            case .notFound: continue
            case let fault?: firstFault = firstFault ?? fault
            }
        }
        // A file of that name which cannot be run explains more than that no other was found.
        let reason = firstFault ?? .notFound(searched: once(folders.map { absolute($0, in: workingDirectory) }))
        throw ExecutableLookupError(program: program, reason: reason)
    }

    /// Each folder where it stands first.
    private static func once(_ folders: [String]) -> [String] {
        var seen: Set<String> = []
        return folders.filter { seen.insert($0).inserted }
    }

    private static func absolute(_ folder: Substring, in workingDirectory: String) -> String {
        if folder.isEmpty { return workingDirectory }
        return folder.hasPrefix("/") ? String(folder) : "\(workingDirectory)/\(folder)"
    }

    private static func checkWorkingDirectory(_ path: String, for program: String) throws(ExecutableLookupError) {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            let reason: ExecutableLookupError.Reason =
                ErrorNumber.last == .notFound ? .noWorkingDirectory(path) : .workingDirectory(path, ErrorNumber.last)
            throw ExecutableLookupError(program: program, reason: reason)
        }
        guard facts.st_mode & S_IFMT == S_IFDIR else {
            throw ExecutableLookupError(program: program, reason: .workingDirectoryIsAFile(path))
        }
        guard access(path, X_OK) == 0 else {
            throw ExecutableLookupError(program: program, reason: .workingDirectory(path, ErrorNumber.last))
        }
    }

    /// What keeps `file` from being run, or nil if nothing that can be seen does.
    private static func fault(of file: String) -> ExecutableLookupError.Reason? {
        var facts = stat()
        guard stat(file, &facts) == 0 else {
            let error = ErrorNumber.last
            return error == .notFound || error.rawValue == ENOTDIR
                ? .notFound(searched: [file]) : .unreadable(file, error)
        }
        if facts.st_mode & S_IFMT == S_IFDIR { return .isDirectory(file) }
        return access(file, X_OK) == 0 ? nil : .notExecutable(file)
    }
}

/// Why a command names nothing that can be run.
public struct ExecutableLookupError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The program as it was written.
    public var program: String
    /// What is wrong.
    public var reason: Reason

    /// What can be wrong.
    public enum Reason: Sendable, Hashable {
        /// The command is an empty word.
        case emptyName
        /// Nothing of that name is at any of these paths (a file, or the folders of `PATH`).
        case notFound(searched: [String])
        /// The file is there and may not be executed.
        case notExecutable(String)
        /// It is a folder.
        case isDirectory(String)
        /// It cannot be looked at.
        case unreadable(String, ErrorNumber)
        /// The folder to run in does not exist.
        case noWorkingDirectory(String)
        /// The folder to run in is something else.
        case workingDirectoryIsAFile(String)
        /// The folder to run in cannot be entered.
        case workingDirectory(String, ErrorNumber)
    }

    public var description: String {
        switch reason {
        case .emptyName:
            "the command is empty; name a program"
        case .notFound(let searched) where program.utf8.contains(UInt8(ascii: "/")):
            "\(program) not found: there is no file \(searched.first ?? program)"
        case .notFound(let searched):
            "\(program) not found in PATH (looked in \(searched.joined(separator: ", "))); install it or give its path"
        case .notExecutable(let file):
            "\(file) is not executable; make it so with chmod +x"
        case .isDirectory(let file):
            "\(file) is a directory, not a program"
        case .unreadable(let file, let error):
            "cannot look at \(file): \(error)"
        case .noWorkingDirectory(let path):
            "the working directory \(path) does not exist; create it or change cwd"
        case .workingDirectoryIsAFile(let path):
            "the working directory \(path) is not a directory; change cwd"
        case .workingDirectory(let path, let error):
            "cannot enter the working directory \(path): \(error)"
        }
    }
}
