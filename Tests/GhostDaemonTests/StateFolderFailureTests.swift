import GhostSystem
import GhostTestSupport
import Testing

@testable import GhostDaemon

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What is said where the state folder cannot be used.
struct StateFolderFailureTests {
    @Test(arguments: [
        (
            EACCES, ExitCode.noPermission,
            "; run Ghost as the user who owns the folder, or name another with --state-dir"
        ),
        (EROFS, .noPermission, "; run Ghost as the user who owns the folder, or name another with --state-dir"),
        (ENOSPC, .cannotCreate, "; free some space, or name a folder on another disk with --state-dir"),
        (EDQUOT, .cannotCreate, "; free some space, or name a folder on another disk with --state-dir"),
        (ENOTDIR, .cannotCreate, ""),
    ])
    func theFailure_saysWhatToDo(code: Int32, exitCode: ExitCode, advice: String) {
        let failure = SystemCallFailure("create the folder", "/p/.ghost", code: ErrorNumber(code))
        let told = GhostFailure(failure, inStateFolderOtherwise: .cannotCreate)
        #expect(told.exitCode == exitCode)
        #expect(told.message == failure.description + advice)
    }
}
