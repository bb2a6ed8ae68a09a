import GhostModel
import Testing

@testable import GhostSystem

struct HostTests {
    @Test func diskUsage_isAShare() throws {
        let usage = try DiskUsage(ofPath: "/")
        #expect((0...1).contains(usage.usedShare))
        #expect(throws: SystemCallFailure.self) { try DiskUsage(ofPath: "/nowhere/at/all") }
    }

    #if os(Linux)
    @Test func memory_isReadFromMeminfo() throws {
        let usage = try #require(MemoryUsage(meminfo: "MemTotal:  1000 kB\nMemFree: 1 kB\nMemAvailable:   250 kB\n"))
        #expect(usage.usedShare == 0.75)
        #expect(usage.availableBytes == 256_000)
        #expect(MemoryUsage(meminfo: "MemTotal: 1000 kB\n") == nil)
        #expect((0...1).contains(try MemoryUsage().usedShare))
    }

    @Test func aListeningSocket_isFoundInTheTable() {
        let table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:138A 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12345 1 0
               1: 0100007F:138A 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 777 1 0
               2: 0100007F:1389 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 888 1 0
            """
        #expect(PortHolder.listeningInodes(port: 5002, table: table) == ["socket:[12345]"])
    }
    #endif

    @Test func clocks_goForward() {
        let first = Clocks.monotonic()
        #expect(Clocks.monotonic() >= first)
        #expect(Clocks.wall().milliseconds > 1_700_000_000_000)
    }
}
