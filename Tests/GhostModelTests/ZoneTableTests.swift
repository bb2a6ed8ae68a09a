import GhostTestSupport
import Testing

@testable import GhostModel

/// Time zones from the bytes of their files and from their rules.
struct ZoneTableTests {
    /// The bytes of a file with these changes: seconds since 1970 and the offset from then on.
    static func file(
        _ changes: [(at: Int64, offset: Int32)],
        first: Int32 = 0,
        rule: String = "",
        version: UInt8 = 0x32,
        leaps: UInt32 = 0
    ) -> [UInt8] {
        func big(_ value: UInt64, _ count: Int) -> [UInt8] {
            (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
        }
        func part(timeBytes: Int) -> [UInt8] {
            let offsets = [first] + changes.map(\.offset)
            var bytes = Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15)
            for count in [0, 0, leaps, UInt32(changes.count), UInt32(offsets.count), 4] {
                bytes += big(UInt64(count), 4)
            }
            for change in changes { bytes += big(UInt64(bitPattern: change.at), timeBytes) }
            bytes += (0..<changes.count).map { UInt8($0 + 1) }
            for offset in offsets { bytes += big(UInt64(UInt32(bitPattern: offset)), 4) + [0, 0] }
            bytes += Array("ABC\0".utf8)
            for _ in 0..<leaps { bytes += [UInt8](repeating: 0, count: timeBytes + 4) }
            return bytes
        }
        guard version != 0 else { return part(timeBytes: 4) }
        return part(timeBytes: 4) + part(timeBytes: 8) + Array("\n\(rule)\n".utf8)
    }

    private static func seconds(_ text: String) throws -> Int64 {
        try #require(Timestamp(rfc3339: text + "Z")).milliseconds / 1000
    }

    /// Berlin, as it changes its clocks in 2026, known by the table and by the rule.
    static let berlins: [ZoneTable?] = [
        ZoneTable(rule: "CET-1CEST,M3.5.0,M10.5.0/3"),
        try? ZoneTable(
            name: "table",
            file: file([(1_774_746_000, 7200), (1_792_890_000, 3600)], first: 3600)
        ),
        try? ZoneTable(
            name: "both",
            file: file([(1_774_746_000, 7200)], first: 3600, rule: "CET-1CEST,M3.5.0,M10.5.0/3")
        ),
        try? ZoneTable(
            name: "old",
            file: file([(1_774_746_000, 7200), (1_792_890_000, 3600)], first: 3600, version: 0)
        ),
    ]

    @Test(arguments: [
        ("2026-01-15T12:00:00", "2026-01-15T11:00:00"),
        ("2026-07-15T12:00:00", "2026-07-15T10:00:00"),
        // The clock goes from 02:00 to 03:00: what is skipped is shifted on, to 03:30.
        ("2026-03-29T01:59:59", "2026-03-29T00:59:59"),
        ("2026-03-29T02:30:00", "2026-03-29T01:30:00"),
        ("2026-03-29T03:00:00", "2026-03-29T01:00:00"),
        // The clock goes from 03:00 back to 02:00: the first of two is meant.
        ("2026-10-25T01:59:59", "2026-10-24T23:59:59"),
        ("2026-10-25T02:30:00", "2026-10-25T00:30:00"),
        ("2026-10-25T03:00:00", "2026-10-25T02:00:00"),
        ("2026-12-31T23:59:59", "2026-12-31T22:59:59"),
    ])
    func localTime_isAnInstant(local: String, utc: String) throws {
        let local = try Self.seconds(local)
        for zone in Self.berlins {
            let zone = try #require(zone)
            #expect(zone.instant(ofLocal: local) == (try Self.seconds(utc)), "\(zone.name)")
            // Whatever was asked before.
            var clock = ZoneClock(zone)
            for warm in [0, local - 7200, local + 7200, local] {
                let found = clock.nanoseconds(ofLocal: warm * 1_000_000_000)
                #expect(found == zone.instant(ofLocal: warm) * 1_000_000_000, "\(zone.name) after \(warm)")
            }
        }
    }

