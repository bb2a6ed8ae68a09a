import Testing

@testable import GhostModel

struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", Int64(0)),
        ("1970-01-01T00:00:00.001Z", 1),
        ("1969-12-31T23:59:59.999Z", -1),
        ("2000-02-29T12:00:00Z", 951_825_600_000),
        ("2026-11-22T16:04:01.123Z", 1_795_363_441_123),
        ("2026-11-22t16:04:01.123z", 1_795_363_441_123),
        ("2026-11-22 16:04:01,123Z", 1_795_363_441_123),
        ("2026-11-22T16:04:01.123999Z", 1_795_363_441_123),
        ("2026-11-22T16:04:01.1Z", 1_795_363_441_100),
        ("2026-11-22T21:34:01.123+05:30", 1_795_363_441_123),
        ("2026-11-22T08:04:01.123-08:00", 1_795_363_441_123),
        ("0000-01-01T00:00:00Z", -62_167_219_200_000),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ])
    func rfc3339_isRead(text: String, milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text) == Timestamp(milliseconds: milliseconds))
    }

    @Test(arguments: [
        "", "2026", "2026-11-22", "2026-11-22T16:04:01", "2026-11-22T16:04:01.Z", "2026-11-22T16:04:01.123",
        "2026-02-30T00:00:00Z", "2025-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-00-10T00:00:00Z",
        "2026-11-22T24:00:00Z", "2026-11-22T16:60:00Z", "2026-06-30T23:59:60Z", "2026-11-22T16:04:01+25:00",
        "2026-11-22T16:04:01+05", "2026-11-22T16:04:01Zx", "2026/11/22T16:04:01Z", "NaN-NaN-NaNTNaN:NaN:NaNZ",
    ])
    func anythingElse_isRefused(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test func writing_isTheInverseOfReading() {
        for day in stride(from: Int64(-719_528), through: 2_932_896, by: 997) {
            let time = Timestamp(milliseconds: day * 86_400_000 + 45_296_789)
            #expect(time.description.utf8.count == Timestamp.textLength)
            #expect(Timestamp(rfc3339: time.description) == time)
        }
    }

    @Test func yearsBeyondTheFormat_areClamped() {
        #expect(Timestamp(milliseconds: .max).description == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(milliseconds: .min).description == "0000-01-01T00:00:00.000Z")
    }
}
