#if canImport(Darwin)
/// The process that listens on a TCP port.
public struct PortHolder: Sendable, Equatable {
    /// The process.
    public var pid: Int32
    /// Its short name, as `ps` shows it.
    public var name: String

    /// Always nil: Darwin tells a port's owner only through private interfaces.
    public static func find(port: Int) -> PortHolder? { nil }
}
#endif
