/// The names as bytes, in the order of their numbers.
extension NameTable: Savable {
    func save(to bytes: inout SavedBytes) {
        bytes.add(list: names.indices) { $0.add(bytes: self.bytes(of: $1)) }
    }

    init(from bytes: inout SavedBytesReader) throws(UnreadableSave) {
        self.init()
        let names = try bytes.list(atMost: Self.capacity) { bytes throws(UnreadableSave) in
            try bytes.byteString(longest: Self.longestNameBytes)
        }
        for (expected, name) in names.enumerated() {
            guard number(of: name.span, 0..<name.count) == expected else { throw .impossibleValue }
        }
    }
}
