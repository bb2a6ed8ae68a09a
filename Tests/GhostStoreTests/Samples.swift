import GhostModel
import GhostStore
import GhostTestSupport

extension Timestamp {
    static let test = Timestamp(milliseconds: 1_763_827_500_123)
}

extension TemporaryFolder {
    /// Where the tests keep their store.
    var storePath: String { path("state.sqlite") }

    func openStore(subject: String = "logs") throws(StoreFailure) -> StateStore {
        try StateStore.open(path: storePath, subject: subject, now: .test)
    }
}

extension StateEvent {
    static func sample(_ sequence: UInt64, position: SourcePosition? = nil) -> StateEvent {
        StateEvent(
            sequence: sequence,
            at: .test,
            component: ComponentKind.watchdog.rawValue,
            cause: "✅ api restart attempt \(sequence)",
            position: position
        )
    }
}

extension LossEntry {
    static func sample(_ number: Int) -> LossEntry {
        LossEntry(
            component: "sentinel",
            file: "sentinel-status.log",
            generation: number,
            from: number.isMultiple(of: 2) ? 10 : nil,
            to: number.isMultiple(of: 3) ? 20 : nil,
            reason: .truncatedUnread,
            lastSeen: number.isMultiple(of: 2) ? .test : nil,
            noticed: .test
        )
    }
}

extension StateChange {
    /// A change of the watchdog's fold.
    static func sample(_ sequence: UInt64, body: [UInt8] = [1, 2, 3]) -> StateChange {
        StateChange(
            folds: [SavedFold(component: .watchdog, version: 1, body: body)],
            sources: [
                SavedSource(component: .watchdog, name: "watchdog-restarts.log", checkpoint: [UInt8(sequence & 0xFF)])
            ],
            events: [.sample(sequence)]
        )
    }
}
