import Dispatch
import GhostModel
import GhostSystem

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The file in which the next Ghost finds what people wanted and what was counted.
///
/// It is replaced whole, on a queue of its own, so that supervision never waits for a disk. A file that cannot be read is
/// moved aside and told; supervision then begins as if there were none.
public final class SupervisionFile: Sendable {
    /// The absolute path of the file.
    public let path: String
    private let queue = DispatchQueue(label: "ghost.memory", target: .global(qos: .utility))

    /// The largest file that is read, in bytes: some hundred for each of 10,000 daemons, with a margin.
    static let largest = 32 << 20
    /// The version of the file that is written; others are moved aside.
    static let version = 1

    /// Names the file; nothing is touched.
    public init(path: String) {
        self.path = path
    }

    /// What is in the file.
    struct Content: Sendable, Hashable, Codable {
        var version = SupervisionFile.version
        var supervision: SavedSupervision
        /// When each daemon with a schedule was due last; missing where there is none.
        var due: [String: Timestamp]?
        /// Where the output of each run began, and what was seen in it.
        var output: OutputMarks?
        /// By log, a place up to which everything that was written is known to this file; missing where there is none.
        var told: [String: LogMark]?
    }

    /// The part that every version has.
    private struct Versioned: Decodable {
        var version: Int
    }

    /// What was found.
    enum Found: Sendable, Hashable {
        case nothing
        case content(Content)
        /// Why it is not used, in one sentence.
        case unusable(String)
    }

    /// Reads the file; blocking.
    func load() -> Found {
        let bytes: [UInt8]
        do throws(SystemCallFailure) {
            guard let found = try AtomicFile.readBytes(path, limit: Self.largest + 1) else { return .nothing }
            bytes = found
        } catch {
            return .unusable("\(error); manual stops and counts of earlier are not known until it can be read")
        }
        let fault: String
        do {
            let found = try JSONText.decode(Versioned.self, from: bytes).version
            if found == Self.version {
                let content = try JSONText.decode(Content.self, from: bytes)
                if content.supervision.version == SavedSupervision.currentVersion { return .content(content) }
            }
            fault = "was written by another version of Ghost"
        } catch {
            fault = "is damaged"
        }
        let aside = path + ".unreadable"
        let place = rename(path, aside) == 0 ? "it was moved to \(aside)" : "it will be replaced"
        return .unusable("\(path) \(fault); \(place), and manual stops and counts of earlier are forgotten")
    }

    /// Replaces the file soon, and calls `then` with what went wrong, or nil; returns at once.
    ///
    /// - Parameter make: called on the file's own queue, because what is kept of many daemons takes time to put together.
    func save(
        durability: AtomicFile.Durability,
        _ make: @escaping @Sendable () -> Content,
        then: @escaping @Sendable (String?) -> Void
    ) {
        queue.async { [path] in then(Self.write(make(), to: path, durability)) }
    }

    /// Replaces the file after everything that was handed in before; blocking.
    func saveAtLast(_ content: Content, durability: AtomicFile.Durability = .powerCut) -> String? {
        queue.sync { Self.write(content, to: path, durability) }
    }

    private static func write(_ content: Content, to path: String, _ durability: AtomicFile.Durability) -> String? {
        do {
            let text = String(decoding: try JSONText.encode(content), as: UTF8.self)
            try AtomicFile.replace(path, with: text, durability: durability)
            return nil
        } catch {
            return "\(error); a manual stop may be forgotten at the next start of Ghost until this is mended"
        }
    }
}
