#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The file that a daemon's output is appended to.
enum OutputFile {
    /// Opens or creates `path` for appending; the folder is created if it is not there (any more).
    ///
    /// Only a regular file is accepted: a pipe without a reader would block, a device could be anything.
    static func descriptor(appendingTo path: String) -> Result<Int32, OutputFileFault> {
        var descriptor = openOnce(path)
        if descriptor < 0, ErrorNumber.last == .notFound {
            createFolder(of: path)
            descriptor = openOnce(path)
        }
        guard descriptor >= 0 else { return .failure(.unopenable(.last)) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return .failure(.notAFile)
        }
        return .success(descriptor)
    }

    /// O_NONBLOCK has no effect on a regular file and keeps the call from waiting for the reader of a pipe.
    private static func openOnce(_ path: String) -> Int32 {
        open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o640)
    }

    /// Creates the folder that `path` is in and those above; what fails here shows when the file is opened again.
    private static func createFolder(of path: String) {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        let folder = String(path[..<slash])
        guard mkdir(folder, 0o750) != 0, ErrorNumber.last == .notFound else { return }
        createFolder(of: folder)
        mkdir(folder, 0o750)
    }
}

/// Why output cannot be written to a file.
enum OutputFileFault: Error, Hashable {
    /// The system refuses to open it.
    case unopenable(ErrorNumber)
    /// It is a directory, a device or a pipe.
    case notAFile

    /// The same fault as a reason not to start a process.
    func asReason(path: String) -> SpawnError.Reason {
        switch self {
        case .unopenable(let error): .output(path: path, error)
        case .notAFile: .outputIsNoFile(path: path)
        }
    }
}
