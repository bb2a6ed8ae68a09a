import Testing

@testable import GhostDaemon

struct NearestZoneTests {
    private static let names = [
        "America/Indiana/Indianapolis", "America/Indianapolis", "America/New_York", "Asia/Shanghai", "CET",
        "Europe/Berlin", "Europe/Paris", "UTC", "US/Eastern",
    ]

    @Test(arguments: [
        ("berlin", "Europe/Berlin"), ("Berlin", "Europe/Berlin"), ("Europe/Berln", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"), ("Germany/Berlin", "Europe/Berlin"), ("berln", "Europe/Berlin"),
        ("new york", "America/New_York"), ("indianapolis", "America/Indianapolis"), ("cet", "CET"),
        ("shanghia", "Asia/Shanghai"), ("Mars/Olympus", nil), ("../CET", nil), ("", nil), ("/", nil),
    ])
    func aPlace_isFoundWithoutItsRegion(text: String, zone: String?) {
        #expect(NearestZone.to(text, among: Self.names) == zone)
    }
}
