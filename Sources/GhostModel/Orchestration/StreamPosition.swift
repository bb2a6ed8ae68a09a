/// The name of a state: which store it belongs to, and how many changes it contains.
///
/// In text `EPOCH-SEQUENCE`, cut at the last dash.
public struct StreamPosition: Hashable, Sendable, CustomStringConvertible {
    public var epoch: String
    public var sequence: UInt64

    /// The longest text that is looked at, in bytes.
    public static let longest = 256

    /// Names a state.
    public init(epoch: String, sequence: UInt64) {
        self.epoch = epoch
        self.sequence = sequence
    }

    /// Reads a position; nil if `text` is none.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count <= Self.longest, let dash = text.lastIndex(of: "-"), dash != text.startIndex else {
            return nil
        }
        let digits = text[text.index(after: dash)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard let sequence = UInt64(digits) else { return nil }
        self.init(epoch: String(text[..<dash]), sequence: sequence)
    }

    public var description: String { "\(epoch)-\(sequence)" }
}
