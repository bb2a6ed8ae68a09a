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

    private static func readSmallFile(_ path: String) -> Result<[UInt8], ErrorNumber> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(.last) }
        defer { close(descriptor) }
        // A process that ends between open and read answers ESRCH.
        guard let bytes = SmallFile.read(descriptor, atMost: 4096) else { return .failure(.last) }
        return .success(bytes)
    }
}
#endif