    @Test(arguments: [
        ("UTC0", "2026-07-15T12:00:00", 0),
        ("<+0530>-5:30", "2026-07-15T12:00:00", 19800),
        ("EST5EDT,M3.2.0,M11.1.0", "2026-07-15T12:00:00", -14400),
        ("EST5EDT,M3.2.0,M11.1.0", "2026-12-15T12:00:00", -18000),
        // In the south summer goes over the turn of the year.
        ("NZST-12NZDT,M9.5.0,M4.1.0/3", "2026-01-01T00:00:00", 46800),
        ("NZST-12NZDT,M9.5.0,M4.1.0/3", "2026-06-01T00:00:00", 43200),
        // Days of the year, without and with 29 February.
        ("AAA0BBB,J60/0,J300/0", "2024-03-01T00:00:00", 3600),
        ("AAA0BBB,J60/0,J300/0", "2024-02-29T23:59:59", 0),
        ("AAA0BBB,59/0,300/0", "2024-02-29T00:00:00", 3600),
        // Hours beyond a day, as Nuuk and Gaza have them.
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59", -7200),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00", -3600),
    ])
    func rule_saysTheOffset(rule: String, at: String, offset: Int) throws {
        let zone = try #require(ZoneTable(rule: rule))
        #expect(zone.offset(at: Timestamp(milliseconds: try Self.seconds(at) * 1000)) == offset)
    }

    @Test(arguments: [
        "", "A", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
        "CET-99", "CET-1 ", "CET-1CEST,J0,J1", "CET-1CEST,M3.5.0/200,M10.5.0", "<A>-1", "<+01-1",
        String(repeating: "A", count: 200) + "0",
    ])
    func wrongRule_isNone(rule: String) { #expect(ZoneTable(rule: rule) == nil) }

    @Test func file_thatIsNone_isRefused() throws {
        let good = Self.file([(1_774_746_000, 7200)], rule: "CET-1")
        _ = try ZoneTable(name: "x", file: good)
        func failure(_ bytes: [UInt8]) -> ZoneFailure? {
            do throws(ZoneFailure) {
                _ = try ZoneTable(name: "x", file: bytes)
                return nil
            } catch { return error }
        }
        #expect(failure([]) == .notAZone)
        #expect(failure(Array("#!/bin/sh".utf8)) == .notAZone)
        for length in 1..<good.count - 1 { #expect(failure(Array(good[..<length])) != nil, "\(length)") }
        #expect(failure([UInt8](repeating: 0, count: ZoneTable.largestFile + 1)) == .tooLarge)
        #expect(failure(Self.file([(5, 0), (5, 0)])) == .damaged("its times do not ascend"))
        #expect(failure(Self.file([(5, 90_000 * 2)])) == .damaged("it is more than 26 hours from UTC"))
        #expect(failure(Self.file([], rule: "nonsense")) == .damaged("the rule behind its table cannot be read"))
        #expect(failure(Self.file([], leaps: 1)) == .leapSeconds)
        #expect(ZoneFailure.leapSeconds.description.contains("without \"right/\""))
    }

    /// Whatever bytes: it ends, and what comes out can be asked for every time.
    @Test func anyBytes_areReadOrRefused() {
        var random = SeededRandom(seed: 11)
        let good = Self.file([(0, 7200), (1_774_746_000, 3600)], rule: "CET-1CEST,M3.5.0,M10.5.0/3")
        for _ in 0..<5000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let zone = try? ZoneTable(name: "x", file: bytes) else { continue }
            for local in [Int64.min, -1 << 40, 0, 1_774_746_000, 1_774_749_600, 1 << 40, Int64.max] {
                _ = zone.instant(ofLocal: local)
            }
        }
    }

    /// Every instant's local time leads back to it, or to the earlier instant that showed the same.
    @Test func instant_andLocalTime_belongTogether() throws {
        var random = SeededRandom(seed: 12)
        for zone in Self.berlins {
            let zone = try #require(zone)
            for _ in 0..<3000 {
                let instant = Int64.random(in: 1_700_000_000...1_900_000_000, using: &random)
                let local = instant + zone.period(at: instant).offset
                let back = zone.instant(ofLocal: local)
                #expect(back == instant || back == instant - 3600, "\(zone.name) \(instant)")
                #expect(back + zone.period(at: back).offset == local)
            }
        }
    }

    @Test(arguments: [(0, "UTC"), (120, "+02:00"), (-330, "-05:30"), (100_000, "+26:00")])
    func fixedZone_isNamed(minutes: Int, name: String) { #expect(ZoneTable(minutesEast: minutes).name == name) }
}
