import GhostModel
import GhostStore
import GhostTestSupport
import Logging
import Testing

@testable import GhostLogs

/// Kills at any instant: what is in the store is always what the bytes up to its positions add up to.
struct ExactlyOnceTests {
    @Test(arguments: 0..<25)
    func killsAtAnyInstant_loseAndRepeatNothing(seed: UInt64) throws {
        var story = try Story(seed: seed)
        for _ in 0..<120 { try story.step() }
        try story.endWell()
        let differences = try story.differencesToTheWhole()
        #expect(differences.isEmpty, "seed \(seed): \(differences.joined(separator: "; "))")
        #expect(story.crashes > 3)
    }

    /// Logs that grow, and a reader that is killed and comes back.
    private struct Story {
        let folder: TemporaryFolder
        var log: RandomLog
        var reader: ComponentLogReader
        var keeper: StateKeeper
        var crashes = 0
        /// Stands in for the clock that paces the commits, in milliseconds.
        var clock: Int64 = 0

        init(seed: UInt64) throws {
            folder = try TemporaryFolder()
            log = RandomLog(seed: seed)
            for kind in ComponentKind.allCases { try folder.write("", to: kind.fileName) }
            (reader, keeper) = Self.start(folder, clock: 0)
        }

        private var now: MonotonicTime { MonotonicTime(nanoseconds: clock * 1_000_000) }

        static func start(_ folder: TemporaryFolder, clock: Int64) -> (ComponentLogReader, StateKeeper) {
            var reader = ComponentLogReader(folder: folder.path)
            let path = folder.path("state.sqlite")
            var keeper = StateKeeper(
                open: { () throws(StoreFailure) in try StateStore.open(path: path, subject: "logs", now: .test) },
                logger: .silent
            )
            keeper.begin(&reader, now: MonotonicTime(nanoseconds: clock * 1_000_000))
            return (reader, keeper)
        }

        mutating func step() throws {
            clock += Int64(log.number(below: 4))
            switch log.number(below: 10) {
            case 0:
                // Read and not committed, or committed and not published: either way it is gone with the process.
                crashes += 1
                (reader, keeper) = Self.start(folder, clock: clock)
                #expect(keeper.persistence(of: reader) == Persistence(state: .saved))
            case 1...4: try append()
            case 5: _ = reader.read(upTo: 1 + log.number(below: 2000), now: .test)
            default:
                _ = reader.read(upTo: 1 + log.number(below: 2000), now: .test)
                _ = keeper.settle(&reader, at: .test, now: now)
            }
        }

        /// Appends a few lines, at times cut anywhere, to a log.
        private mutating func append() throws {
            let kind = ComponentKind.allCases[log.number(below: ComponentKind.allCases.count)]
            let text = (0...log.number(below: 12)).map { _ in log.line(kind) }.joined()
            let characters = Array(text)
            let cut = log.number(below: 2) == 0 ? log.number(below: characters.count) : characters.count
            try folder.append(String(characters[..<cut]), to: kind.fileName)
            if log.number(below: 3) > 0 { _ = reader.read(now: .test) }
            try folder.append(String(characters[cut...]), to: kind.fileName)
        }

        mutating func endWell() throws {
            while reader.read(now: .test) == .unfinished {}
            keeper.finish(&reader, at: .test, now: now)
            (reader, keeper) = Self.start(folder, clock: clock)
            #expect(reader.read(now: .test) != .unfinished)
        }

        /// What the saved folds say otherwise than one reading of everything.
        func differencesToTheWhole() throws -> [String] {
            var fresh = ComponentLogReader(folder: folder.path)
            while fresh.read(now: .test) == .unfinished {}
            let saved = reader.snapshot.status(at: .test, plan: MonitorPlan())
            let whole = fresh.snapshot.status(at: .test, plan: MonitorPlan())
            return try ComponentKind.allCases.compactMap { kind in
                let found = try JSONText.componentBody(kind, of: saved)
                let expected = try JSONText.componentBody(kind, of: whole)
                guard found != expected else { return nil }
                let start = max(0, (zip(found, expected).enumerated().first { $1.0 != $1.1 }?.offset ?? 0) - 30)
                func part(_ text: [UInt8]) -> String { String(decoding: text[start...].prefix(80), as: UTF8.self) }
                return "\(kind): …\(part(found))… instead of …\(part(expected))…"
            }
        }
    }
}

extension Logger {
    /// Says nothing.
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
