#if os(Linux)
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Processes that are known by the `GHOST_RUN` of their environment, however far they went from their parents.
enum MarkedProcesses {
    /// The variable.
    static let variable = "GHOST_RUN"
    /// The most that is read of an environment, in bytes; the kernel takes no more with the arguments.
    private static let longestEnvironment = 2 << 20

    /// The processes whose mark begins with `prefix`, and the mark of each.
    ///
    /// Looks at every process of the machine, about 20 µs each; those of other users are not seen.
    static func find(prefix: String) -> [(pid: Int32, mark: String)] {
        let wanted = Array("\(variable)=\(prefix)".utf8)
        return all().compactMap { pid in
            guard let environment = content("/proc/\(pid)/environ") else { return nil }
            for entry in environment.split(separator: 0) where entry.starts(with: wanted) {
                return (pid, String(decoding: entry.dropFirst(variable.utf8.count + 1), as: UTF8.self))
            }
            return nil
        }
    }

    /// The processes that a keeper made and that have not become a daemon yet, since its end.
    ///
    /// - Parameters:
    ///   - folder: the state folder, which is the keeper's argument.
    ///   - keeper: the keeper that lives.
    static func unborn(folder: String, except keeper: Int32) -> [Int32] {
        let argument = Array(folder.utf8)
        return all().filter { pid in
            guard pid != keeper, let words = content("/proc/\(pid)/cmdline")?.split(separator: 0), words.count == 2
            else { return false }
            return words[0].hasSuffix("ghost-keeper") && Array(words[1]) == argument
        }
    }

    private static func all() -> [Int32] {
        guard let names = try? Folder.entries(of: "/proc") else { return [] }
        return names.compactMap { Int32($0) }.filter { $0 > 1 && $0 != getpid() }
    }

    private static func content(_ path: String) -> [UInt8]? {
        guard let file = try? OwnedDescriptor(opening: path, flags: O_RDONLY, action: "open") else { return nil }
        return try? file.readToEnd(limit: longestEnvironment)
    }
}

extension Sequence<UInt8> {
    fileprivate func hasSuffix(_ text: String) -> Bool {
        Array(self).suffix(text.utf8.count).elementsEqual(text.utf8)
    }
}
#endif
