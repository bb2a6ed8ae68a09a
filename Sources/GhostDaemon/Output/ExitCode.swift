/// The exit codes of `ghost`, from sysexits(3); 0, 1 and 2 are answers about health.
public enum ExitCode: Int32, Sendable, CaseIterable {
    /// Done; or healthy.
    case success = 0
    /// The health is a warning.
    case warning = 1
    /// The health is critical.
    case critical = 2
    /// The command line is wrong.
    case usage = 64
    /// The data is wrong.
    case badData = 65
    /// A file or folder to read is not there.
    case noInput = 66
    /// Ghost is not running.
    case notRunning = 69
    /// A fault of Ghost itself.
    case internalFault = 70
    /// A program cannot be started.
    case cannotSpawn = 71
    /// A file, folder or listener cannot be created.
    case cannotCreate = 73
    /// Reading or writing failed.
    case inputOutput = 74
    /// Another Ghost runs this project.
    case alreadyRunning = 75
    /// Not allowed.
    case noPermission = 77
    /// The configuration is wrong.
    case configuration = 78
}
