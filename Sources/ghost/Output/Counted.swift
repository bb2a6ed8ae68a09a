extension Int {
    /// The number with what it counts: `1 line`, `2 lines`.
    func counted(_ word: String) -> String { "\(self) \(word)\(self == 1 ? "" : "s")" }
}
