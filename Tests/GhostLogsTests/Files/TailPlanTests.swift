import GhostModel
import Testing

@testable import GhostLogs

struct TailPlanTests {
    /// What is known and what there is, in short forms.
    ///
    /// Files are `NUMBER:CONTENTS`, oldest first, with `*` behind the one that has the name; contents are the places of the
    /// incarnations that agree. Incarnations are `NUMBER@OFFSET`, oldest first, with `-` for a file that was cut.
    struct Example: Sendable, CustomTestStringConvertible {
        var what: String
        var files: [String]
        var known: [String]
        var expected: [String]
        var missing: [Int] = []

        var testDescription: String { what }
    }

    static let examples = [
        Example(what: "nothing at all", files: [], known: [], expected: []),
        Example(what: "first look", files: ["1:", "2:", "3:*"], known: [], expected: ["0", "1", "2"]),
        Example(what: "nothing new", files: ["1:0*"], known: ["1@50"], expected: ["0=0"]),
        Example(what: "renamed", files: ["1:0", "2:*"], known: ["1@50"], expected: ["0=0", "1"]),
        Example(what: "burst", files: ["1:0", "2:", "3:", "4:*"], known: ["1@50"], expected: ["0=0", "1", "2", "3"]),
        Example(
            what: "older than what is known",
            files: ["7:", "1:0", "2:1*"],
            known: ["1@50", "2@50"],
            expected: ["1=0", "2=1"]
        ),
        Example(what: "cut, with a copy", files: ["5:0", "1:*"], known: ["-@50"], expected: ["0=0", "1"]),
        Example(
            what: "cut, without one",
            files: ["1:*"],
            known: ["1@50"],
            expected: ["0"],
            missing: [0]
        ),
        Example(
            what: "cut, starting alike",
            files: ["1:0*"],
            known: ["-@50"],
            expected: ["0"],
            missing: [0]
        ),
        Example(
            what: "cut, of two burst copies",
            files: ["5:0", "6:", "1:*"],
            known: ["-@50"],
            expected: ["0=0", "1", "2"]
        ),
        Example(what: "compressed", files: ["9:0", "2:1*"], known: ["1@50", "2@50"], expected: ["0=0", "1=1"]),
        Example(
            what: "all gone",
            files: ["8:", "9:*"],
            known: ["1@50"],
            expected: ["0", "1"],
            missing: [0]
        ),
        Example(
            what: "number given out again",
            files: ["1:*"],
            known: ["1@50"],
            expected: ["0"],
            missing: [0]
        ),
        Example(what: "copied back", files: ["9:0*"], known: ["1@50"], expected: ["0=0"]),
        Example(
            what: "too short to tell",
            files: ["9:0*"],
            known: ["1@7"],
            expected: ["0"],
            missing: [0]
        ),
        Example(
            what: "the number beats the content",
            files: ["2:0,1", "1:0*"],
            known: ["1@50", "2@60"],
            expected: ["0=1", "1=0"]
        ),
        Example(
            what: "the longest content first",
            files: ["8:0,1", "9:0*"],
            known: ["1@50", "2@99"],
            expected: ["0=1", "1"],
            missing: [0]
        ),
        Example(what: "unread, with others before it", files: ["8:", "1:*"], known: ["1@0"], expected: ["0", "1=0"]),
        Example(
            what: "empty, then late bytes, then compressed",
            files: ["9:", "2:1*"],
            known: ["1@0", "2@50"],
            expected: ["0=0", "1=1"]
        ),
    ]

    @Test(arguments: examples)
    func plan_isAsTheTableSays(example: Example) throws {
        let candidates = example.files.map { text in
            let parts = text.dropLast(text.hasSuffix("*") ? 1 : 0)
                .split(separator: ":", omittingEmptySubsequences: false)
            return TailPlan.Candidate(
                identity: identity(parts[0]),
                agreeing: Set(parts[1].split(separator: ",").compactMap { Int($0) }),
                role: text.hasSuffix("*") ? .named : .putAway
            )
        }
        let known = example.known.enumerated().map { index, text in
            let parts = text.split(separator: "@")
            var incarnation = SourceCheckpoint.Incarnation(generation: index + 1)
            incarnation.identity = parts[0] == "-" ? nil : identity(parts[0])
            incarnation.offset = Int64(parts[1]) ?? 0
            incarnation.head = ContentWindow([UInt8](repeating: 1, count: Int(incarnation.offset)).span)
            return incarnation
        }
        let plan = TailPlan(candidates: candidates, incarnations: known)
        let steps = plan.steps.map { step in
            switch step {
            case .resume(let candidate, let incarnation): "\(candidate)=\(incarnation)"
            case .whole(let candidate): "\(candidate)"
            }
        }
        #expect(steps == example.expected)
        #expect(plan.missing == example.missing)
    }

    private func identity(_ number: Substring) -> FileIdentity {
        FileIdentity(device: 1, inode: UInt64(number) ?? 0, born: 1)
    }
}

struct SiblingNameTests {
    @Test(arguments: [
        ("a.log.1", SiblingName.Place.counted(1)), ("a.log.12.gz", .counted(12)), ("a.log.old", .counted(1)),
        ("a.log-20261122", .dated([2026, 11, 22])), ("a.log-20261122.gz", .dated([2026, 11, 22])),
        ("a.log.2026-11-22", .dated([2026, 11, 22])), ("a.log-20261122-13", .dated([2026, 11, 22, 13])),
        ("a-20261122.log", .dated([2026, 11, 22])), ("a.1.log.gz", .counted(1)),
        ("a.log.2026-11-22T16:04:05Z", .dated([2026, 11, 22, 16, 4, 5])),
        ("a.log", nil), ("a.log.gz", nil), ("a.log.txt", nil), ("b.log.1", nil), ("a.logs.1", nil),
        ("a.log.1.bz2", .counted(1)), ("a.log.bz2", nil),
        ("a.log.", nil), ("a.log1", nil), ("a.log.1x", nil),
    ])
    func name_isUnderstood(name: String, place: SiblingName.Place?) {
        #expect(SiblingName(name, of: "a.log")?.place == place)
    }

    @Test func siblings_areInTheOrderOfTheirWriting() {
        func ordered(_ names: [String]) -> [String] {
            SiblingName.ordered(names, of: "a.log") { $0.contains("2026") ? 1 : 2 }.map(\.name)
        }
        #expect(ordered(["a.log.1", "a.log.10.gz", "a.log", "a.log.2"]) == ["a.log.10.gz", "a.log.2", "a.log.1"])
        #expect(ordered(["a.log-20261122", "a.log-20251231.gz"]) == ["a.log-20251231.gz", "a.log-20261122"])
        #expect(ordered(["a.log.1", "a.log.1.gz"]) == ["a.log.1"], "it is being compressed")
        #expect(ordered(["a.log.1", "a.log-20261122"]) == ["a.log-20261122", "a.log.1"])
    }
}
