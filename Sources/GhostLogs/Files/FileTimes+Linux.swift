#if os(Linux)
#if canImport(Musl)
import Musl
#else
import Glibc
#endif

extension stat {
    /// When the file was last written, in whole seconds since 1970.
    var modifiedSeconds: Int { Int(st_mtim.tv_sec) }
}
#endif
