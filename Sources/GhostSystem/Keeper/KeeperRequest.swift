import GhostModel

/// What Ghost asks of its keeper.
enum KeeperRequest: Sendable, Hashable {
    /// The first frame of a connection.
    case hello(KeeperCaller)
    /// Start a program as a run.
    case spawn(KeeperSpawn)
    /// Send a signal to everything that belongs to a run.
    case signal(run: String, number: Int32)
    /// The end of a run was taken in; it may be forgotten.
    case forget(run: String)
    /// Write a run's output by another policy.
    case retune(run: String, OutputPlan)
    /// Take over a run that an earlier keeper started, with the read ends of its pipes.
    case adopt(run: String, pid: Int32, start: UInt64, KeptRun)
    /// Start Ghost again when the one that says so has ended by anything but an order; nil not to.
    case relaunch(KeeperRelaunch?)
    /// End as soon as there is no run.
    case quit

    /// The version of the protocol that this Ghost speaks.
    static let version: UInt32 = 1

    /// The frame that says so.
    ///
    /// - Parameter descriptorCount: how many descriptors are sent with it.
    func frame(tag: UInt32, descriptorCount: Int) -> KeeperFrame {
        var writer = KeeperWriter()
        let kind: UInt16
        switch self {
        case .hello(let caller):
            kind = 1
            writer.write(Self.version)
            writer.write(caller.rawValue)
        case .spawn(let spawn):
            kind = 2
            spawn.write(to: &writer)
        case .signal(let run, let number):
            kind = 3
            writer.write(run)
            writer.write(number)
            writer.write(UInt8(0))
        case .forget(let run):
            kind = 4
            writer.write(run)
        case .retune(let run, let plan):
            kind = 5
            writer.write(run)
            plan.write(to: &writer)
        case .adopt(let run, let pid, let start, let kept):
            kind = 6
            writer.write(run)
            writer.write(pid)
            writer.write(start)
            writer.write(kept.mark)
            writer.write(kept.cgroup)
            writer.write(kept.outputPath)
            writer.write(kept.errorPath)
            kept.output.write(to: &writer)
            writer.write(kept.note)
            writer.write(kept.streams.rawValue)
        case .relaunch(let relaunch):
            kind = 7
            writer.write(UInt8(relaunch == nil ? 0 : 1))
            relaunch?.write(to: &writer)
        case .quit:
            kind = 8
        }
        return KeeperFrame(kind: kind, tag: tag, descriptorCount: descriptorCount, payload: writer.bytes)
    }
}

/// What a keeper must know of a run for as long as it lives.
struct KeptRun: Sendable, Hashable {
    /// What every process of the run carries as `GHOST_RUN`.
    var mark: String
    /// The folder of its control group; empty if it has none.
    var cgroup: String
    /// Where standard output goes, and standard error unless it has a file of its own; empty to discard it.
    var outputPath: String
    /// Where standard error goes; empty if it goes with standard output.
    var errorPath: String
    /// How the files are written.
    var output: OutputPlan
    /// When it was started, on the clock that never jumps.
    var started: MonotonicTime
    /// How it is stopped if it is not declared any more.
    var stop: StopSequence
    /// The streams whose read ends Ghost has.
    var streams: Streams

    /// Which of the two output streams.
    struct Streams: OptionSet, Sendable, Hashable {
        let rawValue: UInt8
        static let output = Streams(rawValue: 1)
        static let error = Streams(rawValue: 2)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        var count: Int { rawValue.nonzeroBitCount }
    }

    private static let noteVersion: UInt32 = 1

    /// Everything that the next Ghost must find with the run; the keeper hands it back as it was given.
    var note: [UInt8] {
        var writer = KeeperWriter()
        writer.write(Self.noteVersion)
        writer.write(mark)
        writer.write(cgroup)
        writer.write(outputPath)
        writer.write(errorPath)
        output.write(to: &writer)
        writer.write(started.nanoseconds)
        writer.write(stop.signal.rawValue)
        writer.write(stop.grace.wholeMilliseconds)
        return writer.bytes
    }

    init(
        mark: String,
        cgroup: String,
        outputPath: String,
        errorPath: String,
        output: OutputPlan,
        started: MonotonicTime,
        stop: StopSequence
    ) {
        self.mark = mark
        self.cgroup = cgroup
        self.outputPath = outputPath
        self.errorPath = errorPath
        self.output = output
        self.started = started
        self.stop = stop
        streams = []
        if !outputPath.isEmpty { streams.insert(.output) }
        if !errorPath.isEmpty { streams.insert(.error) }
    }

