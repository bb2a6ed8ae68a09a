#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Folders and their entries.
public enum Folder {
    /// Creates a folder and its missing parents.
    ///
    /// One that exists is left as it is.
    ///
    /// - Parameter mode: the permissions of the folders that are created, before the umask.
    public static func create(_ path: String, mode: FileMode = 0o755) throws(SystemCallFailure) {
        if mkdir(path, mode_t(mode)) == 0 { return }
        switch errno {
        case EEXIST:
            var facts = stat()
            guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else {
                throw SystemCallFailure("create the folder", path, code: ErrorNumber(ENOTDIR))
            }
        case ENOENT:
            guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
                throw SystemCallFailure("create the folder", path, code: .missing)
            }
            try create(String(path[..<slash]), mode: mode)
            guard mkdir(path, mode_t(mode)) == 0 || errno == EEXIST else {
                throw SystemCallFailure("create the folder", path)
            }
        default:
            throw SystemCallFailure("create the folder", path)
        }
    }

    /// Makes sure that entries can be made in a folder.
    public static func checkWritable(_ path: String) throws(SystemCallFailure) {
        guard access(path, W_OK | X_OK) == 0 else { throw SystemCallFailure("write into the folder", path) }
    }

    /// The names in a folder, without `.` and `..`, in no particular order; at most `limit` of them.
    public static func entries(of path: String, limit: Int = 100_000) throws(SystemCallFailure) -> [String] {
        guard let stream = opendir(path) else { throw SystemCallFailure("list the folder", path) }
        defer { closedir(stream) }
        var names: [String] = []
        while names.count < limit, let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes the entries of a folder durable: a rename or a new file survives a power cut after this.
    public static func sync(_ path: String) throws(SystemCallFailure) {
        let folder = try OwnedDescriptor(opening: path, flags: O_RDONLY | O_DIRECTORY, action: "open the folder")
        guard fsync(folder.number) == 0 else { throw SystemCallFailure("sync the folder", path) }
    }
}
