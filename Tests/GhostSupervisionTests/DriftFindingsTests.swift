import GhostModel
import GhostSystem
import Testing

@testable import GhostSupervision

/// What looks at a run add up to.
struct DriftFindingsTests {
    private static let start = Timestamp(milliseconds: 1_800_000_000_000)

    private func look(_ edit: (inout RunLook) -> Void = { _ in }) -> RunLook {
        var look = RunLook(run: run("a", 1), plan: daemon("a"), startedAt: Self.start, readiness: .ready)
        look.files = ["/bin/true": mark(1)]
        look.executable = "/bin/true"
        look.program = "/bin/true"
        look.words = ["/bin/true"]
        look.folder = .init(path: "/srv", device: 1, inode: 5)
        look.declaredFolder = .init(path: "/srv", device: 1, inode: 5)
        edit(&look)
        return look
    }

    private func mark(_ inode: UInt64, modified: Int64 = 0) -> RunLook.FileMark {
        .init(device: 1, inode: inode, length: 10, modified: modified)
    }

    /// Looks a minute apart; the news of each.
    private func news(_ looks: [RunLook]) -> [[DriftNews]] {
        var findings = DriftFindings()
        return looks.enumerated().map { index, look in findings.take([look], at: moment(index)) }
    }

    private func moment(_ index: Int, wall: Int64 = 0) -> Moment {
        let nanoseconds = Int64(index) * 60_000_000_000
        return Moment(
            monotonic: MonotonicTime(nanoseconds: nanoseconds),
            wall: Timestamp(milliseconds: Self.start.milliseconds + nanoseconds / 1_000_000 + wall)
        )
    }

    private func isQuiet(_ news: [[DriftNews]]) -> Bool { !news.contains { !$0.isEmpty } }

    private func kinds(_ news: [DriftNews]) -> [DriftKind] {
        news.compactMap { if case .found(_, let finding, _, _) = $0 { finding.kind } else { nil } }
    }

    @Test func nothingIsFoundWhereNothingHasChanged() {
        #expect(isQuiet(news(Array(repeating: look(), count: 12))))
    }

    private static let changes: [(DriftKind, @Sendable (inout RunLook) -> Void, String)] = [
        (
            .program, { $0.files = ["/bin/true": .init(device: 1, inode: 2, length: 10, modified: 0)] },
            "/bin/true was changed since it was started"
        ),
        (.program, { $0.files = ["/bin/true": nil] }, "/bin/true is gone since it was started"),
        (.program, { $0.executable = "/bin/true (deleted)" }, "/bin/true was replaced since it was started"),
        (.command, { $0.executable = "/bin/other" }, "it executes /bin/other, and was /bin/true"),
        (.command, { $0.words = ["/bin/true", "-x"] }, "it was started as \"/bin/true -x\""),
        (
            .folder, { $0.declaredFolder = .init(path: "/srv", device: 1, inode: 6) },
            "/srv is another folder now; it still runs in the former one"
        ),
        (
            .folder, { $0.folder?.path = "/srv (deleted)" }, "the folder that it runs in, /srv, was deleted"
        ),
        (.user, { ($0.user, $0.declaredUser) = (0, 33) }, "it runs as user 0, not as 33"),
        (
            .port, { $0.ports = [.init(port: DeclaredPort(80, .probe), holder: .nobody)] },
            "nobody listens on port 80"
        ),
        (
            .port,
            {
                $0.ports = [
                    .init(
                        port: DeclaredPort(80, .probe),
                        holder: .stranger(name: "nginx", pid: 7, wasThereBefore: true)
                    )
                ]
            }, "port 80 is held by nginx (PID 7)"
        ),
        (.instances, { $0.instances = [7] }, "a process of an earlier run of it is there (PID 7)"),
        (
            .orphans, { $0.orphans = [7, 8] }, "2 processes that it started and that left it are there (PID 7, 8)"
        ),
        (
            .configuration, { $0.pending = .init(keys: ["command", "cwd"]) },
            "the configuration says otherwise (command, cwd); \"ghost reload\" takes it over"
        ),
        (
            .environment, { $0.pending = .init(keys: ["env"], environmentFile: "/srv/.env") },
            "/srv/.env was changed since it was started; \"ghost reload\" takes it over"
        ),
        (
            .memory,
            {
                $0.plan.process.limits.memory = 1 << 20
                $0.usage.memoryBytes = 3 << 19
            }, "it uses 1.5 MiB, and may use 1.0 MiB"
        ),
        (
            .descriptors, { ($0.usage.descriptors, $0.usage.descriptorLimit) = (950, 1000) },
            "it has 950 files open of 1000 that it may have"
        ),
        (
            .threads,
            {
                $0.plan.process.limits.processes = 10
                ($0.usage.threads, $0.usage.threadLimit) = (10, 10)
            }, "it has 10 threads of 10 that it may have"
        ),
    ]

