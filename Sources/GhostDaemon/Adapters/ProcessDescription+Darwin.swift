#if canImport(Darwin)
/// What a process that does not end is doing; this system does not tell.
enum ProcessDescription {
    static func of(_ pid: Int32) -> String? { nil }
}
#endif
