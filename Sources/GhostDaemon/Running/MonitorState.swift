import GhostLogs
import GhostModel
import GhostStore
import GhostSystem

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where `ghost monitor` keeps what it counted, owned for as long as this value lives.
struct MonitorState: Sendable {
    /// Opens the store.
    let openStore: @Sendable () throws(StoreFailure) -> any StateKeeping
    /// Where the token is; nil where the folder cannot be written.
    let token: String?
    /// Nil where the folder cannot be written; then nothing is opened either.
    private let lock: InstanceLock?

    /// Becomes the owner of the state of a log folder.
    ///
    /// A folder that cannot be written is no reason not to watch: the monitor then goes on in memory and says so.
    ///
    /// - Parameters:
    ///   - logFolder: its absolute path.
    ///   - stateFolder: the absolute path of the state folder; nil for the usual one.
    /// - Throws: when another Ghost is the owner.
    static func own(logFolder: String, stateFolder: String?) throws(GhostFailure) -> MonitorState {
        let subject = realPath(logFolder)
        guard let state = stateFolder.map(StateFolder.init(path:)) ?? usualFolder(of: subject) else {
            let message = "there is no home folder to keep the state in; name a folder with --state-dir"
            throw GhostFailure(.cannotCreate, message)
        }
        do {
            try Folder.create(state.path, mode: 0o700)
            let lock = try InstanceLock.acquire(state.lock)
            let database = state.database
            return MonitorState(
                openStore: { () throws(StoreFailure) in
                    try StateStore.open(path: database, subject: subject, now: Clocks.wall())
                },
                token: state.token,
                lock: lock
            )
        } catch InstanceLock.Failure.held(let pid) {
            let owner = pid.map { "a Ghost with pid \($0)" } ?? "another Ghost"
            throw GhostFailure(
                .alreadyRunning,
                "\(owner) already watches \(logFolder) (\(state.path)); end it, or name another folder with --state-dir"
            )
        } catch let error as InstanceLock.Failure {
            guard case .system(let failure) = error else { return inMemory(state, "\(error)") }
            return inMemory(state, failure.description)
        } catch {
            return inMemory(state, "\(error)")
        }
    }

    private static func inMemory(_ state: StateFolder, _ reason: String) -> MonitorState {
        let path = state.database
        return MonitorState(
            openStore: { () throws(StoreFailure) in
                throw .refused(path: path, action: .open, code: 0, detail: reason)
            },
            token: nil,
            lock: nil
        )
    }

    private static func usualFolder(of logFolder: String) -> StateFolder? {
        StateFolder.monitor(
            of: logFolder,
            stateHome: HostEnvironment.value(of: "XDG_STATE_HOME"),
            home: HostEnvironment.value(of: "HOME")
        )
    }

    /// The path without symbolic links; as it is if there is nothing at its end.
    private static func realPath(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
