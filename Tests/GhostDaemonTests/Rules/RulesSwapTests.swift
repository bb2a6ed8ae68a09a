import GhostModel
import GhostStore
import GhostTestSupport
import Testing

@testable import GhostDaemon
@testable import GhostLogs

/// Other rules take the place of those in force, while lines come in.
struct RulesSwapTests {
    private let folder: TemporaryFolder
    private let now: Timestamp
    private let store: StateStore

    init() throws {
        folder = try TemporaryFolder()
        now = try #require(Timestamp(rfc3339: "2026-11-22T16:04:00Z"))
        store = try StateStore.open(path: folder.path("state.sqlite"), subject: "logs", now: now)
    }

    private func component(
        _ name: String,
        counts: String = "lines",
        when: String = "job",
        file: String = "a.log"
    ) -> String {
        "  \(name): {files: '\(file)', rules: [{when: '\(when)', count: \(counts)}]}\n"
    }

    private func rules(_ components: String...) throws -> RuleSet {
        try RuleLoader.load(text: "components:\n" + components.joined(), file: "r")
    }

    private func count(_ reader: ComponentLogReader, _ component: String, _ counter: String = "lines") -> Int? {
        reader.snapshot.status(at: now, plan: MonitorPlan()).rules[component]?.counters[counter]
    }

    private func readAndCommit(_ reader: inout ComponentLogReader) throws {
        while reader.read(now: now) == .unfinished {}
        try commit(&reader)
    }

    private func commit(_ reader: inout ComponentLogReader) throws {
        reader.tellNews(at: now)
        try store.commit(try reader.change())
        reader.forgetChange()
    }

    private func resumed(_ rules: RuleSet) throws -> ComponentLogReader {
        let saved = try #require(try store.load())
        return ComponentLogReader(folder: folder.path, rules: rules, resuming: saved)
    }

    private func append(_ lines: Int, to name: String = "a.log") throws {
        let text = TemporaryFolder.text(of: folder.path(name)) ?? ""
        try folder.write(text + String(repeating: "job done\n", count: lines), to: name)
    }