    /// Reads a note, or returns nil if another version wrote it.
    init?(note: [UInt8], streams: Streams) {
        var reader = KeeperReader(note[...])
        guard reader.readUInt32() == Self.noteVersion else { return nil }
        self.init(
            mark: reader.readText(),
            cgroup: reader.readText(),
            outputPath: reader.readText(),
            errorPath: reader.readText(),
            output: OutputPlan(from: &reader),
            started: MonotonicTime(nanoseconds: reader.readInt64()),
            stop: StopSequence(
                signal: Signal(rawValue: reader.readText()) ?? .term,
                grace: .milliseconds(max(reader.readInt64(), 0))
            )
        )
        guard !reader.isFailed else { return nil }
        self.streams = streams
    }
}

/// A program to be started as a run.
struct KeeperSpawn: Sendable, Hashable {
    var run: String
    var kept: KeptRun
    var executable: String
    var arguments: [String]
    var environment: [String: String]
    var directory: String
    var attributes: ProcessAttributes

    fileprivate func write(to writer: inout KeeperWriter) {
        writer.write(run)
        writer.write(kept.outputPath)
        writer.write(kept.errorPath)
        kept.output.write(to: &writer)
        writer.write(kept.note)
        writer.write(
            program: executable,
            arguments: arguments,
            environment: environment,
            directory: directory,
            cgroup: kept.cgroup,
            attributes: attributes
        )
    }
}

extension KeeperWriter {
    /// The part of a request that describes a program.
    fileprivate mutating func write(
        program executable: String,
        arguments: [String],
        environment: [String: String],
        directory: String,
        cgroup: String,
        attributes: ProcessAttributes
    ) {
        write(executable)
        write(arguments)
        write(environment.map { "\($0.key)=\($0.value)" })
        write(directory)
        write(cgroup)
        write(UInt8(attributes.umask == nil ? 0 : 1))
        write(UInt32(attributes.umask ?? 0))
        write(UInt8(attributes.nice == nil ? 0 : 1))
        write(attributes.nice ?? 0)
        write(UInt8(attributes.account == nil ? 0 : 1))
        write(attributes.account?.user ?? 0)
        write(attributes.account?.group ?? 0)
        let groups = attributes.account?.groups ?? []
        write(UInt32(groups.count))
        for group in groups { write(group) }
        write(UInt32(attributes.limits.count))
        for limit in attributes.limits {
            write(limit.resource.number)
            write(limit.soft ?? .max)
            write(limit.hard ?? .max)
        }
        write(attributes.extraDescriptor?.target ?? 0)
    }
}

extension OutputPlan {
    fileprivate func write(to writer: inout KeeperWriter) {
        writer.write(UInt64(max(rotateBytes ?? 0, 0)))
        writer.write(UInt32(clamping: max(keep, 0)))
        writer.write(UInt64(max(age?.components.seconds ?? 0, 0)))
        writer.write(pressure.code)
    }

    fileprivate init(from reader: inout KeeperReader) {
        let rotate = reader.readUInt64()
        let keep = Int(reader.readUInt32())
        let age = reader.readUInt64()
        let pressure = Pressure(code: reader.readUInt8())
        self.init(
            rotateBytes: rotate == 0 ? nil : Int64(clamping: rotate),
            keep: keep,
            age: age == 0 ? nil : .seconds(Int64(clamping: age)),
            pressure: pressure
        )
    }
}

extension OutputPlan.Pressure {
    fileprivate var code: UInt8 {
        switch self {
        case .block: 0
        case .dropOldest: 1
        case .dropNewest: 2
        }
    }

    fileprivate init(code: UInt8) {
        switch code {
        case 1: self = .dropOldest
        case 2: self = .dropNewest
        default: self = .block
        }
    }
}

extension KeeperRelaunch {
    fileprivate func write(to writer: inout KeeperWriter) {
        writer.write(output)
        writer.write(
            program: executable,
            arguments: arguments,
            environment: environment,
            directory: directory,
            cgroup: "",
            attributes: ProcessAttributes(limits: limits)
        )
    }
}
