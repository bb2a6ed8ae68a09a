#if canImport(Darwin)
extension ProcessTable {
    /// Nothing: this system shows the environment of others, by which runs are known, to nobody.
    public mutating func look() -> [ProcessEntry] { [] }
}

extension ProcessDetails {
    /// Nothing is known of another process here.
    public init(of pid: Int32, with parts: Parts = [.user, .limits]) {
        self.init()
    }
}
#endif
