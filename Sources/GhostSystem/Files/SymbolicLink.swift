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
    public static func target(of path: String) -> String? {
        var facts = stat()
        guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFLNK else { return nil }
        return resolved(path)
    }

    /// `path` without symbolic links; nil if it leads nowhere.
    public static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(validatingCString: real)
    }
}
