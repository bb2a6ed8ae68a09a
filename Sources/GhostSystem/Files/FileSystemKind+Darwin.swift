#if canImport(Darwin)
/// What kind of file system a folder is on; here every folder is looked at now and then anyway.
struct FileSystemKind {
    /// Finds nothing out.
    init?(path: String) { nil }

    /// Why notifications do not tell everything that happens on it; nil if they do.
    var withoutNotifications: String? { nil }

    /// Whose clock gives the times of its files.
    var clock: FileClock { .ofThisMachine }
}
#endif
