import GhostModel

/// The tasks that were started and have not ended, each with the time of its start if that is known.
///
/// A hash table with linear probing of its own: starts and ends of tasks are most of an executor's log, and the standard
/// dictionary costs more than all the rest of reading such a line. The seed is drawn anew each time, so that nobody can
/// choose identifiers that share a place.
struct OpenTasks: Sendable {
    private struct Entry: Sendable {
        var task: TaskKey
        var start: Timestamp?
    }

    /// A power of two in number and at most half full, so that a search is short and ends.
    private var slots: [Entry?] = []
    private(set) var count = 0
    private let seed = UInt64.random(in: .min ... .max)

    var isEmpty: Bool { count == 0 }

    /// Every task and its start, in no order.
    var entries: [(task: TaskKey, start: Timestamp?)] {
        slots.compactMap { slot in slot.map { ($0.task, $0.start) } }
    }

    /// How many were started at `time` or later, or at an unknown time.
    func count(startedSince time: Timestamp) -> Int {
        guard count > 0 else { return 0 }
        return slots.count { slot in
            guard let slot else { return false }
            return slot.start.map { $0 >= time } ?? true
        }
    }

    func contains(_ task: TaskKey) -> Bool {
        !slots.isEmpty && slots[place(of: task)] != nil
    }

    /// Opens `task`, or gives it another start if it is open already.
    mutating func open(_ task: TaskKey, at start: Timestamp?) {
        if (count + 1) * 2 > slots.count { grow() }
        let place = place(of: task)
        if slots[place] == nil { count += 1 }
        slots[place] = Entry(task: task, start: start)
    }

    /// Takes `task` out if it is open.
    ///
    /// - Returns: when it was started, if that is known.
    @discardableResult
    mutating func close(_ task: TaskKey) -> Timestamp? {
        guard count > 0 else { return nil }
        var hole = place(of: task)
        guard let closed = slots[hole] else { return nil }
        count -= 1
        // Those behind it move up, so that a search that passes here is not cut short.
        let mask = slots.count - 1
        var next = (hole + 1) & mask
        while let entry = slots[next] {
            if (next &- home(of: entry.task)) & mask >= (next &- hole) & mask {
                slots[hole] = entry
                hole = next
            }
            next = (next + 1) & mask
        }
        slots[hole] = nil
        return closed.start
    }

    mutating func closeAll() {
        guard count > 0 else { return }
        // A table that a burst made large would cost as much again and again for a few tasks.
        let isSparse = slots.count > 64 && count * 16 < slots.count
        count = 0
        guard !isSparse else {
            slots = []
            return
        }
        for index in slots.indices { slots[index] = nil }
    }

    /// Takes out every task that was started before `time`; those without a start stay.
    mutating func close(startedBefore time: Timestamp) {
        guard count > 0 else { return }
        let kept = entries.filter { $0.start.map { $0 >= time } ?? true }
        guard kept.count < count else { return }
        closeAll()
        for entry in kept { open(entry.task, at: entry.start) }
    }

    /// Where `task` is, or the free place where it would be.
    @inline(__always)
    private func place(of task: TaskKey) -> Int {
        let mask = slots.count - 1
        var place = home(of: task)
        while let entry = slots[place], entry.task != task { place = (place + 1) & mask }
        return place
    }

    @inline(__always)
    private func home(of task: TaskKey) -> Int {
        Int(truncatingIfNeeded: task.hash(seed: seed)) & (slots.count - 1)
    }

    private mutating func grow() {
        let all = entries
        slots = Array(repeating: nil, count: max(16, slots.count * 2))
        count = 0
        for entry in all { open(entry.task, at: entry.start) }
    }
}
