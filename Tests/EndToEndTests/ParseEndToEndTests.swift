import Foundation
import GhostModel
import GhostTestSupport
import Testing

/// `ghost parse` as a user runs it.
struct ParseEndToEndTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func json_isOneObjectARecord_whateverTheBytesAre() async throws {
        try folder.write(
            """
            2026-11-22T16:04:01.123+02:00 ERROR [main] c.x.Y - bad "quote" \u{1}
            \tat c.x.Y.run(Y.java:1)
            2026-11-22 16:04:02 no zone
            plain

            """,
            to: "a.log"
        )
        let file = try #require(fopen(folder.path("a.log"), "a"))
        fputc(0xFF, file)
        fputs("\n", file)
        fclose(file)
        let objects = try await parse("a.log")
        try #require(objects.count == 4)
        #expect(
            Set(objects[0].keys) == ["file", "offset", "timestamp", "zone", "level", "format", "message", "fields"]
        )
        #expect(objects[0]["file"] as? String == "a.log")
        #expect(objects[0]["timestamp"] as? String == "2026-11-22T16:04:01.123+02:00")
        #expect(objects[0]["zone"] as? String == "+02:00")
        #expect(objects[0]["level"] as? String == "error")
        #expect(objects[0]["message"] as? String == "bad \"quote\" \u{1}\n\tat c.x.Y.run(Y.java:1)")
        #expect(objects[0]["fields"] as? [String: String] == ["logger": "c.x.Y"])
        #expect(objects[1]["timestamp"] as? String == "2026-11-22T16:04:02")
        #expect(objects[1]["zone"] is NSNull)
        #expect(objects[1]["level"] is NSNull)
        #expect(objects[1]["offset"] as? Int == 89)
        #expect(objects[2]["format"] as? String == "plain")
        #expect(objects[3]["message"] as? String == "\u{FFFD}")
    }

    @Test func compressedFiles_andStandardInput_areRead() async throws {
        try folder.write("ERROR: no\nINFO: on\n", to: "a.log")
        let ghost = try GhostProgram.startInShell(
            "gzip -k a.log && \"$0\" parse --json a.log.gz && \"$0\" parse --json - < a.log && cat a.log.gz | \"$0\" parse -",
            in: folder
        )
        try await eventually("the shell ends") { ghost.exit != nil }
        let lines = ghost.output.split(separator: "\n")
        #expect(lines.count == 5)
        #expect(lines.first?.hasPrefix(#"{"file":"a.log.gz","offset":0,"timestamp":null,"#) == true)
        #expect(lines.dropFirst(3).first?.hasPrefix(#"{"file":"-","offset":10,"#) == true)
        let advice = "unpack it first, as in \"zcat x.gz | ghost parse -\""
        #expect(lines.last ?? "" == "ghost: - is compressed; \(advice)")
        #expect(ghost.exit == .exited(65))
    }

    @Test func withoutOptions_aLineIsShownForPeople_andCannotControlTheTerminal() async throws {
        try folder.write("2026-11-22T16:04:01Z ERROR text \u{1B}[2Jgone\n", to: "a.log")
        let outcome = try await GhostProgram.run("parse", "a.log", in: folder)
        #expect(outcome.output == "2026-11-22T16:04:01Z           error    text ␛[2Jgone\n")
    }

    @Test func stats_counts() async throws {
        try folder.write("ERROR: no\nplain\n2026-11-22T16:04:01Z INFO a::b: x\n", to: "a.log")
        let outcome = try await GhostProgram.run("parse", "--stats", "a.log", "a.log", in: folder)
        #expect(outcome.exit == .exited(0))
        for part in ["records         6", "lines           6", "bytes           100", "without time    4 (66.7 %)"] {
            #expect(outcome.output.contains(part), "\(outcome.output)")
        }
        #expect(outcome.output.contains("rust      2        33.3 %"), "\(outcome.output)")
    }

    @Test func aClosedPipe_endsItQuietly() async throws {
        try folder.write(String(repeating: "2026-11-22T16:04:01Z INFO a::b: x\n", count: 100_000), to: "a.log")
        let ghost = try GhostProgram.startInShell(
            "{ \"$0\" parse --json a.log; echo \"code $?\" >&2; } | head -n 1 > /dev/null",
            in: folder
        )
        try await eventually("the shell ends") { ghost.exit != nil }
        #expect(ghost.output == "code 0\n")
    }

    @Test func whatCannotBeRead_isSaid_andTheOthersAreRead() async throws {
        try folder.write("ERROR: no\n", to: "a.log")
        try folder.write("x", to: "logs/b.log")
        let outcome = try await GhostProgram.run("parse", "--json", "logs", "none.log", "a.log", in: folder)
        #expect(outcome.exit == .exited(66))
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.contains("ghost: logs is a folder; name the logs in it, as in logs/*.log"))
        #expect(lines.contains("ghost: there is no file none.log; name a log, or - for the standard input"))
    }

    @Test func severalFiles_standInAColumn_howeverWideTheirNamesAre() async throws {
        try folder.write("ERROR: no\n", to: "日本.log")
        try folder.write("ERROR: no\n", to: "plain.log")
        let outcome = try await GhostProgram.run("parse", "日本.log", "plain.log", in: folder)
        let lines = outcome.output.split(separator: "\n")
        // Two characters that are as wide as four stand beside five.
        #expect(lines.first?.hasPrefix("日本.log   -") == true, "\(outcome.output)")
        #expect(lines.last?.hasPrefix("plain.log  -") == true, "\(outcome.output)")
    }

    @Test func brokenArchivesAndUTF16_areSaid() async throws {
        try folder.write("\u{1F}", to: "a.gz")
        let ghost = try GhostProgram.startInShell(
            #"printf 'ERROR: no\n' | gzip | head -c 20 > b.gz; printf '\377\376E\0R\0\n\0' > c; "$0" parse b.gz c"#,
            in: folder
        )
        try await eventually("the shell ends") { ghost.exit != nil }
        #expect(ghost.exit == .exited(65))
        #expect(
            ghost.output.contains(
                "ghost: b.gz is a damaged or unfinished gzip archive; what could be read of it was read"
            )
        )
        let advice = "convert it first, as in \"iconv -f utf-16 -t utf-8 x\""
        #expect(ghost.output.contains("ghost: c is UTF-16 text; \(advice)"))
    }

    @Test func timezone_isSaidOfTimesWithoutOne() async throws {
        try folder.write("2026-11-22 16:04:01 a\n2026-11-22T16:04:02Z b\nc\n", to: "a.log")
        let outcome = try await GhostProgram.run("parse", "--timezone", "+02:00", "a.log", in: folder)
        let times = outcome.output.split(separator: "\n").map { $0.prefix { $0 != " " } }
        #expect(times == ["2026-11-22T16:04:01+02:00", "2026-11-22T16:04:02Z", "-"], "\(outcome.output)")
        let wrong = try await GhostProgram.run("parse", "--timezone", "../x", "a.log", in: folder)
        #expect(wrong.exit == .exited(64))
        #expect(wrong.output.contains("\"../x\" is no time zone; write utc, an offset such as +02:00"))
    }

    @Test func jsonAndStats_excludeEachOther() async throws {
        let outcome = try await GhostProgram.run("parse", "--json", "--stats", "x", in: folder)
        #expect(outcome.exit == .exited(64))
        #expect(outcome.output.contains("--json and --stats exclude each other; choose one"))
    }

    private func parse(_ file: String) async throws -> [[String: Any]] {
        let outcome = try await GhostProgram.run("parse", "--json", file, in: folder)
        #expect(outcome.exit == .exited(0))
        return try outcome.output.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }
}
