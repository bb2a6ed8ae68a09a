import GhostModel

/// A value that is part of a saved fold.
///
/// The form is the order of the writes: no names, no types. Whoever changes it raises ``ComponentFold/savedVersion``.
protocol Savable {
    func save(to bytes: inout SavedBytes)
    init(from bytes: inout SavedBytesReader) throws(UnreadableSave)
}

/// Why saved bytes cannot be read.
enum UnreadableSave: Error, Equatable {
    /// They end inside a value.
    case endsEarly
    /// Something follows the last value.
    case longerThanExpected
    /// A number is out of its range, or a word unknown.
    case impossibleValue
    /// They are not what was written.
    case wrongChecksum
    /// Another Ghost wrote them, in a form that is not known here.
    case unknownVersion(Int)
}

/// Values written one behind the other.
///
/// - An integer takes 7 bits a byte, the lowest first, bit 7 set in all but the last; the sign is moved to the lowest bit.
/// - Bytes and text are their length and then themselves; a list is its length and then its items.
/// - A value that may be absent is a 0, or a 1 and the value.
struct SavedBytes {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ value: Int64) {
        var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func add(_ value: Int) { add(Int64(value)) }

    mutating func add(bytes added: some Collection<UInt8>) {
        add(added.count)
        bytes.append(contentsOf: added)
    }

    mutating func add(_ text: String) { add(bytes: text.utf8) }

    /// A word of a fixed set.
    mutating func add<Word: RawRepresentable<String>>(word: Word) { add(word.rawValue) }

    mutating func add(_ time: Timestamp) { add(time.milliseconds) }

    mutating func add(_ value: some Savable) { value.save(to: &self) }

    mutating func add<Value>(_ value: Value?, _ add: (inout SavedBytes, Value) -> Void) {
        self.add(value == nil ? 0 : 1)
        if let value { add(&self, value) }
    }

    mutating func add(_ time: Timestamp?) { add(time) { $0.add($1) } }

    mutating func add<Item>(list: some Collection<Item>, _ add: (inout SavedBytes, Item) -> Void) {
        self.add(list.count)
        for item in list { add(&self, item) }
    }
}

/// Reads what ``SavedBytes`` wrote.
struct SavedBytesReader {
    private let bytes: [UInt8]
    private var index = 0
    /// The form that they are in.
    let version: Int

    /// How many bytes were read.
    var position: Int { index }

    init(_ bytes: [UInt8], version: Int = 1) {
        self.bytes = bytes
        self.version = version
    }

    /// Makes sure that everything was read.
    func finish() throws(UnreadableSave) {
        guard index == bytes.count else { throw .longerThanExpected }
    }

    mutating func integer64() throws(UnreadableSave) -> Int64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard index < bytes.count else { throw .endsEarly }
            let byte = bytes[index]
            index += 1
            // Of the tenth byte only one bit fits.
            guard shift < 63 || byte <= 1 else { throw .impossibleValue }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
        }
        throw .impossibleValue
    }

    mutating func integer() throws(UnreadableSave) -> Int {
        guard let value = Int(exactly: try integer64()) else { throw .impossibleValue }
        return value
    }

    /// A number that counts something: never negative, and so far from the largest one that counting on is safe.
    mutating func count() throws(UnreadableSave) -> Int {
        let value = try integer()
        guard value >= 0, value <= Int.max / 2 else { throw .impossibleValue }
        return value
    }

    mutating func byteString(longest: Int) throws(UnreadableSave) -> [UInt8] {
        let length = try count()
        guard length <= longest else { throw .impossibleValue }
        guard length <= bytes.count - index else { throw .endsEarly }
        defer { index += length }
        return Array(bytes[index..<index + length])
    }

    mutating func text(longest: Int) throws(UnreadableSave) -> String {
        String(decoding: try byteString(longest: longest), as: UTF8.self)
    }

    mutating func word<Word: RawRepresentable<String>>(_ type: Word.Type) throws(UnreadableSave) -> Word {
        guard let word = Word(rawValue: try text(longest: 64)) else { throw .impossibleValue }
        return word
    }

    /// A time within some 140,000 years of 1970, so that differences of times do not overflow.
    mutating func time() throws(UnreadableSave) -> Timestamp {
        let milliseconds = try integer64()
        guard milliseconds.magnitude < 1 << 52 else { throw .impossibleValue }
        return Timestamp(milliseconds: milliseconds)
    }

    mutating func optional<Value>(
        _ read: (inout SavedBytesReader) throws(UnreadableSave) -> Value
    ) throws(UnreadableSave) -> Value? {
        switch try integer() {
        case 0: return nil
        case 1: return try read(&self)
        default: throw .impossibleValue
        }
    }

    mutating func optionalTime() throws(UnreadableSave) -> Timestamp? {
        try optional { reader throws(UnreadableSave) in try reader.time() }
    }

    mutating func list<Item>(
        atMost limit: Int,
        _ read: (inout SavedBytesReader) throws(UnreadableSave) -> Item
    ) throws(UnreadableSave) -> [Item] {
        let count = try count()
        guard count <= limit else { throw .impossibleValue }
        var items: [Item] = []
        items.reserveCapacity(min(count, 1024))
        for _ in 0..<count { items.append(try read(&self)) }
        return items
    }
}

extension ComponentFold {
    /// The fold as bytes in the present form, with their checksum behind them: a total must not be wrong unnoticed.
    func saved() -> [UInt8] {
        var bytes = SavedBytes()
        save(to: &bytes)
        bytes.add(bytes.checksum)
        return bytes.bytes
    }

    /// Reads a fold that ``saved()`` wrote.
    ///
    /// - Parameter version: the form that they are in; forms that are older than the present one are read as well.
    init(saved: [UInt8], version: Int = Self.savedVersion) throws(UnreadableSave) {
        guard (1...Self.savedVersion).contains(version) else { throw .unknownVersion(version) }
        var reader = SavedBytesReader(saved, version: version)
        try self.init(from: &reader)
        let sum = reader.checksum
        guard try reader.integer64() == sum else { throw .wrongChecksum }
        try reader.finish()
    }
}

extension SavedBytes {
    /// FNV-1a over everything written so far.
    fileprivate var checksum: Int64 { bytes.span.checksum }
}

extension SavedBytesReader {
    /// FNV-1a over everything read so far.
    fileprivate var checksum: Int64 { bytes.span.extracting(0..<index).checksum }
}

extension Span<UInt8> {
    fileprivate var checksum: Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in indices { hash = (hash ^ UInt64(self[index])) &* 0x0000_0100_0000_01B3 }
        return Int64(bitPattern: hash)
    }
}
