/// What a field of a structured line is, by its name in any case.
enum FieldMeaning {
    case level
    case time
    /// `t`, which is a time only with a value that is one.
    case shortTime
    /// `s`, which is a level only with a letter.
    case letter
    /// log4j's `instant`, an object with seconds and nanoseconds.
    case instant
    /// A syslog severity.
    case priority
    case message
    /// A message, unless there is one with a better name.
    case event
    /// Docker's line; or an object with fields about logging.
    case log
    case stream
    case origin
    case other

    /// The meaning of the name in `range`.
    @inline(__always)
    init(_ range: Range<Int>, in line: Span<UInt8>) {
        let length = range.upperBound &- range.lowerBound
        guard length > 0, length <= 8 else {
            self = length > 8 ? FieldMeaning(long: range, in: line) : .other
            return
        }
        // Names are compared with one bit set in each byte, which takes the case off letters and harms no other.
        switch line.foldedWord(range.lowerBound, length) {
        // level, lvl, severity, loglevel, @l
        case 0x6C_6576_656C, 0x6C_766C, 0x7974_6972_6576_6573, 0x6C65_7665_6C67_6F6C, 0x6C60: self = .level
        // time, ts, datetime, date, asctime, @t
        case 0x656D_6974, 0x7374, 0x656D_6974_6574_6164, 0x6574_6164, 0x65_6D69_7463_7361, 0x7460: self = .time
        // t
        case 0x74: self = .shortTime
        // s
        case 0x73: self = .letter
        // instant
        case 0x74_6E61_7473_6E69: self = .instant
        // priority
        case 0x7974_6972_6F69_7270: self = .priority
        // message, msg, @m
        case 0x65_6761_7373_656D, 0x67_736D, 0x6D60: self = .message
        // event, @mt, text
        case 0x74_6E65_7665, 0x74_6D60, 0x7478_6574: self = .event
        // log
        case 0x67_6F6C: self = .log
        // stream
        case 0x6D61_6572_7473: self = .stream
        // logger, name, module, target, caller, c
        case 0x7265_6767_6F6C, 0x656D_616E, 0x656C_7564_6F6D, 0x7465_6772_6174, 0x7265_6C6C_6163, 0x63: self = .origin
        default: self = .other
        }
    }

    @inline(never)
    private init(long range: Range<Int>, in line: Span<UInt8>) {
        if line.equalsFolded("levelname", range)
            || line.equalsFolded("level_name", range)
            || line.equalsFolded("log_level", range)
            || line.equalsFolded("log.level", range)
            || line.equalsFolded("severity_text", range)
            || line.equalsFolded("severitytext", range)
        {
            self = .level
            return
        }
        if line.equalsFolded("timestamp", range)
            || line.equalsFolded("@timestamp", range)
            || line.equalsFolded("eventtime", range)
            || line.equalsFolded("timemillis", range)
            || line.equalsFolded("__realtime_timestamp", range)
        {
            self = .time
            return
        }
        if line.equalsFolded("short_message", range) || line.equalsFolded("textpayload", range) {
            self = .message
            return
        }
        if line.equalsFolded("logger_name", range)
            || line.equalsFolded("loggername", range)
            || line.equalsFolded("component", range)
            || line.equalsFolded("syslog_identifier", range)
        {
            self = .origin
            return
        }
        self = .other
    }
}

extension Span<UInt8> {
    /// At most eight bytes, the first lowest, each with the bit set that tells small letters from capitals.
    @inline(__always)
    func foldedWord(_ start: Int, _ length: Int) -> UInt64 {
        guard start >= 0, length > 0, length <= 8, start &+ length <= count else { return 0 }
        let mask = UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- length &* 8)
        if start &+ 8 <= count { return (bytes.word(at: start) | 0x2020_2020_2020_2020) & mask }
        var word: UInt64 = 0
        for index in (start..<start &+ length).reversed() { word = word << 8 | UInt64(self[unchecked: index] | 0x20) }
        return word
    }

    /// Whether the bytes of `range` are those of `text`, the case of letters aside.
    @inline(__always)
    func equalsFolded(_ text: StaticString, _ range: Range<Int>) -> Bool {
        guard range.upperBound &- range.lowerBound == text.utf8CodeUnitCount else { return false }
        for step in 0..<text.utf8CodeUnitCount
        where peek(range.lowerBound &+ step) | 0x20 != text.utf8Start[step] | 0x20 { return false }
        return true
    }
}
