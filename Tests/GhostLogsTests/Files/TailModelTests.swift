import Foundation
import GhostModel
import GhostTestSupport
import Testing

@testable import GhostLogs

/// Random lives of a log and of its reader, against a model that knows which bytes there were.
struct TailModelTests {
    @Test func randomLives_loseNothingThatWasThere_andRepeatNothing() throws {
        let environment = ProcessInfo.processInfo.environment
        let runs = environment["GHOST_MODEL_RUNS"].flatMap { Int($0) } ?? 300
        let first = environment["GHOST_MODEL_SEED"].flatMap { UInt64($0) } ?? 1
        for seed in first..<first + UInt64(runs) {
            let story = try story(seed: seed)
            #expect(story.problems.isEmpty, "GHOST_MODEL_SEED=\(seed): \(story.problems)\n\(story.told)")
            if !story.problems.isEmpty { return }
        }
    }

    private func story(seed: UInt64) throws -> (problems: [String], told: String) {
        var random = SeededRandom(seed: seed)
        var world = try LogWorld()
        var reader = TailHarness(world.folder, blockBytes: Int.random(in: 16...6000, using: &random))
        var told: [String] = []
        var restarts = 0
        for _ in 0..<Int.random(in: 5...60, using: &random) {
            reader.now = reader.now.advanced(by: .milliseconds(Int64.random(in: 1...900, using: &random)))
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<8 where restarts < 4:
                restarts += 1
                reader.crash()
                world.readerRestarted()
                told.append("crash")
            case 90..<96:
                reader.rest()
                told.append("rest")
            case 0..<16:
                try reader.save()
                world.readerSaved()
                told.append("save")
            case 16..<40:
                let budget = Bool.random(using: &random) ? Int.max : Int.random(in: 1...5000, using: &random)
                reader.look(budget: budget)
                // A look at a part may not have come to the named file.
                if budget == .max { world.readerLooked() }
                told.append("look \(budget == .max ? "" : "\(budget)") \(reader.state)")
            default:
                let isLookedAt = Int.random(in: 0..<3, using: &random) == 0
                var between = false
                told.append(
                    try world.change(using: &random) { world in
                        guard isLookedAt else { return }
                        reader.look()
                        world.readerLooked()
                        between = true
                    }
                )
                if between { told.append("with a look between: \(reader.state)") }
            }
        }
        reader.lookLater()
        reader.lookLater()
        let problems = world.problems(reader.texts, reader.losses, restarts: restarts)
        return (problems, told.joined(separator: "\n") + "\n\(reader.state)\n\(reader.losses)")
    }
}

/// A log, the files that it was put away in, and what was ever written to them.
private struct LogWorld {
    let folder: TemporaryFolder
    private var contents: [Content] = []
    /// The content that the name leads to.
    private var current: Int?
    /// The contents put away, newest first, by their place in the names.
    private var putAway: [Stored] = []
    private var nextLine = 0
    private static let keep = 4
    private let name = "a.log"

    private struct Stored {
        var content: Int
        var form: Form

        enum Form: String {
            case plain = ""
            case compressed = ".gz"
        }
    }

    /// One content that the name had.
    private struct Content {
        var bytes: [UInt8] = []
        var lines: [(id: Int, start: Int, end: Int)] = []
        /// The line that has no end yet.
        var open: (id: Int, start: Int)?
        /// Whether its bytes are anywhere.
        var exists = true
        /// How many of them, from the first; nil for all.
        var kept: Int?
        /// How long it was when the reader last looked.
        var seen = 0
        var savedSeen = 0
        /// Whether whoever wrote it may go on although it was put away.
        var hasWriter = true
    }

    init() throws {
        folder = try TemporaryFolder()
    }

    // MARK: The reader

    /// The reader looked at everything.
    mutating func readerLooked() {
        guard let current else { return }
        contents[current].seen = contents[current].bytes.count
    }

    mutating func readerSaved() {
        for index in contents.indices { contents[index].savedSeen = contents[index].seen }
    }

    mutating func readerRestarted() {
        for index in contents.indices { contents[index].seen = contents[index].savedSeen }
    }

    // MARK: The log

