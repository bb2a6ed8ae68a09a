import Foundation
import GhostModel
import Testing

@testable import GhostLogs

struct SavedFoldTests {
    @Test(arguments: 0..<60)
    func foldSavedAtAnyPoint_goesOnAsIfNothingHadHappened(seed: UInt64) throws {
        let sentinel = try check(SentinelFold.self, seed)
        let watchdog = try check(WatchdogFold.self, seed)
        let executor = try check(ExecutorFold.self, seed)
        let selfcheck = try check(SelfCheckFold.self, seed)
        let lifecycle = try check(LifecycleFold.self, seed)
        // What clients see, so that a field which is not saved at all shows.
        let resumed = OrchestrationSnapshot(
            sentinel.resumed,
            watchdog.resumed,
            executor.resumed,
            selfcheck.resumed,
            lifecycle.resumed
        )
        let whole = OrchestrationSnapshot(
            sentinel.whole,
            watchdog.whole,
            executor.whole,
            selfcheck.whole,
            lifecycle.whole
        )
        let plan = MonitorPlan()
        #expect(resumed.status(at: .test, plan: plan) == whole.status(at: .test, plan: plan), "seed \(seed)")
    }

    private func check<Fold: ComponentFold>(_ type: Fold.Type, _ seed: UInt64) throws -> (resumed: Fold, whole: Fold) {
        var log = RandomLog(seed: seed)
        let lines = (0..<200).map { _ in log.line(Fold.kind) }
        var whole = Fold()
        var resumed = Fold()
        let split = log.number(below: lines.count)
        for (index, line) in lines.enumerated() {
            if index == split || log.number(below: 40) == 0 {
                let saved = resumed.saved()
                resumed = try Fold(saved: saved)
                #expect(resumed.saved() == saved)
            }
            whole.add(line, offset: Int64(index * 100))
            resumed.add(line, offset: Int64(index * 100))
        }
        #expect(resumed.saved() == whole.saved(), "\(Fold.kind), seed \(seed), saved before line \(split)")
        #expect(resumed.facts == whole.facts, "\(Fold.kind), seed \(seed)")
        #expect(whole.ledger.records > 50)
        return (resumed, whole)
    }

    @Test func emptyFold_isSavedAndRead() throws {
        #expect(try SentinelFold(saved: SentinelFold().saved()).ledger.beat == ComponentKind.sentinel.defaultBeat)
        #expect(try LifecycleFold(saved: LifecycleFold().saved()).ledger.beat == nil)
    }

    @Test func namesThatAreNoText_stayApart() throws {
        var fold = WatchdogFold()
        for bytes: [UInt8] in [[0xFF], [0xFE], [0xFF]] {
            let line = Array("\(stamp()) ✅ ".utf8) + bytes + Array(" restart attempt 1".utf8)
            fold.add(line, offset: 0)
        }
        let again = try WatchdogFold(saved: fold.saved())
        #expect(again.daemons.map(\.restartCount) == [2, 1])
        #expect(again.names.names == ["\u{FFFD}", "\u{FFFD}"])
    }

    @Test func savedBytes_thatAreCutOrChanged_areRefused() throws {
        var log = RandomLog(seed: 7)
        var fold = LifecycleFold()
        for index in 0..<60 { fold.add(log.line(.lifecycle), offset: Int64(index)) }
        let saved = fold.saved()
        for length in 0..<saved.count {
            #expect(throws: UnreadableSave.self) { try LifecycleFold(saved: Array(saved[..<length])) }
        }
        for index in saved.indices {
            var changed = saved
            changed[index] ^= UInt8(1 << log.number(below: 8))
            #expect(throws: UnreadableSave.self, "byte \(index)") { try LifecycleFold(saved: changed) }
        }
        #expect(throws: UnreadableSave.longerThanExpected) { try LifecycleFold(saved: saved + [0]) }
    }

    @Test func anyBytes_areRefusedWithoutHarm() {
        var log = RandomLog(seed: 11)
        for _ in 0..<2000 {
            let bytes = (0..<log.number(below: 300)).map { _ in
                // Small values are often taken for lengths, so that reading gets further.
                UInt8(log.number(below: log.number(below: 3) == 0 ? 256 : 4))
            }
            #expect(throws: UnreadableSave.self) { try SentinelFold(saved: bytes) }
            #expect(throws: UnreadableSave.self) { try ExecutorFold(saved: bytes) }
        }
    }

