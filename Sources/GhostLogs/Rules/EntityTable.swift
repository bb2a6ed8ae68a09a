import GhostModel

/// The entities that the lines of a component name: daemons, tasks, disks.
///
/// A hash table with linear probing of its own, so that finding one costs no allocation. The seed is drawn anew each
/// time, so that nobody can choose names that share a place.
struct EntityTable: Sendable {
    struct Entity: Sendable {
        var name: [UInt8]
        var hash: UInt64
        /// No other entity ever had this number; negative if the place is free.
        var serial: Int
        var track: RuleStateTrack
        var tally = RuleTally()
    }

    private(set) var entities: [Entity] = []
    private var free: [Int] = []
    /// The number of an entity + 1, or 0 where free; a power of two in number and at most half full.
    private var slots: [Int32] = []
    private(set) var count = 0
    private var nextSerial = 0
    private let seed = UInt64.random(in: .min ... .max)

    /// The numbers of all entities.
    var numbers: [Int] { entities.indices.filter { entities[$0].serial >= 0 } }

    /// The number of the entity that `range` names; nil if it is not known.
    func find(_ line: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard count > 0 else { return nil }
        let hash = line.hash(range, seed: seed)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while case let entry = Int(slots[slot]), entry != 0 {
            if entities[entry - 1].hash == hash, entities[entry - 1].name.equals(line, range) {
                return entry - 1
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Adds an entity that is not there; nil if there is no room.
    mutating func add(_ line: Span<UInt8>, _ range: Range<Int>, state: Int) -> Int? {
        guard count < RuleLimits.entities else { return nil }
        if (count + 1) * 2 > slots.count { grow() }
        var name: [UInt8] = []
        name.replace(with: line, range)
        let hash = line.hash(range, seed: seed)
        let entity = Entity(name: name, hash: hash, serial: nextSerial, track: RuleStateTrack(state: state))
        nextSerial += 1
        let number: Int
        if let reused = free.popLast() {
            number = reused
            entities[number] = entity
        } else {
            number = entities.count
            entities.append(entity)
        }
        count += 1
        insert(number, hash)
        return number
    }

    mutating func remove(_ number: Int) {
        guard entities[number].serial >= 0 else { return }
        let mask = slots.count - 1
        var hole = Int(truncatingIfNeeded: entities[number].hash) & mask
        while Int(slots[hole]) != number + 1 { hole = (hole + 1) & mask }
        // Those behind it move up, so that a search that passes here is not cut short.
        var next = (hole + 1) & mask
        while case let entry = Int(slots[next]), entry != 0 {
            let home = Int(truncatingIfNeeded: entities[entry - 1].hash) & mask
            if (next &- home) & mask >= (next &- hole) & mask {
                slots[hole] = slots[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        slots[hole] = 0
        entities[number].serial = -1
        free.append(number)
        count -= 1
    }

    mutating func removeAll() {
        guard count > 0 else { return }
        entities.removeAll(keepingCapacity: count > 64)
        free.removeAll(keepingCapacity: true)
        for slot in slots.indices { slots[slot] = 0 }
        count = 0
    }

    /// Changes an entity in place.
    @inline(__always)
    mutating func change(_ number: Int, _ body: (inout Entity) -> Void) {
        body(&entities[number])
    }

    /// Whether the entity that had this number and serial is still there.
    func has(_ number: Int, serial: Int) -> Bool {
        entities.indices.contains(number) && entities[number].serial == serial
    }

    private mutating func insert(_ number: Int, _ hash: UInt64) {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(number + 1)
    }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: max(16, slots.count * 2))
        for number in numbers { insert(number, entities[number].hash) }
    }
}
