#if os(Linux)
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension ProcessFacts {
    /// The kernel's name for this boot.
    static func boot() -> String? {
        guard case .success(let bytes) = readSmallFile("/proc/sys/kernel/random/boot_id") else { return nil }
        let word = bytes.prefix { $0 > UInt8(ascii: " ") }
        return word.isEmpty ? nil : String(decoding: word, as: UTF8.self)
    }

    /// When the process with this number began; nil if it cannot be told.
    static func start(of pid: Int32) -> Start? {
        switch readSmallFile("/proc/\(pid)/stat") {
        case .success(let bytes): start(inStat: bytes)
        case .failure(.notFound), .failure(.noSuchProcess): .absent
        case .failure: nil
        }
    }

    /// Reads state (field 3) and start time (field 22) of a `stat` file.
    ///
    /// The second field is the program's name in parentheses, which may itself hold spaces and parentheses: the last one
    /// ends it.
    static func start(inStat bytes: [UInt8]) -> Start? {
        guard let nameEnd = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = bytes[(nameEnd + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count >= 20, let state = fields[0].first,
            let ticks = UInt64(String(decoding: fields[19], as: UTF8.self))
        else { return nil }
        switch state {
        case UInt8(ascii: "Z"), UInt8(ascii: "X"), UInt8(ascii: "x"): return .ended(ticks)
        default: return .running(ticks)
        }
    }

    /// Whether a process of this group still runs; one that is dead and waits to be reaped holds nothing any more.
    ///
    /// Looks at every process of the machine (about 10 µs each), so it is only asked when the kernel says that the group
    /// has members.
    static func hasLivingMember(group: Int32) -> Bool {
        guard let folder = opendir("/proc") else { return false }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let pid = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { atoi($0) }
            }
            guard pid > 0, case .success(let bytes) = readSmallFile("/proc/\(pid)/stat") else { continue }
            if Self.group(inStat: bytes) == group, case .running = start(inStat: bytes) { return true }
        }
        return false
    }

    /// Reads the process group (field 5) of a `stat` file.
    private static func group(inStat bytes: [UInt8]) -> Int32? {
        guard let nameEnd = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = bytes[(nameEnd + 1)...].split(separator: UInt8(ascii: " "), maxSplits: 3)
        return fields.count > 2 ? Int32(String(decoding: fields[2], as: UTF8.self)) : nil
    }

    /// Reads a file of the kernel, at most 4 KiB.
    ///
    /// A process that ends between open and read answers ESRCH.
    private static func readSmallFile(_ path: String) -> Result<[UInt8], ErrorNumber> {
        do throws(SystemCallFailure) {
            let file = try OwnedDescriptor(opening: path, flags: O_RDONLY, action: "open")
            return .success(try file.readToEnd(limit: 4096))
        } catch {
            return .failure(error.code)
        }
    }
}
#endif
