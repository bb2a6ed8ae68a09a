#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Symbolic links.
public enum SymbolicLink {
    /// The path of the file that `path` leads to, without symbolic links, if `path` itself is a symbolic link.
    ///
    /// Nil if it is none, or leads nowhere.
    public static func target(of path: String) -> String? { isLink(path) ? resolved(path) : nil }

    /// Whether `path` itself is a symbolic link, wherever it leads.
    public static func isLink(_ path: String) -> Bool {
        var facts = stat()
        return lstat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFLNK
    }

    /// `path` without symbolic links; nil if it leads nowhere.
    public static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(validatingCString: real)
    }
}
