/// Why the bytes of a zone cannot be used.
public enum ZoneFailure: Error, Equatable, CustomStringConvertible {
    /// They do not begin as such a file does, or end early.
    case notAZone
    /// More than ``ZoneTable/largestFile`` bytes.
    case tooLarge
    /// They contradict themselves; with what is wrong.
    case damaged(String)
    /// The zone counts leap seconds, which clocks of machines do not.
    case leapSeconds

    public var description: String {
        switch self {
        case .notAZone: "it is no file of a time zone"
        case .tooLarge: "it is larger than \(ZoneTable.largestFile / 1024) KiB"
        case .damaged(let what): "it is damaged: \(what)"
        case .leapSeconds: "it counts leap seconds; take the zone of the same name without \"right/\""
        }
    }
}

/// Reads the files in which systems keep time zones: TZif, versions 1 to 4, as RFC 8536 describes them.
extension ZoneTable {
    /// The largest file, in bytes; those of the public database have less than 4 KiB.
    public static let largestFile = 64 * 1024

    /// Reads the bytes of a TZif file.
    ///
    /// - Parameter name: how the zone is called.
    public init(name: String, file: [UInt8]) throws(ZoneFailure) {
        guard file.count <= Self.largestFile else { throw .tooLarge }
        var reader = ZoneFileReader(file)
        let old = try reader.header()
        guard old.version >= 2 else {
            self = try reader.table(old, name: name, timeBytes: 4, isNewest: true)
            return
        }
        // The first part is for old readers; the second has times of 64 bits and the rule behind it.
        try reader.skip(old.bytes(timeBytes: 4))
        self = try reader.table(try reader.header(), name: name, timeBytes: 8, isNewest: false)
    }
}

/// How much of everything a part of the file has.
private struct ZoneFileHeader {
    var version: UInt8
    var universalFlags: Int
    var standardFlags: Int
    var leaps: Int
    var times: Int
    var types: Int
    var nameBytes: Int

    func bytes(timeBytes: Int) -> Int {
        times * (timeBytes + 1) + types * 6 + nameBytes + leaps * (timeBytes + 4) + standardFlags + universalFlags
    }
}

private struct ZoneFileReader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func skip(_ count: Int) throws(ZoneFailure) {
        guard count <= bytes.count - index else { throw .notAZone }
        index += count
    }

    private mutating func number(bytes count: Int) throws(ZoneFailure) -> UInt64 {
        let start = index
        try skip(count)
        return bytes[start..<index].reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func count() throws(ZoneFailure) -> Int { Int(try number(bytes: 4)) }

    mutating func header() throws(ZoneFailure) -> ZoneFileHeader {
        guard bytes[index...].starts(with: "TZif".utf8) else { throw .notAZone }
        try skip(4)
        let mark = UInt8(try number(bytes: 1))
        try skip(15)
        return ZoneFileHeader(
            version: mark == 0 ? 1 : mark &- 0x30,
            universalFlags: try count(),
            standardFlags: try count(),
            leaps: try count(),
            times: try count(),
            types: try count(),
            nameBytes: try count()
        )
    }

    mutating func table(
        _ header: ZoneFileHeader,
        name: String,
        timeBytes: Int,
        isNewest: Bool
    ) throws(ZoneFailure) -> ZoneTable {
        guard header.bytes(timeBytes: timeBytes) <= bytes.count - index else { throw .notAZone }
        guard header.leaps == 0 else { throw .leapSeconds }
        guard (1...256).contains(header.types) else { throw .damaged("it has no kind of local time") }
        var transitions: [Int64] = []
        for _ in 0..<header.times {
            let raw = try number(bytes: timeBytes)
            let time = timeBytes == 4 ? Int64(Int32(truncatingIfNeeded: raw)) : Int64(bitPattern: raw)
            guard transitions.last.map({ $0 < time }) ?? true else { throw .damaged("its times do not ascend") }
            guard abs(time >> 60) <= 1 else { throw .damaged("a time is beyond all calendars") }
            transitions.append(time)
        }
        var kinds: [Int] = []
        for _ in 0..<header.times { kinds.append(Int(try number(bytes: 1))) }
        var types: [Int32] = []
        for _ in 0..<header.types {
            let offset = Int32(truncatingIfNeeded: try number(bytes: 4))
            guard abs(Int(offset)) <= ZoneTable.largestOffset else {
                throw .damaged("it is more than 26 hours from UTC")
            }
            types.append(offset)
            try skip(2)
        }
        guard kinds.allSatisfy({ $0 < types.count }) else { throw .damaged("a change leads nowhere") }
        try skip(header.nameBytes + header.standardFlags + header.universalFlags)
        return ZoneTable(
            name: name,
            transitions: transitions,
            offsets: kinds.map { types[$0] },
            first: types[0],
            rule: isNewest ? nil : try footer()
        )
    }

    /// The rule behind the table, between two line ends; nil if there is none.
    private mutating func footer() throws(ZoneFailure) -> ZoneRule? {
        guard index < bytes.count, bytes[index] == 0x0A, let end = bytes[(index + 1)...].firstIndex(of: 0x0A) else {
            throw .damaged("the rule behind its table is missing")
        }
        let text = Array(bytes[(index + 1)..<end])
        guard !text.isEmpty else { return nil }
        guard let rule = ZoneRule(text) else { throw .damaged("the rule behind its table cannot be read") }
        return rule
    }
}
