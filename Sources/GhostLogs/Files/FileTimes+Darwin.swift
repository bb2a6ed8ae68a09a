#if canImport(Darwin)
import Darwin

extension stat {
    /// When the file was last written, in whole seconds since 1970.
    var modifiedSeconds: Int { Int(st_mtimespec.tv_sec) }
}
#endif
