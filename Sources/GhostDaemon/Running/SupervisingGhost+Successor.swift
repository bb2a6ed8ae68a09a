import GhostModel
import GhostSystem
import ServiceLifecycle

/// The Ghost that follows this one: after a crash, or in another program.
extension SupervisingGhost {
    /// How the keeper starts this Ghost again; nil if that is not its business.
    static func relaunch(
        _ invocation: Invocation,
        _ project: Project,
        environment: [String: String],
        descriptorLimit: ProcessAttributes.ResourceLimit?
    ) -> KeeperRelaunch? {
        guard invocation.place == .background else { return nil }
        return KeeperRelaunch(
            executable: OwnProgram.path,
            arguments: ["ghost"] + invocation.arguments,
            environment: environment,
            directory: invocation.folder,
            output: project.state.ghostLog,
            limits: descriptorLimit.map { [$0] } ?? []
        )
    }

    /// Looks whether what a Ghost needs beside its configuration is there.
    public static func rehearse() throws(GhostFailure) {
        _ = try findKeeper()
    }

    /// What keeps the log of a Ghost in the background within bounds.
    static func ownLog(_ options: RunOptions, _ project: Project) -> [any Service] {
        guard options.invocation?.place == .background else { return [] }
        return [OwnLogRotation(path: project.state.ghostLog)]
    }

    /// Goes on in another program, or in the present one again if that fails; returns only if neither can be done.
    static func goOn(in program: String, _ replacement: ProgramReplacement) -> GhostFailure {
        let failure = replacement.perform()
        var same = replacement
        same.executable = OwnProgram.path
        _ = same.perform()
        return GhostFailure(
            .internalFault,
            "\(failure); the daemons go on without Ghost, and \"ghost up\" takes them over again"
        )
    }
}