    @Test(arguments: changes.indices)
    func eachRespectIsFoundOnceAndCleared(index: Int) {
        let (kind, edit, evidence) = Self.changes[index]
        let changed = look(edit)
        let all = news([look(), look(), look(), changed, changed, changed, look(), look()])
        #expect(all[3].isEmpty, "one look is not enough")
        #expect(kinds(all[4]) == [kind], "\(all[4])")
        guard case .found(_, let finding, let action, let whole)? = all[4].first else { return }
        #expect(finding.evidence == evidence)
        #expect(action == .alert && whole == [finding])
        #expect(all[5].isEmpty, "it is told once")
        #expect(all[6] == [.cleared(run("a", 1), kind, all: [])])
        #expect(all[7].isEmpty)
    }

    @Test func whatHoldsInOneLookOnlyIsNotTold() {
        let changed = look { $0.ports = [.init(port: DeclaredPort(80, .key), holder: .nobody)] }
        #expect(isQuiet(news([changed, look(), changed, look(), changed])))
    }

    @Test func whatIsLegitimateIsNotFound() {
        let looks: [(inout RunLook) -> Void] = [
            // A wrapper that becomes another program while it starts.
            { $0.executable = "/bin/sh" },
            // A title of its own.
            { $0.words = ["api: serving"] },
            // A folder that it has chosen itself.
            { $0.folder = .init(path: "/", device: 1, inode: 2) },
            // The proxy of a container, which came after it.
            {
                $0.ports = [
                    .init(
                        port: DeclaredPort(80, .probe),
                        holder: .stranger(name: "docker-proxy", pid: 7, wasThereBefore: false)
                    )
                ]
            },
            // A probe that asks another daemon.
            { $0.ports = [.init(port: DeclaredPort(80, .probe), holder: .daemon(name("b"), pid: 7))] },
            // Not ready yet.
            {
                $0.readiness = .unready
                $0.ports = [.init(port: DeclaredPort(80, .key), holder: .nobody)]
            },
            // A program that was there before it was started, however young: by this clock, and by one that is ahead.
            { $0.files = ["/bin/true": .init(device: 1, inode: 1, length: 1, modified: 1_800_000_000_000_000_000)] },
            {
                let modified: Int64 = 1_800_000_000_500_000_000
                $0.files["/bin/true"] = .init(
                    device: 1,
                    inode: 1,
                    length: 1,
                    modified: modified,
                    clock: .ofAnotherMachine
                )
            },
        ]
        for (index, edit) in looks.enumerated() {
            #expect(isQuiet(news([look(edit), look(edit), look(edit)])), "case \(index)")
        }
    }

    @Test func aProgramThatWasChangedBeforeTheFirstLookIsFound() {
        // Half a second or half a minute after the start.
        for modified in [1_800_000_000_500_000_000, 1_800_000_030_000_000_000] as [Int64] {
            let changed = look { $0.files = ["/x": mark(1, modified: modified)] }
            #expect(kinds(news([changed, changed])[1]) == [.program])
        }
    }

    /// As a script that prepares for long and then executes a server.
    @Test func aShellThatBecomesAnotherProgram_isNoFinding() {
        let shell = look { $0.executable = "/usr/bin/bash" }
        let server = look { $0.executable = "/srv/server" }
        #expect(isQuiet(news([shell, shell, shell, server, server, server])))
        #expect(kinds(news([server, server, look(), look()]).flatMap(\.self)) == [.command])
    }

    @Test func anotherRunBeginsAnew() {
        var findings = DriftFindings()
        let old = look { $0.instances = [7] }
        _ = findings.take([old], at: moment(0))
        #expect(findings.take([old], at: moment(1)).count == 1)
        var next = look()
        next.run = run("a", 2)
        #expect(findings.take([next], at: moment(2)).isEmpty, "the end of the other run was told already")
        next.instances = [7]
        #expect(findings.take([next], at: moment(3)).isEmpty)
        #expect(findings.take([next], at: moment(4)).count == 1)
    }

