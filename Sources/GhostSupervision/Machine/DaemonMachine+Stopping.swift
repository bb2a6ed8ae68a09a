import GhostModel

/// The stop sequence: signals, each with its time to react, and in the end KILL.
extension DaemonMachine {
    /// Sends the first signal.
    mutating func beginStop(
        _ process: Process,
        _ cause: Stop.Cause,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        disarmProbing(of: process.run, &actions)
        enter(.stopping(process, Stop(stage: .asked(step: 0), cause: cause)), now: now)
        actions.append(.emit(.stopping(process.run, plan.stop.signal, grace: plan.stop.grace)))
        carryOut(step: 0, process, cause, now: now, &actions)
    }

    /// A signal has not helped in its time.
    mutating func stopLonger(
        _ process: Process,
        _ stop: Stop,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        switch stop.stage {
        case .asked(let step) where step + 1 < plan.stop.steps.count:
            let next = plan.stop.steps[step + 1]
            if next.signal == .kill {
                kill(process, stop, now: now, &actions)
            } else {
                actions.append(.emit(.signalled(process.run, next.signal)))
                carryOut(step: step + 1, process, stop.cause, now: now, &actions)
            }
        case .asked: kill(process, stop, now: now, &actions)
        case .killed:
            state = .stopping(process, Stop(stage: .stuck, cause: stop.cause))
            let elapsed = now - since
            actions.append(.diagnose(process.run, pid: process.pid, after: elapsed))
        case .stuck: break
        }
    }

    /// Sends the signal that cannot be ignored.
    mutating func kill(
        _ process: Process,
        _ stop: Stop,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        state = .stopping(process, Stop(stage: .killed, cause: stop.cause))
        actions.append(.emit(.killing(process.run, after: now - since)))
        actions.append(.signal(process.run, .kill))
        actions.append(.arm(TimerID(process.run, .grace), at: now + StopSequence.killPatience))
    }

    private mutating func carryOut(
        step: Int,
        _ process: Process,
        _ cause: Stop.Cause,
        now: MonotonicTime,
        _ actions: inout [SupervisionAction]
    ) {
        guard plan.stop.steps.indices.contains(step) else { return }
        let (signal, grace) = (plan.stop.steps[step].signal, plan.stop.steps[step].grace)
        let stage: Stop.Stage = signal == .kill ? .killed : .asked(step: step)
        state = .stopping(process, Stop(stage: stage, cause: cause))
        actions.append(.signal(process.run, signal))
        let patience = signal == .kill ? StopSequence.killPatience : grace
        actions.append(.arm(TimerID(process.run, .grace), at: now + patience))
    }
}