    /// Each sample is a text, and the bytes that Ghost saved after folding it when the form was new.
    ///
    /// A new form needs one of its own.
    @Test(arguments: ComponentKind.allCases)
    func samplesOfEarlierGhosts_areStillRead(kind: ComponentKind) throws {
        switch kind {
        case .sentinel: try readSamples(SentinelFold.self)
        case .watchdog: try readSamples(WatchdogFold.self)
        case .executor: try readSamples(ExecutorFold.self)
        case .selfcheck: try readSamples(SelfCheckFold.self)
        case .lifecycle: try readSamples(LifecycleFold.self)
        }
    }

    private func readSamples<Fold: ComponentFold>(_ type: Fold.Type) throws {
        for version in 1...Fold.savedVersion { try readSample(type, version) }
    }

    private func readSample<Fold: ComponentFold>(_ type: Fold.Type, _ version: Int) throws {
        let base = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/saved/\(Fold.kind.rawValue)-").path
        // The same text for all forms.
        let fold = folded(Fold.self, try String(contentsOfFile: base + "1.log", encoding: .utf8))
        let sample = "\(base)\(version).hex"
        if version == Fold.savedVersion, ProcessInfo.processInfo.environment["GHOST_WRITE_SAMPLES"] != nil {
            let text = fold.saved().map { String(format: "%02x", $0) }.joined()
            try (text + "\n").write(toFile: sample, atomically: true, encoding: .utf8)
        }
        let digits = Array(try String(contentsOfFile: sample, encoding: .utf8).filter { $0 != "\n" })
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
        let read = try Fold(saved: bytes, version: version)
        #expect(read.facts == fold.facts)
        #expect(read.ledger.records > 5)
        if version == Fold.savedVersion {
            #expect(read.saved() == fold.saved())
        } else {
            // The present form of it is one that can be read.
            let again = try Fold(saved: read.saved())
            #expect(again.facts == fold.facts)
        }
    }

    @Test(arguments: [0, 3])
    func formThatIsNotKnown_isRefused(version: Int) {
        #expect(throws: UnreadableSave.unknownVersion(version)) {
            try WatchdogFold(saved: WatchdogFold().saved(), version: version)
        }
    }
}

struct SavedBytesTests {
    @Test(arguments: [0, 1, -1, 63, 64, -64, -65, 127, 128, 1 << 32, -(1 << 52), .max, .min] as [Int64])
    func integer_isReadAsItWasWritten(value: Int64) throws {
        var bytes = SavedBytes()
        bytes.add(value)
        var reader = SavedBytesReader(bytes.bytes)
        #expect(try reader.integer64() == value)
        try reader.finish()
    }

    @Test func integerThatIsTooLong_isRefused() {
        var reader = SavedBytesReader([UInt8](repeating: 0xFF, count: 9) + [2])
        #expect(throws: UnreadableSave.impossibleValue) { try reader.integer64() }
        var endless = SavedBytesReader([UInt8](repeating: 0xFF, count: 20))
        #expect(throws: UnreadableSave.impossibleValue) { try endless.integer64() }
    }

    @Test func lengthThatCannotBe_allocatesNothing() {
        var bytes = SavedBytes()
        bytes.add(Int.max / 2)
        var reader = SavedBytesReader(bytes.bytes)
        #expect(throws: UnreadableSave.endsEarly) { try reader.byteString(longest: .max) }
    }
}

extension ComponentFold {
    /// Folds one line that stands at `offset`.
    mutating func add(_ line: String, offset: Int64) {
        add(Array((line.last == "\n" ? line.dropLast() : line[...]).utf8), offset: offset)
    }

    mutating func add(_ line: [UInt8], offset: Int64) {
        var stamps = StampReader()
        fold(line.span, &stamps, LineContext(file: 0, generation: 1, offset: offset, readAt: .test))
    }

    /// What clients are told.
    var facts: ComponentFacts { ComponentView(fold: self, sources: []).facts }
}

extension OrchestrationSnapshot {
    /// The folds as if they had been read from a folder.
    init(
        _ sentinel: SentinelFold,
        _ watchdog: WatchdogFold,
        _ executor: ExecutorFold,
        _ selfcheck: SelfCheckFold,
        _ lifecycle: LifecycleFold
    ) {
        func view<Fold: ComponentFold>(_ fold: Fold) -> ComponentView<Fold> {
            let position = SourcePosition(file: Fold.kind.fileName, generation: 1, offset: 0)
            let source = SourceView(path: "/logs/\(Fold.kind.fileName)", condition: .readable, position: position)
            return ComponentView(fold: fold, sources: [source])
        }
        self.init(
            sequence: 0,
            losses: [],
            lossesTotal: 0,
            lookedAt: .test,
            folder: "/logs",
            folderCondition: .present,
            sentinel: view(sentinel),
            watchdog: view(watchdog),
            executor: view(executor),
            selfcheck: view(selfcheck),
            lifecycle: view(lifecycle),
            ruled: nil
        )
    }
}
