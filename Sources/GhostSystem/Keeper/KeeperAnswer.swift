import GhostModel

/// What a keeper says.
enum KeeperAnswer: Sendable, Hashable {
    /// The first frame of its.
    case welcome(version: UInt32, keeper: Int32, runs: Int)
    /// A run that it holds.
    case run(KeeperRun)
    /// All runs were told.
    case runsEnd
    /// The program runs.
    case spawned(pid: Int32, start: UInt64)
    /// It could not be started.
    case spawnFailed(step: UInt32, ErrorNumber)
    /// Anything else was done, or not.
    case done(ErrorNumber)
    /// A run has ended.
    case exited(run: String, KeeperEnd)
    /// What became of output that could not be written.
    case pressure(run: String, KeeperPressure)
    /// Something that a later keeper says; it is of no concern here.
    case unknown

    /// Reads a frame.
    init(_ frame: KeeperFrame) throws(KeeperProtocolError) {
        var reader = KeeperReader(frame.payload[...])
        switch frame.kind {
        case 101:
            let version = reader.readUInt32()
            let keeper = reader.readInt32()
            let runs = Int(reader.readUInt32())
            self = .welcome(version: version, keeper: keeper, runs: runs)
        case 102: self = .run(KeeperRun(from: &reader))
        case 103: self = .runsEnd
        case 110: self = .spawned(pid: reader.readInt32(), start: reader.readUInt64())
        case 111: self = .spawnFailed(step: reader.readUInt32(), ErrorNumber(reader.readInt32()))
        case 112: self = .done(ErrorNumber(reader.readInt32()))
        case 120:
            let run = reader.readText()
            var end = KeeperEnd(from: &reader)
            end.exit.memoryKills = MemoryKills(from: &reader)
            self = .exited(run: run, end)
        case 121: self = .pressure(run: reader.readText(), KeeperPressure(from: &reader))
        default: self = .unknown
        }
        if reader.isFailed { throw KeeperProtocolError.malformed(kind: frame.kind) }
    }
}

/// A run in the care of a keeper.
struct KeeperRun: Sendable, Hashable {
    var name: String
    var pid: Int32
    var start: UInt64
    /// Its end; nil while it lives.
    var end: KeeperEnd?
    var pressure: KeeperPressure
    var note: [UInt8]
    /// The streams whose read ends come with it.
    var streams: KeptRun.Streams

    fileprivate init(from reader: inout KeeperReader) {
        name = reader.readText()
        pid = reader.readInt32()
        start = reader.readUInt64()
        let hasEnded = reader.readUInt8() == 1
        var end = KeeperEnd(from: &reader)
        pressure = KeeperPressure(from: &reader)
        note = reader.readBlob()
        streams = KeptRun.Streams(rawValue: reader.readUInt8())
        end.exit.memoryKills = MemoryKills(from: &reader)
        self.end = hasEnded ? end : nil
    }

    init(
        name: String,
        pid: Int32,
        start: UInt64,
        end: KeeperEnd? = nil,
        pressure: KeeperPressure = KeeperPressure(),
        note: [UInt8] = [],
        streams: KeptRun.Streams = []
    ) {
        self.name = name
        self.pid = pid
        self.start = start
        self.end = end
        self.pressure = pressure
        self.note = note
        self.streams = streams
    }
}

/// How a run ended, as the keeper tells it.
struct KeeperEnd: Sendable, Hashable {
    var exit: ProcessExit
    /// When.
    var at: Timestamp

    init(exit: ProcessExit, at: Timestamp) {
        self.exit = exit
        self.at = at
    }

    fileprivate init(from reader: inout KeeperReader) {
        let how = reader.readUInt8()
        let value = reader.readInt32()
        let status: ExitStatus =
            switch how {
            case 0: .exited(value)
            case 1: .signaled(value)
            default: .unknown
            }
        let usage = ResourceUsage(
            userTime: .microseconds(reader.readInt64()),
            systemTime: .microseconds(reader.readInt64()),
            peakResidentBytes: reader.readInt64()
        )
        let remains: ProcessExit.Remains =
            switch reader.readUInt8() {
            case 0: .nothing
            case 1: .killed
            default: .lingering
            }
        exit = ProcessExit(status: status, usage: usage, remains: remains)
        at = Timestamp(milliseconds: Int64(clamping: reader.readUInt64()))
    }
}

/// What became of output that could not be written.
struct KeeperPressure: Sendable, Hashable {
    /// Bytes lost since the run began.
    var lostBytes: UInt64 = 0
    /// Ends of lines among them.
    var lostLines: UInt64 = 0
    /// Why the file cannot be written now; nil if it can.
    var trouble: ErrorNumber?

    init() {}

    fileprivate init(from reader: inout KeeperReader) {
        lostBytes = reader.readUInt64()
        lostLines = reader.readUInt64()
        let number = reader.readInt32()
        trouble = number == 0 ? nil : ErrorNumber(number)
    }
}

extension MemoryKills {
    /// Reads what a keeper says behind everything else; nil if nothing was killed, or if the keeper is an earlier one.
    fileprivate init?(from reader: inout KeeperReader) {
        guard !reader.isAtEnd else { return nil }
        self.init(processes: reader.readUInt64(), limitHits: reader.readUInt64(), limit: reader.readUInt64())
    }

    /// Judges what the kernel counted for a group; nil if nothing was killed.
    init?(processes: UInt64, limitHits: UInt64, limit: UInt64) {
        guard processes > 0 else { return nil }
        let bytes = limit == 0 ? nil : Int64(clamping: limit)
        self.init(processes: processes, cause: limitHits > 0 ? .ownLimit(bytes: bytes) : .around)
    }
}
