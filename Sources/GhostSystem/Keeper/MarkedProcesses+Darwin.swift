#if canImport(Darwin)
/// Processes that are known by the `GHOST_RUN` of their environment; this system does not show it to others.
enum MarkedProcesses {
    static let variable = "GHOST_RUN"

    static func find(prefix: String) -> [(pid: Int32, mark: String)] { [] }

    static func unborn(folder: String, except keeper: Int32) -> [Int32] { [] }
}
#endif
