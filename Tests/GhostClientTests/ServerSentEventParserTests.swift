import GhostTestSupport
import Testing

@testable import GhostClient

struct ServerSentEventParserTests {
    private static func items(_ text: String, limit: Int = 1000, cut: Int = .max) -> [StreamItem] {
        var parser = ServerSentEventParser(limit: limit)
        let bytes = Array(text.utf8)
        return stride(from: 0, to: bytes.count, by: min(cut, max(1, bytes.count))).flatMap {
            parser.push(bytes[$0..<min(bytes.count, $0 + min(cut, bytes.count))])
        }
    }

    private static func event(_ data: String, of name: String = "message", id: String? = nil) -> StreamItem {
        .event(ServerSentEvent(name: name, data: Array(data.utf8), id: id))
    }

    static let streams: [(String, [StreamItem])] = [
        ("data: a\n\n", [event("a")]),
        ("data:a\n\n", [event("a")]),
        ("data:  a\n\n", [event(" a")]),
        ("data\n\n", [event("")]),
        ("event: change\nid: e-1\ndata: a\ndata: b\n\n", [event("a\nb", of: "change", id: "e-1")]),
        ("event: change\r\ndata: a\r\n\r\n", [event("a", of: "change")]),
        ("event: change\rdata: a\r\rdata: b\r\r", [event("a", of: "change"), event("b")]),
        (": ping\n\ndata: 🟢 é\n\n", [event("🟢 é")]),
        ("\u{FEFF}data: a\n\n", [event("a")]),
        ("data: a\n\ndata: b", [event("a")]),
        ("event: change\n\ndata: a\n\n", [event("a")]),
        ("id: e-1\ndata: a\n\ndata: b\n\n", [event("a", of: "message", id: "e-1"), event("b")]),
        ("id: \0\ndata: a\n\n", [event("a")]),
        ("retry: 1500\nretry: x\nretry: -1\n\n", [.retry(.milliseconds(1500))]),
        ("unknown: a\ndata: b\n\n", [event("b")]),
        ("\n\n\n", []),
    ]

    @Test(arguments: streams)
    func stream_givesItsEvents_howeverItIsCut(_ text: String, _ expected: [StreamItem]) {
        for cut in [1, 2, 3, 7, .max] { #expect(Self.items(text, cut: cut) == expected) }
    }

    @Test func longEvent_isPassedOver_andTheNextOneComes() {
        let long = String(repeating: "x", count: 200)
        let text = "event: change\ndata: \(long)\n\ndata: a\n\n"
        for cut in [1, 5, .max] {
            #expect(Self.items(text, limit: 100, cut: cut) == [.overflow(name: "change"), Self.event("a")])
        }
        let lines = String(repeating: "data: 0123456789\n", count: 20)
        #expect(Self.items(lines + "\ndata: a\n\n", limit: 100) == [.overflow(name: "message"), Self.event("a")])
    }

    @Test func anyBytes_giveTheSameItems_howeverTheyAreCut() {
        var random = SeededRandom(seed: 7)
        let pieces = [
            "data: ", "event: ", "id: ", "retry: 9", "\n", "\r", "\r\n", "\n\n", ":", " ", "é", "🟢", "\0", "x",
        ]
        for _ in 0..<300 {
            let text = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            let whole = Self.items(text.joined(), limit: 30)
            for cut in [1, 2, 3, 5] { #expect(Self.items(text.joined(), limit: 30, cut: cut) == whole) }
        }
    }
}
