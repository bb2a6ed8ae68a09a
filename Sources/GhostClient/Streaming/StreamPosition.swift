/// The name of a state: which store it belongs to, and how many changes it contains.
///
/// In text `EPOCH-SEQUENCE`, cut at the last dash.
public struct StreamPosition: Hashable, Sendable, CustomStringConvertible {
    public var epoch: String
    public var sequence: UInt64

    /// Names a state.
    public init(epoch: String, sequence: UInt64) {
        self.epoch = epoch
        self.sequence = sequence
    }

    /// Reads a position; nil if `text` is none.
    public init?(_ text: String) {
        guard let dash = text.lastIndex(of: "-") else { return nil }
        let digits = text[text.index(after: dash)...]
        guard digits.utf8.count <= 20, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard let sequence = UInt64(digits) else { return nil }
        self.init(epoch: String(text[..<dash]), sequence: sequence)
    }

    public var description: String { "\(epoch)-\(sequence)" }
}
