import GhostLogs
import GhostSystem

/// A file of rules as somebody named it.
public struct RulesFile: Sendable {
    /// Its absolute path.
    public var path: String
    /// As the user wrote it, for messages.
    public var name: String

    /// Names a file.
    public init(path: String, name: String) {
        self.path = path
        self.name = name
    }

    /// Reads it and checks it with its samples.
    func load() throws(GhostFailure) -> RuleSet {
        do {
            let set = try RuleLoader.load(path: path, name: name)
            if let component = set.components.first(where: { !$0.daemons.isEmpty }) {
                throw GhostFailure(
                    .configuration,
                    "\(name): \(component.name) is read from the log of the daemon \(component.daemons[0]), which only "
                        + "\"ghost up\" knows; name its files instead"
                )
            }
            return set
        } catch let failure as GhostFailure {
            throw failure
        } catch let failure as ConfigurationFailure {
            throw GhostFailure(.configuration, "\(failure)")
        } catch let failure as SystemCallFailure {
            throw GhostFailure(failure, otherwise: .noInput)
        } catch {
            throw GhostFailure(.configuration, "\(error)")
        }
    }
}
