import GhostLogs
import GhostModel
import GhostStore
import GhostSystem

/// Measures how long it takes from nothing to the full state of a log folder, with what an earlier run saved.
///
/// Usage: `restart FOLDER DATABASE`. The first run reads every byte, the next ones only what is new. Prints the time in
/// microseconds and how many records are in the state.
@main
enum Restart {
    static func main() {
        guard CommandLine.arguments.count == 3 else {
            print("usage: restart FOLDER DATABASE")
            return
        }
        let (folder, database) = (CommandLine.arguments[1], CommandLine.arguments[2])
        let start = ContinuousClock.now
        let snapshot = ComponentLogReader.readOnce(
            folder: folder,
            openStore: { () throws(StoreFailure) in
                try StateStore.open(path: database, subject: folder, now: Clocks.wall())
            },
            now: Clocks.wall()
        )
        let data = snapshot.status(at: Clocks.wall(), plan: MonitorPlan())
        print("microseconds \(Int((ContinuousClock.now - start) / .microseconds(1)))")
        print("records \(ComponentKind.allCases.reduce(0) { $0 + data.component($1).facts.records })")
        print("saved \(data.persistence.state == .saved)")
    }
}
