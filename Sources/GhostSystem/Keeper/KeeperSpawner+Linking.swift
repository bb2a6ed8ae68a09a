import Dispatch
import GhostModel
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Having a keeper, and having another one when it is gone.
extension KeeperSpawner {
    /// Why there is no connection.
    private struct NoLink: Error, CustomStringConvertible {
        var description: String
    }

    /// The thread that listens: connects, starts a keeper if there is none, and hears what it says, until it is closed.
    func keepLinked() {
        var patience = KeeperPatience()
        while true {
            var failure = "the connection ended"
            do {
                let connection = try reach()
                var answers = KeeperAnswers(connection)
                defer { answers.closeRest() }
                try greet(connection, &answers)
                patience.succeeded()
                linkedOnce.signal()
                try listen(&answers)
            } catch {
                failure = "\(error)"
            }
            let pause = patience.failed()
            guard lost(because: failure, isFinal: patience.isExhausted) else { break }
            // The link has a thread of its own, and nothing else to do on it.
            usleep(UInt32(clamping: pause.wholeNanoseconds / 1000))
        }
        linkedOnce.signal()
        listeningEnded.signal()
    }

    /// Connects to the keeper that is there, or to a new one.
    private func reach() throws -> KeeperConnection {
        do throws(SystemCallFailure) {
            return try KeeperConnection(folder: folder)
        } catch {
            guard error.code == .notFound || error.code.rawValue == ECONNREFUSED else { throw error }
        }
        let ended = Mutex<ProcessExit?>(nil)
        _ = try program.start(folder: folder, spawner: launcher) { exit in ended.withLock { $0 = exit } }
        let deadline = ContinuousClock.now + .seconds(5)
        while true {
            // A new keeper tells nobody that it listens; it does within milliseconds.
            usleep(1000)
            do throws(SystemCallFailure) {
                return try KeeperConnection(folder: folder)
            } catch {
                // Another one may have been faster, and then this one ends: that one is just as good.
                if let exit = ended.withLock({ $0 }), exit.status != .exited(Self.anotherKeeper) {
                    throw NoLink(description: "the keeper ended with \(exit.status); \(folder)/keeper.log says why")
                }
                guard ContinuousClock.now < deadline else { throw NoLink(description: "\(error)") }
            }
        }
    }

    /// The exit status of a keeper that finds another one in its folder.
    private static let anotherKeeper: Int32 = 75

    /// Says hello, and compares what the keeper holds with what is known.
    private func greet(_ connection: KeeperConnection, _ answers: inout KeeperAnswers) throws {
        guard connection.send(KeeperRequest.hello(.ghost).frame(tag: 0, descriptorCount: 0), descriptors: []) == .sent
        else {
            throw NoLink(description: "the keeper hung up")
        }
        var keeper: Int32 = 0
        var runs: [KeeperRun] = []
        var brought: [String: [Int32]] = [:]
        defer {
            for descriptors in brought.values { for descriptor in descriptors { _ = closeDescriptor(descriptor) } }
        }
        greeting: while true {
            guard let item = try answers.next() else { throw NoLink(description: "the keeper hung up") }
            switch item.answer {
            case .welcome(let version, let pid, _):
                guard version == KeeperRequest.version else { throw KeeperProtocolError.version(version) }
                keeper = pid
            case .run(let run):
                runs.append(run)
                brought[run.name] = item.descriptors
            case .runsEnd: break greeting
            case .spawned, .spawnFailed, .done, .exited, .pressure, .unknown: break
            }
        }
        connection.greeted()
        let work = state.withLock { state -> Work in
            if case .closing = state.condition { return Work() }
            let isFirst = state.ledger.link == .none
            state.connection = connection
            state.condition = .up
            state.work = Work()
            if isFirst {
                // Written down by keepers that have ended since; one that goes on tells it itself.
                let names = Set(runs.map(\.name))
                for record in exits.load() where !names.contains(record.run) { state.unseen[record.run] = record.end }
            }
            perform(state.ledger.linked(keeper: keeper, runs: runs), &state, &brought)
            // Each keeper is told anew, and each Ghost undoes what the former one wanted.
            perform([.send(.relaunch(relaunch), tag: 0, pipesOf: nil)], &state)
            if !isFirst {
                let count = state.ledger.living.count
                state.work.events.append(
                    .notice("keeper \(keeper) holds the daemons now (\(count) taken over, none was touched)")
                )
            }
            return state.takeWork()
        }
        carryOut(work)
    }

    /// Hears the keeper until it is gone.
    private func listen(_ answers: inout KeeperAnswers) throws {
        while let item = try answers.next() {
            var brought = ["": item.descriptors]
            let work = state.withLock { state -> Work in
                perform(state.ledger.received(item.answer, tag: item.tag), &state, &brought)
                return state.takeWork()
            }
            for descriptors in brought.values { for descriptor in descriptors { _ = closeDescriptor(descriptor) } }
            carryOut(work)
        }
    }

    /// Takes in that there is no connection; whether another one is wanted.
    private func lost(because failure: String, isFinal: Bool) -> Bool {
        let (events, onEvent, goesOn) = state.withLock { state in
            state.connection = nil
            let formerLink = state.ledger.link
            state.ledger.lost()
            if case .closing = state.condition { return ([SpawnerEvent](), state.onEvent, false) }
            var events: [SpawnerEvent] = []
            if case .up(let keeper) = formerLink {
                events.append(
                    .notice("keeper \(keeper) is gone (\(failure)); the daemons go on, and a new keeper is started")
                )
            }
            switch (state.condition, isFinal) {
            case (.unavailable, _): break
            case (_, false): state.condition = .connecting
            case (_, true):
                let text = "there is no keeper: \(failure)"
                state.condition = .unavailable(text)
                events.append(.notice("\(text); daemons go on, and none can be started until there is one"))
                for (run, answer) in state.answers {
                    perform(state.ledger.abandon(run), &state)
                    answer.give(.given(up: text))
                }
                linkedOnce.signal()
            }
            return (events, state.onEvent, true)
        }
        for event in events { onEvent?(event) }
        return goesOn
    }

    /// Does what must not be done while others wait for the state.
    func carryOut(_ work: Work) {
        let onEvent = state.withLock { $0.onEvent }
        for event in work.events { onEvent?(event) }
        for (exit, callback) in work.ends { callback(exit) }
        for (run, mark) in work.doubts {
            let marked = MarkedProcesses.find(prefix: mark).filter { $0.mark == mark }.map(\.pid)
            let keeper = state.withLock { state -> Int32 in
                if case .up(let keeper) = state.ledger.link { keeper } else { 0 }
            }
            Self.kill(marked + MarkedProcesses.unborn(folder: folder, except: keeper))
            let more = state.withLock { state -> Work in
                perform(state.ledger.resolved(run), &state)
                return state.takeWork()
            }
            carryOut(more)
        }
    }
}
