import GhostModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The ends that a keeper wrote down before it went away: one small file for each run, in `exits/`.
struct ExitRecords: Sendable {
    /// The absolute path of the folder.
    let directory: String
    /// The largest file that is read, in bytes; the keeper writes less than half a kibibyte.
    private static let longestRecord = 4096

    /// One end.
    struct Record: Sendable, Hashable {
        var run: String
        var end: KeeperEnd
    }

    /// Every end that can be read; a folder that is not there is empty.
    func load() -> [Record] {
        guard let names = try? Folder.entries(of: directory) else { return [] }
        return names.sorted().compactMap { name in
            guard !name.hasPrefix("."),
                let text = try? AtomicFile.read("\(directory)/\(name)", limit: Self.longestRecord)
            else { return nil }
            return Self.parse(text).flatMap { $0.run == name ? $0 : nil }
        }
    }

    /// Forgets an end; nothing happens if there is none.
    func remove(_ run: String) { unlink("\(directory)/\(run)") }

    /// Reads the text of a record, or returns nil if it is anything else.
    static func parse(_ text: String) -> Record? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 7, lines[0] == "ghost-exit 1", lines[1].hasPrefix("run "), lines[4].hasPrefix("at "),
            let at = Timestamp(rfc3339: lines[4].dropFirst(3))
        else { return nil }
        let ended = lines[3].split(separator: " ")
        let used = lines[5].split(separator: " ").dropFirst().compactMap { Int64($0) }
        guard ended.count == 3, ended[0] == "ended", let value = Int32(ended[2]), used.count == 3 else { return nil }
        let status: ExitStatus
        switch ended[1] {
        case "exited": status = .exited(value)
        case "signaled": status = .signaled(value)
        case "unknown": status = .unknown
        default: return nil
        }
        let usage = ResourceUsage(
            userTime: .microseconds(used[0]),
            systemTime: .microseconds(used[1]),
            peakResidentBytes: used[2]
        )
        // Keepers of earlier versions wrote nothing here.
        let memory = lines[6].hasPrefix("memory ") ? lines[6].split(separator: " ").compactMap { UInt64($0) } : []
        let kills = memory.count == 3 ? MemoryKills(processes: memory[0], limitHits: memory[1], limit: memory[2]) : nil
        return Record(
            run: String(lines[1].dropFirst(4)),
            end: KeeperEnd(exit: ProcessExit(status: status, usage: usage, memoryKills: kills), at: at)
        )
    }
}