    @Test func whatIsDescribedAsBefore_goesOn_andWhatIsNewReadsAll() throws {
        try append(3)
        var reader = ComponentLogReader(folder: folder.path, rules: try rules(component("old")))
        try readAndCommit(&reader)
        try append(2)
        let change = reader.take(try rules(component("old"), component("new")))
        #expect(change.kept == ["old"])
        #expect(change.added == ["new"])
        #expect(
            change.lines == [
                "rules of new: new, folded from the beginning of its files",
                "rules taken over; old goes on with what it counted",
            ]
        )
        try readAndCommit(&reader)
        #expect(count(reader, "old") == 5)
        #expect(count(reader, "new") == 5)
        // After a restart as well, and lines that come are counted once by both.
        var again = try resumed(try rules(component("old"), component("new")))
        try append(1)
        try readAndCommit(&again)
        #expect(count(again, "old") == 6)
        #expect(count(again, "new") == 6)
        #expect(again.rulesCountedAnew.isEmpty)
    }

    @Test func rephrasedRule_keepsItsTotals_andOthersCountAnew() throws {
        try append(3)
        var reader = ComponentLogReader(folder: folder.path, rules: try rules(component("a"), component("b")))
        try readAndCommit(&reader)
        let change = reader.take(try rules(component("a", when: "job done"), component("b", counts: "jobs")))
        #expect(change.kept == ["a"])
        #expect(change.countedAnew == ["b": .otherRules])
        try readAndCommit(&reader)
        #expect(count(reader, "a") == 3)
        #expect(count(reader, "b", "jobs") == 3)
    }

    @Test func sameRules_changeNothing() throws {
        try append(3)
        var reader = ComponentLogReader(folder: folder.path, rules: try rules(component("a")))
        try readAndCommit(&reader)
        #expect(reader.take(try rules(component("a"))).isEmpty)
        #expect(!reader.hasUncommitted)
    }

    @Test func componentThatIsGone_beginsAnewWhenItComesBack() throws {
        try append(3)
        var reader = ComponentLogReader(folder: folder.path, rules: try rules(component("a"), component("b")))
        try readAndCommit(&reader)
        #expect(reader.take(try rules(component("a"))).removed == ["b"])
        try append(2)
        try readAndCommit(&reader)
        #expect(reader.take(try rules(component("a"), component("b"))).added == ["b"])
        try readAndCommit(&reader)
        #expect(count(reader, "a") == 5)
        #expect(count(reader, "b") == 5)
    }

    /// The same when Ghost was not there while the rules changed.
    @Test func changeBetweenTwoRuns_isTheSame() throws {
        try append(3)
        var reader = ComponentLogReader(folder: folder.path, rules: try rules(component("a"), component("gone")))
        try readAndCommit(&reader)
        try append(2)
        var second = try resumed(try rules(component("a"), component("new")))
        try readAndCommit(&second)
        #expect(count(second, "a") == 5)
        #expect(count(second, "new") == 5)
        // What was given up is not gone on with later.
        var third = try resumed(try rules(component("a"), component("gone")))
        try append(1)
        try readAndCommit(&third)
        #expect(count(third, "a") == 6)
        #expect(count(third, "gone") == 6)
    }

    @Test func allRulesGo_andOthersCome() throws {
        try append(3)
        var reader = ComponentLogReader(folder: folder.path, rules: try rules(component("a")))
        try readAndCommit(&reader)
        #expect(reader.take(nil).removed == ["a"])
        try readAndCommit(&reader)
        #expect(reader.snapshot.ruled == nil)
        #expect(reader.take(try rules(component("b"))).added == ["b"])
        try readAndCommit(&reader)
        #expect(count(reader, "b") == 3)
        #expect(try store.load()?.ruleFolds.map(\.component) == ["b"])
    }

    @Test func furtherFiles_areReadBesideThoseThatWere() throws {
        try append(3)
        try append(4, to: "b.log")
        var reader = ComponentLogReader(folder: folder.path, rules: try rules(component("a")))
        try readAndCommit(&reader)
        #expect(reader.take(try rules(component("a", file: "?.log"))).kept == ["a"])
        try readAndCommit(&reader)
        #expect(count(reader, "a") == 7)
    }

    @Test func tooManyReadings_areJoined() throws {
        try append(2)
        var names = ["c0"]
        var reader = ComponentLogReader(folder: folder.path, rules: try rules(component("c0")))
        try readAndCommit(&reader)
        var anew: Set<String> = []
        for number in 1...RuleLimits.readings + 2 {
            names.append("c\(number)")
            let set = try RuleLoader.load(text: "components:\n" + names.map { component($0) }.joined(), file: "r")
            let change = reader.take(set)
            anew.formUnion(change.countedAnew.keys)
            try append(1)
            try readAndCommit(&reader)
            for name in names { #expect(count(reader, name) == 2 + number, "\(name) of \(number)") }
        }
        #expect(!anew.isEmpty)
        #expect(!anew.contains("c0"), "the oldest stay as they are")
    }

    /// A random life: lines, changes of rules, commits, and ends without warning.
    ///
    /// No line is lost or counted twice.
    @Test(arguments: 0..<30)
    func randomLife_countsEachLineOnce(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let pool = ["a", "b", "c", "d"]
        func some() throws -> RuleSet {
            var chosen = pool.filter { _ in Bool.random(using: &random) }
            if chosen.isEmpty { chosen = ["a"] }
            let text = chosen.map { component($0, file: $0 < "c" ? "a.log" : "?.log") }
            return try RuleLoader.load(text: "components:\n" + text.joined(), file: "r")
        }
        var written = ["a.log": 0, "b.log": 0]
        var current = try some()
        var reader = ComponentLogReader(folder: folder.path, rules: current)
        for _ in 0..<40 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4:
                let name = Bool.random(using: &random) ? "a.log" : "b.log"
                try append(1, to: name)
                written[name, default: 0] += 1
            case 4..<7: try readAndCommit(&reader)
            case 7:
                while reader.read(now: now) == .unfinished {}
            case 8:
                try readAndCommit(&reader)
                current = try some()
                _ = reader.take(current)
                if Bool.random(using: &random) { try commit(&reader) }
            default:
                // It ends at once: what was not committed is gone.
                if Bool.random(using: &random) { current = try some() }
                let saved = try store.load()
                reader =
                    saved.map { ComponentLogReader(folder: folder.path, rules: current, resuming: $0) }
                    ?? ComponentLogReader(folder: folder.path, rules: current)
            }
        }
        try readAndCommit(&reader)
        let one = written["a.log"] ?? 0
        let both = one + (written["b.log"] ?? 0)
        for component in current.components {
            let expected = component.name < "c" ? one : both
            #expect(count(reader, component.name) ?? 0 == expected, "\(component.name)")
        }
    }
}