    @Test func actionsAreThoseOfThePolicyAndRestartsAreBounded() {
        var findings = DriftFindings()
        var actions: [DriftAction] = []
        for number in 1...6 {
            var bad = look { $0.instances = [7] }
            bad.orphans = [8]
            bad.run = run("a", number)
            bad.plan.drift = DriftPolicy([.instances: .restart, .orphans: .restart, .port: .ignore])
            bad.ports = [.init(port: DeclaredPort(80, .key), holder: .nobody)]
            for step in 0..<3 {
                for case .found(_, _, let action, _) in findings.take([bad], at: moment(number * 4 + step)) {
                    actions.append(action)
                }
            }
        }
        #expect(
            actions == [.restart, .alert, .restart, .alert, .restart, .alert] + Array(repeating: .alert, count: 6),
            "one restart for all that is found at once, three in an hour, and what is ignored is not told"
        )
    }

    @Test func growthIsFoundBeforeTheLimitIsReached() {
        func grown(_ mebibytes: Int64) -> RunLook {
            look {
                $0.plan.process.limits.memory = 1000 << 20
                $0.usage.memoryBytes = mebibytes << 20
            }
        }
        let steady = news((0..<10).map { grown(700 + $0 * 20) })
        #expect(steady.flatMap(kinds) == [.memory])
        #expect("\(steady)".contains("it uses 820.0 MiB and grows; at 1000.0 MiB in about 9m"), "\(steady)")
        let acting = news(
            (0..<20).map { step in
                var look = grown(700 + Int64(step) * 20)
                look.plan.drift = DriftPolicy([.memory: .restart])
                return look
            }
        )
        #expect(acting.flatMap(kinds) == [.memory])
        #expect(
            "\(acting)".contains("it uses 1040.0 MiB, and may use 1000.0 MiB"),
            "nobody is restarted for what may come"
        )
        let wavy = news((0..<10).map { grown($0 % 2 == 0 ? 900 : 800) })
        #expect(wavy.flatMap(kinds) == [])
        let flat = news((0..<10).map { _ in grown(900) })
        #expect(flat.flatMap(kinds) == [])
    }

    @Test func processorsAreCountedBetweenTwoLooks() {
        func busy(_ seconds: Int64) -> RunLook {
            look {
                $0.plan.process.limits.cpu = 0.5
                $0.usage.cpuNanoseconds = seconds * 1_000_000_000
            }
        }
        #expect(news([busy(0), busy(20), busy(40), busy(60)]).flatMap(kinds) == [])
        let hot = news([busy(0), busy(45), busy(90)])
        #expect(kinds(hot[2]) == [.cpu])
        #expect("\(hot)".contains("it uses 0.8 processors, and may use 0.5") || "\(hot)".contains("0.7"), "\(hot)")
    }

    @Test(arguments: [(31_536_000_000, 1), (-31_536_000_000, 1), (1500, 0), (-1500, 0)] as [(Int64, Int)])
    func aClockThatIsSetIsTold(jump: Int64, count: Int) {
        var findings = DriftFindings()
        _ = findings.take([look()], at: moment(0))
        let news = findings.take([look()], at: moment(1, wall: jump))
        #expect(news == (count == 0 ? [] : [.clockJumped(by: .milliseconds(jump))]))
        #expect(findings.take([look()], at: moment(2, wall: jump)).isEmpty, "once")
    }
}

/// Who is in the way of a port.
struct PortObstacleTests {
    @Test(arguments: [
        (RunLook.PortLook.Holder.nobody, DeclaredPort.Source.key, String?.none),
        (.own, .key, nil),
        (.daemon(name("b"), pid: 7), .probe, nil),
        (
            .daemon(name("b"), pid: 7), .key,
            "port 80 is held by b (PID 7), a daemon of the same project; give one of them another port"
        ),
        (.daemon(name("a"), pid: 7), .probe, "port 80 is held by a process of an earlier run of it (PID 7)"),
        (
            .stranger(name: "nginx", pid: 7, wasThereBefore: true), .probe,
            "port 80 is held by nginx (PID 7), which is no daemon of this project; stop that one, or write \"ports: []\" "
                + "if a does not listen there itself"
        ),
        (.unseen, .key, "port 80 is held by a process that this user may not look into"),
    ])
    func sentence(holder: RunLook.PortLook.Holder, source: DeclaredPort.Source, expected: String?) {
        #expect(PortObstacle.sentence(DeclaredPort(80, source), holder, name("a")) == expected)
    }
}
