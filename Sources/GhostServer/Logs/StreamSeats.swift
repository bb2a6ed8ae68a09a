import Synchronization

/// How many streams of lines there are at once: each of them reads files for itself.
final class StreamSeats: Sendable {
    /// The most streams of one server.
    static let most = 64
    /// The most streams of one address that is not this machine.
    static let mostOfOneAddress = 8

    private let taken = Mutex<[String: Int]>([:])

    /// Takes a seat; false if there is none left.
    ///
    /// Whoever took one gives it back.
    func take(for address: String, isNear: Bool) -> Bool {
        taken.withLock { taken in
            let all = taken.values.reduce(0, +)
            let own = taken[address, default: 0]
            guard all < Self.most, isNear || own < Self.mostOfOneAddress else { return false }
            taken[address] = own + 1
            return true
        }
    }

    /// Gives a seat back.
    func leave(_ address: String) {
        taken.withLock { taken in
            let left = taken[address, default: 1] - 1
            taken[address] = left > 0 ? left : nil
        }
    }

    /// How many are taken.
    var count: Int { taken.withLock { $0.values.reduce(0, +) } }
}
