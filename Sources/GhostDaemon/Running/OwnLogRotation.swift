import GhostSystem
import ServiceLifecycle

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Puts the log of a Ghost in the background away when it is long, and goes on in a new one.
///
/// Standard output and error are descriptors of the file, which is why nobody else can do it.
struct OwnLogRotation: Service {
    let path: String
    var rotation = LogRotation()
    /// The pause between two looks; a Ghost says little.
    var pause: Duration = .seconds(600)

    func run() async {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: pause)
                rotateIfDue()
            }
        }
    }

    /// Looks at the file once.
    func rotateIfDue() {
        guard let before = try? FileStatus(path: path), before.length > rotation.bytes else { return }
        rotation.putAwayIfDue(path)
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o600)
        guard file >= 0 else { return }
        for number in [STDOUT_FILENO, STDERR_FILENO] { dup2(file, number) }
        close(file)
    }
}
