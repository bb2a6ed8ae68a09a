/// Cuts a stream of bytes into server-sent events.
///
/// Bytes may be cut anywhere, also inside a character or between CR and LF. Memory is bounded by the limit of one event.
/// The form is that of the HTML standard, section 9.2, but that an id belongs to the event that carries it.
struct ServerSentEventParser: Sendable {
    /// The longest event that is taken, in bytes.
    static let longestEvent = 8 << 20

    private let limit: Int
    private var line: [UInt8] = []
    private var isAfterCarriageReturn = false
    private var isAtStart = true
    private var name: String?
    private var data: [UInt8] = []
    private var dataLines = 0
    private var id: String?
    private var fit = Fit.whole

    /// Whether the present event is within the limit.
    private enum Fit {
        case whole
        case tooLong
    }

    /// Creates a parser that passes over events of more than `limit` bytes.
    init(limit: Int = ServerSentEventParser.longestEvent) {
        self.limit = limit
    }

    /// Takes bytes in and gives what they complete.
    mutating func push(_ bytes: some Collection<UInt8>) -> [StreamItem] {
        var items: [StreamItem] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n") where isAfterCarriageReturn:
                isAfterCarriageReturn = false
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                isAfterCarriageReturn = byte == UInt8(ascii: "\r")
                endLine(&items)
            default:
                isAfterCarriageReturn = false
                keep(byte)
            }
        }
        return items
    }

    private mutating func keep(_ byte: UInt8) {
        guard line.count + data.count < limit else {
            fit = .tooLong
            // One byte stays, so that the line is not taken for an empty one.
            line.removeAll(keepingCapacity: true)
            data.removeAll(keepingCapacity: true)
            line.append(UInt8(ascii: ":"))
            return
        }
        line.append(byte)
    }

    private mutating func endLine(_ items: inout [StreamItem]) {
        if isAtStart {
            isAtStart = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else { return endEvent(&items) }
        guard fit == .whole else { return }
        takeField(&items)
    }

    private mutating func takeField(_ items: inout [StreamItem]) {
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[min(colon + 1, line.endIndex)...]
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "event":
            name = value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
        case "data":
            if dataLines > 0 { data.append(UInt8(ascii: "\n")) }
            dataLines += 1
            data.append(contentsOf: value)
        case "id" where !value.contains(0):
            id = String(decoding: value, as: UTF8.self)
        case "retry":
            let isNumber = !value.isEmpty && value.count <= 9 && value.allSatisfy { (0x30...0x39).contains($0) }
            guard isNumber, let delay = Int64(String(decoding: value, as: UTF8.self)) else { return }
            items.append(.retry(.milliseconds(delay)))
        default:
            // A comment, or a field of a later version.
            break
        }
    }

    private mutating func endEvent(_ items: inout [StreamItem]) {
        let event = name ?? "message"
        switch fit {
        case .tooLong: items.append(.overflow(name: event))
        case .whole where dataLines > 0: items.append(.event(ServerSentEvent(name: event, data: data, id: id)))
        case .whole: break
        }
        name = nil
        data.removeAll(keepingCapacity: true)
        dataLines = 0
        id = nil
        fit = .whole
    }
}