    mutating func change(
        using random: inout SeededRandom,
        betweenCopyAndTruncate: (inout LogWorld) -> Void
    ) throws -> String {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<45:
            return "write \(try write(using: &random))"
        case 45..<60:
            guard let current else { return "-" }
            try shift()
            try folder.rename(name, to: name + ".1")
            putAway.insert(Stored(content: current, form: .plain), at: 0)
            self.current = nil
            guard Bool.random(using: &random) else { return "rename" }
            try begin()
            return "rename and create"
        case 60..<72:
            guard let current, !contents[current].bytes.isEmpty else { return "-" }
            try shift()
            try folder.copy(name, to: name + ".1")
            putAway.insert(Stored(content: current, form: .plain), at: 0)
            contents[current].kept = contents[current].bytes.count
            if Bool.random(using: &random) { _ = try write(using: &random) }
            betweenCopyAndTruncate(&self)
            try folder.truncate(name)
            contents[current].hasWriter = false
            self.current = contents.count
            contents.append(Content())
            return "copy and truncate"
        case 72..<76:
            guard let current, !contents[current].bytes.isEmpty else { return "-" }
            try folder.truncate(name)
            contents[current].exists = false
            self.current = contents.count
            contents.append(Content())
            return "truncate"
        case 76..<80:
            guard let current else { return "-" }
            try folder.remove(name)
            contents[current].exists = false
            self.current = nil
            return "delete"
        case 80..<90:
            guard let index = putAway.indices.randomElement(using: &random), putAway[index].form == .plain,
                !contents[putAway[index].content].bytes.isEmpty
            else { return "-" }
            try folder.compress("\(name).\(index + 1)")
            putAway[index].form = .compressed
            contents[putAway[index].content].hasWriter = false
            return "compress .\(index + 1)"
        default:
            guard let index = putAway.indices.first, putAway[index].form == .plain,
                contents[putAway[index].content].hasWriter
            else { return "-" }
            let text = nextText(putAway[index].content, using: &random)
            try folder.append(text, to: name + ".1")
            return "late write \(text.count)"
        }
    }

    private mutating func begin() throws {
        try folder.write("", to: name)
        current = contents.count
        contents.append(Content())
    }

    private mutating func write(using random: inout SeededRandom) throws -> Int {
        if current == nil { try begin() }
        guard let current else { return 0 }
        let text = nextText(current, using: &random)
        try folder.append(text, to: name)
        return text.utf8.count
    }

    /// Some lines, of which the last may have no end; the first goes on where the last text ended.
    private mutating func nextText(_ index: Int, using random: inout SeededRandom) -> String {
        var text = ""
        let start = contents[index].bytes.count
        let stamp = String(repeating: "t", count: 30)
        func filler(_ longest: Int) -> String {
            String(repeating: "x", count: Int.random(in: 0...longest, using: &random))
        }
        if let open = contents[index].open {
            text += filler(50) + "\n"
            contents[index].lines.append((open.id, open.start, start + text.utf8.count))
            contents[index].open = nil
        }
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            nextLine += 1
            let lineStart = start + text.utf8.count
            // As long as a time at least: shorter contents are too much alike to be told apart.
            text += "L\(nextLine):" + stamp + filler(Int.random(in: 0..<12, using: &random) == 0 ? 5000 : 60) + "\n"
            contents[index].lines.append((nextLine, lineStart, start + text.utf8.count))
        }
        if Int.random(in: 0..<4, using: &random) == 0 {
            nextLine += 1
            contents[index].open = (nextLine, start + text.utf8.count)
            text += "L\(nextLine):" + stamp + filler(20)
        }
        contents[index].bytes += Array(text.utf8)
        return text
    }

    private mutating func shift() throws {
        while putAway.count >= Self.keep, let oldest = putAway.popLast() {
            try folder.remove("\(name).\(putAway.count + 1)\(oldest.form.rawValue)")
            contents[oldest.content].exists = false
        }
        for index in putAway.indices.reversed() {
            let form = putAway[index].form.rawValue
            try folder.rename("\(name).\(index + 1)\(form)", to: "\(name).\(index + 2)\(form)")
        }
    }

    // MARK: The judgement

    func problems(_ texts: [String], _ losses: [SourceTailer.Loss], restarts: Int) -> [String] {
        var problems: [String] = []
        var counts: [Int: Int] = [:]
        for text in texts where text.hasPrefix("L") {
            if let id = Int(text.dropFirst().prefix { $0 != ":" }) { counts[id, default: 0] += 1 }
        }
        for (id, count) in counts where count > 1 { problems.append("line \(id) came \(count) times") }
        var isAnythingLost = false
        for (index, content) in contents.enumerated() {
            if !content.exists || content.kept != nil, content.open != nil { isAnythingLost = true }
            for line in content.lines where counts[line.id] == nil {
                if content.exists, line.end <= content.kept ?? .max {
                    problems.append("line \(line.id) of content \(index) is there and did not come")
                    continue
                }
                isAnythingLost = true
                guard line.end <= content.seen else { continue }
                // A loss without an end says that what came after it is unknown as well.
                let isNamed = losses.contains { loss in
                    loss.to.map { Int(loss.from ?? 0) <= line.start && line.end <= $0 } ?? true
                }
                if !isNamed { problems.append("line \(line.id) of content \(index) was lost, and nobody says so") }
            }
        }
        for loss in losses {
            if loss.to != nil, !isAnythingLost { problems.append("nothing was lost, and yet: \(loss)") }
            if loss.to == nil, restarts == 0 { problems.append("a loss without an end: \(loss)") }
        }
        return problems
    }
}
