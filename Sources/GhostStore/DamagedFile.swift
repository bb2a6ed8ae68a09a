import GhostModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A database that cannot be read any more.
enum DamagedFile {
    /// Gives the file at `path` another name beside the old one, so that somebody may look at it.
    ///
    /// - Returns: the new name, `state.sqlite.damaged-2026-11-22T160401.123Z`.
    static func moveAside(_ path: String, now: Timestamp) throws(StoreFailure) -> String {
        let aside = "\(path).damaged-\(now.description.filter { $0 != ":" })"
        guard rename(path, aside) == 0 else { throw refusal(path) }
        // The journal belongs to the file and follows it; one left behind would be taken for the new store's.
        guard rename(path + "-wal", aside + "-wal") == 0 || errno == ENOENT else { throw refusal(path) }
        guard unlink(path + "-shm") == 0 || errno == ENOENT else { throw refusal(path) }
        return aside
    }

    private static func refusal(_ path: String) -> StoreFailure {
        switch errno {
        case EACCES, EPERM, EROFS: .readOnly(path: path)
        case ENOSPC: .full(path: path)
        case let number:
            .refused(path: path, action: .write, code: number, detail: "it is damaged and cannot be moved aside")
        }
    }
}
