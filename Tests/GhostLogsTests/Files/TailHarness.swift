import Foundation
import GhostModel
import GhostTestSupport

@testable import GhostLogs

/// A tailer that keeps its lines, and can lose everything since it was last saved.
struct TailHarness {
    struct Line: Equatable {
        var text: String
        var generation: Int
        var offset: Int64

        init(_ text: Span<UInt8>, _ generation: Int, _ offset: Int64) {
            self.text = text.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
            self.generation = generation
            self.offset = offset
        }
    }

    private(set) var tailer: SourceTailer
    private(set) var lines: [Line] = []
    private(set) var losses: [SourceTailer.Loss] = []
    private(set) var trouble: SourceTrouble?
    var now = Timestamp.test
    private var saved = Saved()
    private var buffer: [UInt8]
    private let folder: String
    private let name: String

    private struct Saved {
        var checkpoint: SourceCheckpoint?
        var lines: [Line] = []
        var losses: [SourceTailer.Loss] = []
    }

    init(_ folder: TemporaryFolder, name: String = "a.log", blockBytes: Int = 1000) {
        self.folder = folder.path
        self.name = name
        tailer = SourceTailer(name: name, folder: folder.path)
        buffer = [UInt8](repeating: 0, count: blockBytes)
    }

    var texts: [String] { lines.map(\.text) }

    /// Where it is, for people.
    var state: String {
        let all = tailer.checkpoint?.incarnations ?? []
        return all.map { "\($0.generation): \($0.offset) of \($0.seenLength) \($0.ending)" }.joined(separator: ", ")
    }

    /// Reads what is new, at most `budget` bytes.
    mutating func look(budget: Int = .max) {
        var budget = budget
        trouble = nil
        tailer.startLook(besides: [], now: now)
        while budget > 0 {
            do {
                switch try tailer.next(into: &buffer, longest: budget, now: now) {
                case .bytes(let count, let generation):
                    budget -= count
                    let block = Array(buffer[..<count])
                    var found: [Line] = []
                    tailer.split(block.span, now: now) { text, start, _ in found.append(Line(text, generation, start)) }
                    lines += found
                case .lineEnds(let generation):
                    var found: [Line] = []
                    tailer.finishLine { text, start, _ in found.append(Line(text, generation, start)) }
                    lines += found
                case .nothing:
                    budget = 0
                }
            } catch {
                trouble = error
                budget = 0
            }
        }
        losses += tailer.takeLosses()
    }

    /// Looks again when every grace is over.
    mutating func lookLater() {
        look()
        now = now.advanced(by: SourceTailer.lineGrace)
        look()
    }

    /// Saves the lines and the place in the files, as one.
    ///
    /// The checkpoint goes through its saved form.
    mutating func save() throws {
        let coded = try JSONEncoder().encode(tailer.checkpoint)
        saved = Saved(
            checkpoint: try JSONDecoder().decode(SourceCheckpoint?.self, from: coded),
            lines: lines,
            losses: losses
        )
    }

    /// Forgets everything that was not saved, and starts again.
    mutating func crash() {
        lines = saved.lines
        losses = saved.losses
        tailer = SourceTailer(name: name, folder: folder, resuming: saved.checkpoint)
    }

    mutating func letGo() { tailer.letGo() }

    /// Keeps only what a resting tailer keeps, if there is nothing that it waits for.
    mutating func rest() {
        guard let resting = tailer.resting else { return }
        tailer = SourceTailer(name: name, folder: folder, waking: resting)
    }
}

extension TemporaryFolder {
    /// Makes a copy and empties the original, as some log rotation does.
    func copyAndTruncate(_ name: String, to copy: String) throws {
        try self.copy(name, to: copy)
        try truncate(name)
    }

    func copy(_ name: String, to copy: String) throws {
        try FileManager.default.copyItem(atPath: path(name), toPath: path(copy))
    }

    /// Empties a file that others have open.
    func truncate(_ name: String) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path(name)))
        try handle.truncate(atOffset: 0)
        try handle.close()
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path(name))
    }

    func link(_ name: String, to other: String) throws {
        try FileManager.default.linkItem(atPath: path(name), toPath: path(other))
    }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    func write(bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    }

    /// Makes a file hold `bytes`, of which it holds a beginning already, by appending the rest.
    func write(bytes: [UInt8], appendingTo name: String) throws {
        guard let handle = FileHandle(forWritingAtPath: path(name)) else {
            try write(bytes: bytes, to: name)
            return
        }
        let length = try handle.seekToEnd()
        try handle.write(contentsOf: Data(bytes[Int(length)...]))
        try handle.close()
    }

    /// Replaces a file by its compressed form.
    ///
    /// - Parameter removing: how many bytes of the compressed form are left out at its end.
    func compress(_ name: String, removing: Int = 0) throws {
        try write(bytes: gzip(bytes(name)).dropLast(removing), to: name + ".gz")
        try remove(name)
    }

    private func write(bytes: ArraySlice<UInt8>, to name: String) throws {
        try write(bytes: Array(bytes), to: name)
    }
}

/// `bytes` as a gzip file, in blocks that are stored as they are.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    var start = 0
    repeat {
        let end = min(bytes.count, start + 1000)
        let length = UInt16(end - start)
        result.append(end == bytes.count ? 1 : 0)
        for value in [length, ~length] { result += [UInt8(value & 255), UInt8(value >> 8)] }
        result += bytes[start..<end]
        start = end
    } while start < bytes.count
    var checksum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
        checksum ^= UInt32(byte)
        for _ in 0..<8 { checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0xEDB8_8320 : checksum >> 1 }
    }
    for value in [~checksum, UInt32(bytes.count)] {
        for shift in [0, 8, 16, 24] as [UInt32] { result.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
    return result
}
