/// How the keeper starts Ghost again after a crash.
///
/// A Ghost in the background says this to its keeper; one in the foreground belongs to whoever started it, and does not.
public struct KeeperRelaunch: Sendable, Hashable {
    /// The absolute path of the file to execute.
    public var executable: String
    /// The words that Ghost sees, its own name first.
    public var arguments: [String]
    /// Its whole environment.
    public var environment: [String: String]
    /// The absolute path of the folder it runs in.
    public var directory: String
    /// The absolute path of the file that its output is appended to; the keeper says there why it starts it.
    public var output: String
    /// The limits that it gets; those of the keeper that are not named.
    public var limits: [ProcessAttributes.ResourceLimit]

    /// Creates a description of a Ghost.
    public init(
        executable: String,
        arguments: [String],
        environment: [String: String],
        directory: String,
        output: String,
        limits: [ProcessAttributes.ResourceLimit] = []
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.output = output
        self.limits = limits
    }
}

/// Who speaks to a keeper.
enum KeeperCaller: UInt8, Sendable, Hashable {
    /// Ghost, of which there is one.
    case ghost = 1
    /// Somebody who asks and is told nothing else.
    case visitor = 2
}

/// Something that is said to a keeper while Ghost is not there.
public enum KeeperVisit {
    /// Lets the keeper of a state folder not start Ghost again; false if there is no keeper, or it does not answer.
    ///
    /// Blocks for five seconds at most.
    public static func stopRelaunching(folder: String) -> Bool {
        guard let connection = try? KeeperConnection(folder: folder) else { return false }
        defer { connection.hangUp() }
        let hello = KeeperRequest.hello(.visitor).frame(tag: 1, descriptorCount: 0)
        let stop = KeeperRequest.relaunch(nil).frame(tag: 2, descriptorCount: 0)
        guard connection.send(hello, descriptors: []) == .sent, connection.send(stop, descriptors: []) == .sent else {
            return false
        }
        var answers = KeeperAnswers(connection)
        defer { answers.closeRest() }
        while let item = try? answers.next() {
            for descriptor in item.descriptors { _ = closeDescriptor(descriptor) }
            if case .done(let error) = item.answer, item.tag == 2 { return error == .none }
        }
        return false
    }
}
