import GhostModel
import GhostTestSupport
import Testing

@testable import GhostSystem

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The time zones of this system.
struct ZoneFilesTests {
    private func failure(_ text: String) -> String? {
        do throws(ZoneFilesFailure) {
            _ = try ZoneFiles.zone(text)
            return nil
        } catch { return error.description }
    }

    @Test(arguments: [("utc", "UTC"), ("UTC", "UTC"), ("z", "UTC"), ("+02:00", "+02:00"), ("-09:30", "-09:30")])
    func offset_needsNoFile(text: String, name: String) throws { #expect(try ZoneFiles.zone(text).name == name) }

    @Test(arguments: [
        "", "/etc/passwd", "../../etc/passwd", "Europe//Berlin", "Europe/", "Europe/Ber lin", "+2:00", "+25:00", ".",
        String(repeating: "a", count: 65),
    ])
    func whatIsNoName_leadsNowhere(text: String) {
        let advice = "write utc, an offset such as +02:00, or a name such as Europe/Berlin"
        #expect(failure(text) == "\"\(text)\" is no time zone; \(advice)")
    }

    @Test func unknownName_isTold() throws {
        let folder = try TemporaryFolder()
        try folder.write("TZif", to: "Broken")
        func failure(_ name: String, in folders: [String]) -> ZoneFilesFailure? {
            do throws(ZoneFilesFailure) {
                _ = try ZoneFiles.named(name, in: folders)
                return nil
            } catch { return error }
        }
        #expect(failure("Europe/Nowhere", in: [folder.path]) == .missing("Europe/Nowhere"))
        #expect(failure("Europe/Nowhere", in: [folder.path + "/none"]) == .noDatabase("Europe/Nowhere"))
        #expect(failure("Broken", in: [folder.path]) == .unusable("Broken", .notAZone))
        #expect(ZoneFilesFailure.missing("a").description == "there is no time zone \"a\" on this system")
        #expect(ZoneFilesFailure.noDatabase("a").description.contains("install tzdata"))
        #expect(
            ZoneFilesFailure.unusable("a", .notAZone).description
                == "the time zone \"a\" of this system cannot be used: it is no file of a time zone"
        )
    }

    @Test(arguments: [("", 0), (":", 0), ("UTC", 0), ("XYZ-3", 10_800), ("+02:00", 7200), ("no such zone", 0)])
    func variable_saysTheHostsZone(variable: String, offset: Int) {
        #expect(ZoneFiles.host(variable: variable).offset(at: Timestamp(milliseconds: 0)) == offset)
    }

    /// Where the system has its zones, all of them can be read, and known changes are where they were.
    @Test func zonesOfTheSystem_areRead() throws {
        guard let regions = try? Folder.entries(of: "/usr/share/zoneinfo/Europe") else { return }
        for city in regions { _ = try ZoneFiles.zone("Europe/\(city)") }
        let july = try #require(Timestamp(rfc3339: "2026-07-15T12:00:00Z"))
        let january = try #require(Timestamp(rfc3339: "2045-01-15T12:00:00Z"))
        let berlin = try ZoneFiles.zone("Europe/Berlin")
        #expect(berlin.offset(at: july) == 7200)
        #expect(berlin.offset(at: january) == 3600)
        #expect(ZoneFiles.host(variable: "Europe/Berlin").offset(at: july) == 7200)
        #expect(ZoneFiles.host(variable: ":/usr/share/zoneinfo/Europe/Berlin").offset(at: july) == 7200)
        #expect(Set(ZoneFiles.names()).isSuperset(of: ["Europe/Berlin", "UTC"]))
    }

    @Test func namesAreThoseOfZones_inAnyRegion() throws {
        let folder = try TemporaryFolder()
        let files = [
            "Europe/Berlin", "America/Indiana/Knox", "UTC", "zone.tab", "posix/UTC", "localtime", "Europe/x y",
        ]
        for file in files { try folder.write("", to: file) }
        #expect(symlink(".", folder.path("Loop")) == 0)
        let found = ZoneFiles.names(in: ["/nowhere", folder.path])
        #expect(Set(found).isSuperset(of: ["America/Indiana/Knox", "Europe/Berlin", "UTC"]))
        #expect(!found.contains { $0.hasPrefix("posix") || $0.contains(" ") || $0.contains("zone.tab") })
        #expect(found.count < 50)
    }
}
