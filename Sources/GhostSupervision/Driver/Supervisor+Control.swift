public import GhostModel
import Synchronization

/// What people ask of a supervisor while it runs.
public enum SupervisorOrder: Sendable, Hashable {
    /// Something about one daemon.
    case daemon(DaemonName, DaemonOrder)
    /// To take over another plan.
    case takeOver(PlanChange)
    /// To answer, which it does as soon as it supervises.
    case answer
    /// To stop everything at once: KILL for every process, without its stop sequence.
    case killEverything
}

/// What became of an order.
public enum OrderReceipt: Sendable, Hashable {
    /// It was decided on; ``Supervisor/statuses`` show what follows from it.
    case taken
    /// There is no such daemon.
    case unknownDaemon
    /// The daemon has no process that could be signalled.
    case noProcess
    /// Supervision is ending or over.
    case closing
}

/// The orders that wait to be decided on, and who waits for them.
///
/// Every order is answered: by the supervisor, or when it closes the desk.
final class OrderDesk: Sendable {
    private struct State {
        var waiting: [UInt64: CheckedContinuation<OrderReceipt, Never>] = [:]
        var newest: UInt64 = 0
        var isOpen = true
    }

    private let state = Mutex(State())

    /// The most orders that wait.
    static let capacity = 1000

    /// Waits for the answer to an order that `post` hands over under the number it is given.
    func answer(_ post: (UInt64) -> Void) async -> OrderReceipt {
        await withCheckedContinuation { continuation in
            let number = state.withLock { state -> UInt64? in
                guard state.isOpen, state.waiting.count < Self.capacity else { return nil }
                state.newest += 1
                state.waiting[state.newest] = continuation
                return state.newest
            }
            if let number { post(number) } else { continuation.resume(returning: .closing) }
        }
    }

    func answer(_ number: UInt64, with receipt: OrderReceipt) {
        state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(returning: receipt)
    }

    /// Answers everybody, and from now on at once, that supervision is over.
    func close() {
        let waiting = state.withLock { state in
            state.isOpen = false
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume(returning: .closing) }
    }
}

extension Supervisor {
    /// Gives an order and waits until it is decided on, which does not wait for its effects.
    public nonisolated func give(_ order: SupervisorOrder) async -> OrderReceipt {
        await desk.answer { number in inbox.post(.ordered(order, number: number)) }
    }

    /// What the machines are told for an order, and what is answered.
    func inputs(for order: SupervisorOrder) -> (receipt: OrderReceipt, inputs: [SupervisionInput]) {
        switch order {
        case .answer: return (supervision.course == .running ? .taken : .closing, [])
        // Its actions come from the machines directly.
        case .takeOver: return (supervision.course == .running ? .taken : .closing, [])
        case .killEverything: return (.taken, [.shutdown, .hurry])
        case .daemon(let name, let order):
            guard let machine = supervision[name] else { return (.unknownDaemon, []) }
            guard supervision.course == .running else { return (.closing, []) }
            switch order {
            // Whoever starts a daemon does not want to wait for the end of a pause.
            case .start: return (.taken, [.reset(name), .want(.up, name)])
            case .stop: return (.taken, [.want(.down, name)])
            case .restart: return (.taken, [.restart(name)])
            case .signal(let signal):
                return machine.process == nil ? (.noProcess, []) : (.taken, [.signal(name, signal)])
            }
        }
    }
}
