import GhostModel
import GhostTestSupport
import Testing

@testable import GhostSystem

struct KeeperFrameTests {
    @Test func framesComeOutAsTheyWentIn_howeverTheyAreCut() throws {
        var random = SeededRandom(seed: 7)
        for round in 0..<200 {
            let frames = (0..<5).map { index in
                KeeperFrame(
                    kind: UInt16.random(in: 0...300, using: &random),
                    tag: UInt32(index),
                    descriptorCount: Int.random(in: 0...3, using: &random),
                    payload: (0..<Int.random(in: 0...40, using: &random)).map { _ in
                        UInt8.random(in: 0...255, using: &random)
                    }
                )
            }
            var rest = frames.flatMap(\.bytes)[...]
            var splitter = KeeperFrameSplitter()
            var seen: [KeeperFrame] = []
            while !rest.isEmpty {
                let part = rest.prefix(Int.random(in: 1...17, using: &random))
                rest = rest.dropFirst(part.count)
                splitter.append(part)
                while let frame = try splitter.next() { seen.append(frame) }
            }
            #expect(seen == frames, "round \(round)")
        }
    }

    @Test func aFrameThatIsTooLong_orBringsTooMuch_isRefused() {
        for bytes: [UInt8] in [
            [0xff, 0xff, 0xff, 0x7f, 1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1, 0, 9, 0, 0, 0, 0, 0],
        ] {
            var splitter = KeeperFrameSplitter()
            splitter.append(bytes)
            #expect(throws: KeeperProtocolError.malformed(kind: 1)) { try splitter.next() }
        }
    }

    @Test func anyBytes_areReadOrRefused_neverACrash() {
        var random = SeededRandom(seed: 11)
        var read = 0
        for _ in 0..<20_000 {
            let kinds: [UInt16] = [101, 102, 103, 110, 111, 112, 120, 121, 999]
            let length = Int.random(in: 0...120, using: &random)
            let payload = (0..<length).map { _ in
                Bool.random(using: &random) ? 0 : UInt8.random(in: 0...255, using: &random)
            }
            let kind = kinds.randomElement(using: &random) ?? 0
            let frame = KeeperFrame(kind: kind, tag: 0, descriptorCount: 0, payload: payload)
            if (try? KeeperAnswer(frame)) != nil { read += 1 }
            _ = KeptRun(note: payload, streams: [])
        }
        #expect(read > 0)
    }

    @Test func aNote_saysEverythingAgain() {
        let kept = KeptRun.sample("api#3")
        #expect(KeptRun(note: kept.note, streams: kept.streams) == kept)
        #expect(KeptRun(note: Array(kept.note.dropLast()), streams: []) == nil)
    }

    @Test(arguments: [
        ("ended exited 7", GhostModel.ExitStatus.exited(7)), ("ended signaled 9", .signaled(9)),
        ("ended unknown 0", .unknown),
    ])
    func anExitRecord_isRead(line: String, status: GhostModel.ExitStatus) throws {
        let text = "ghost-exit 1\nrun api#3\nprocess 42 99\n\(line)\nat 2026-11-22T16:04:01.123Z\nused 1 2 3\n"
        let record = try #require(ExitRecords.parse(text))
        #expect(record.run == "api#3")
        #expect(record.end.exit.status == status)
        #expect(record.end.exit.usage.peakResidentBytes == 3)
        #expect(record.end.at.description == "2026-11-22T16:04:01.123Z")
        for count in 0..<text.utf8.count - 1 { #expect(ExitRecords.parse(String(text.prefix(count))) == nil) }
    }

    @Test func whatWasKilledForMemory_isRead_andMayBeMissing() throws {
        let text = "ghost-exit 1\nrun a#3\nprocess 42 99\nended signaled 9\nat 2026-11-22T16:04:01.123Z\nused 1 2 3\n"
        #expect(try #require(ExitRecords.parse(text)).end.exit.memoryKills == nil)
        let record = try #require(ExitRecords.parse(text + "memory 2 1 33554432\n"))
        #expect(record.end.exit.memoryKills == MemoryKills(processes: 2, cause: .ownLimit(bytes: 32 << 20)))
        #expect(MemoryKills(processes: 0, limitHits: 5, limit: 1) == nil)
        #expect(MemoryKills(processes: 1, limitHits: 0, limit: 1)?.cause == .around)
        #expect(MemoryKills(processes: 1, limitHits: 1, limit: 0)?.cause == .ownLimit(bytes: nil))

        // Run, how, value, three of usage, remains, when; then what earlier keepers do not say.
        let numbers: (UInt64) -> [UInt8] = { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
        let end: [UInt8] =
            [3, 0, 0, 0] + Array("a#3".utf8) + [1, 9, 0, 0, 0] + numbers(1) + numbers(2) + numbers(3) + [0]
        let whole = end + numbers(1000) + numbers(1) + numbers(4) + numbers(4096)
        for (payload, kills) in [
            (whole, MemoryKills(processes: 1, cause: .ownLimit(bytes: 4096))), (Array(whole.dropLast(24)), nil),
        ] {
            let frame = KeeperFrame(kind: 120, tag: 0, descriptorCount: 0, payload: payload)
            guard case .exited(let run, let end) = try KeeperAnswer(frame) else {
                Issue.record("no end")
                continue
            }
            #expect(run == "a#3" && end.exit.memoryKills == kills && end.at.milliseconds == 1000)
        }
    }

    @Test func whatIsMissing_isSaidWithWhatToDo() {
        #expect(
            KeeperMissing(path: "/opt/ghost-keeper").description
                == "there is no program /opt/ghost-keeper, which keeps daemons running when Ghost does not; "
                + "install ghost-keeper beside ghost (both are built by \"make release\")"
        )
        #expect(KeeperProtocolError.version(9).description.contains("speaks version 9"))
        var pressure = KeeperPressure()
        pressure.trouble = ErrorNumber(28)
        #expect(pressure.sentence == "its output cannot be written: No space left on device; nothing is lost")
        #expect(throws: AccountError.noSuchUser("nobody-of-this-name")) {
            try Account(user: "nobody-of-this-name", group: nil)
        }
        #expect(throws: AccountError.noSuchGroup("no-such-group")) { try Account(user: nil, group: "no-such-group") }
    }
}

extension KeptRun {
    static func sample(_ run: String) -> KeptRun {
        KeptRun(
            mark: "p/\(run)",
            cgroup: "",
            outputPath: "/x/api.log",
            errorPath: "",
            output: OutputPlan(rotateBytes: 100, keep: 3, age: .seconds(60), pressure: .block),
            started: MonotonicTime(nanoseconds: 123),
            stop: StopSequence(signal: .int, grace: .seconds(3))
        )
    }
}
