#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The program that this process executes.
public enum ProcessImage {
    /// Goes on as another program: the same process, terminal and descriptors, and the other program's exit status.
    ///
    /// What the request says of output, runs and further descriptors means nothing here.
    ///
    /// - Returns: only if that cannot be done; then this process may already be another user or in another folder.
    public static func replace(with request: SpawnRequest) -> SpawnError {
        func failure(_ step: String) -> SpawnError {
            SpawnError(executable: request.executable, reason: .step(step, .last))
        }
        let attributes = request.attributes
        for limit in attributes.limits {
            var value = rlimit(
                rlim_cur: rlim_t(clamping: limit.soft ?? .max),
                rlim_max: rlim_t(clamping: limit.hard ?? .max)
            )
            #if canImport(Glibc)
            let failed = setrlimit(__rlimit_resource_t(UInt32(limit.resource.number)), &value) != 0
            #else
            let failed = setrlimit(limit.resource.number, &value) != 0
            #endif
            if failed { return failure("set its limits") }
        }
        if let nice = attributes.nice {
            errno = 0
            #if canImport(Glibc)
            let result = Glibc.nice(nice)
            #elseif canImport(Musl)
            let result = Musl.nice(nice)
            #else
            let result = Darwin.nice(nice)
            #endif
            if result == -1, errno != 0 { return failure("set its niceness to \(nice)") }
        }
        if let mask = attributes.umask { _ = umask(mode_t(mask)) }
        if let account = attributes.account, account.user != geteuid() || account.group != getegid() {
            #if canImport(Darwin)
            let count = Int32(account.groups.count)
            #else
            let count = account.groups.count
            #endif
            let groups = account.groups.map { gid_t($0) }
            guard setgroups(count, groups) == 0 else { return failure("give it its groups") }
            guard setgid(account.group) == 0 else { return failure("give it the group \(account.group)") }
            guard setuid(account.user) == 0 else { return failure("run it as user \(account.user)") }
        }
        guard chdir(request.workingDirectory) == 0 else { return failure("enter \(request.workingDirectory)") }
        // Whoever started this process may have had some ignored or held back.
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
        signal(SIGPIPE, SIG_DFL)
        let variables = request.environment.map { "\($0.key)=\($0.value)" }
        let error = CStringArray.withPointers(to: request.arguments) { words in
            CStringArray.withPointers(to: variables) { variables in
                _ = execve(request.executable, words, variables)
                return ErrorNumber.last
            }
        }
        return SpawnError(executable: request.executable, reason: .system(error))
    }
}
