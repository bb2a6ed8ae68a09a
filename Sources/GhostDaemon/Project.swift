public import GhostModel
import GhostSystem

/// One project: its configuration and its state folder.
public struct Project: Sendable, Equatable {
    /// The configuration as the user named it.
    public let file: String
    /// The absolute path of the configuration.
    public let path: String
    /// Where the state is kept.
    public let state: StateFolder

    /// Resolves what the command line says.
    ///
    /// - Parameters:
    ///   - stateFolder: nil for `.ghost` beside the configuration.
    ///   - currentFolder: the absolute path that relative ones start from.
    public init(file: String, stateFolder: String?, currentFolder: String) {
        self.file = file
        path = file.absolutePath(in: currentFolder)
        state =
            stateFolder.map { StateFolder(path: $0.absolutePath(in: currentFolder)) }
            ?? StateFolder(project: path.parentFolder)
    }

    /// The absolute path of the folder of the configuration.
    public var directory: String { path.parentFolder }

    /// The control socket of the Ghost that runs this project.
    public var socket: String { state.socket(runtimeFolder: HostEnvironment.value(of: "XDG_RUNTIME_DIR")) }

    /// Reads the configuration.
    ///
    /// - Throws: ``GhostFailure`` if the file is not there or cannot be read, ``ConfigurationFailure`` if it is wrong.
    public func loadPlan() throws -> Plan { try loadConfiguration().plan }

    /// Reads the configuration with its rules, whose samples are checked.
    ///
    /// - Throws: what ``loadPlan()`` throws.
    public func loadConfiguration() throws -> Configuration {
        do {
            return try PlanLoader.loadConfiguration(path: path, name: file, daemonLogs: state.daemonLogs)
        } catch let failure as SystemCallFailure where failure.code == .missing {
            let advice = "write one, or name another with -f; \"ghost --help\" shows the smallest one"
            throw GhostFailure(.noInput, "there is no configuration \(file); \(advice)")
        } catch let failure as SystemCallFailure {
            throw GhostFailure(failure, otherwise: .noInput)
        }
    }
}

extension Project {
    /// The daemons of the configuration, then those that only have a log left from earlier.
    ///
    /// Works without a configuration as long as there is a state folder.
    public func daemonsWithLogs() throws -> [String] {
        let left: [String]
        do {
            left = try Folder.entries(of: state.daemonLogs)
                .filter { $0.hasSuffix(".log") }
                .map { String($0.dropLast(".log".count)) }
                .sorted()
        } catch let failure where failure.code == .missing {
            left = []
        } catch {
            throw GhostFailure(error, otherwise: .inputOutput)
        }
        // Logs are worth reading also while the configuration is being repaired.
        let declared = (try? loadPlan())?.daemons.map(\.name.text) ?? []
        if declared.isEmpty, left.isEmpty { _ = try loadPlan() }
        return declared + left.filter { !declared.contains($0) }
    }

    /// The word that was probably meant; nil if none is near.
    public static func nearest(to word: String, among words: [String]) -> String? {
        NearestWord.to(word, among: words)
    }

    /// The sentence about a name that is none of those known.
    public func unknownDaemon(_ name: String, known: [String]) -> String {
        let nearest = NearestWord.to(name, among: known).map { "; did you mean \"\($0)\"?" }
        let others = known.isEmpty ? "" : "; there are \(known.joined(separator: ", "))"
        return "there is no daemon \"\(name)\" in \(file)\(nearest ?? others)"
    }
}
