/// The text of an open file, compressed or not.
struct PlainText {
    let file: OpenFile
    private let archive: GzipReader?

    /// Opens `path`; its first bytes tell whether it is compressed.
    init(path: String) throws(SourceTrouble) {
        let file = try OpenFile(path: path)
        let start = try file.bytes(0..<3)
        self.file = file
        archive = start == [0x1F, 0x8B, 0x08] ? GzipReader(file) : nil
    }

    /// Opens `path`, which is never compressed.
    init(uncompressed path: String) throws(SourceTrouble) {
        file = try OpenFile(path: path)
        archive = nil
    }

    /// How the archive ended; nil if it is none.
    var archiveEnding: GzipReader.Ending? { archive?.ending }

    /// The text's length in bytes; nil for an archive whose end has not been reached.
    func length() throws(SourceTrouble) -> Int64? {
        guard let archive else { return try file.length() }
        return archive.length
    }

    /// Reads at most `longest` bytes at `offset` of the text into `buffer`.
    ///
    /// - Returns: how many there were; 0 at its end.
    func read(into buffer: inout [UInt8], longest: Int, at offset: Int64) throws(SourceTrouble) -> Int {
        if let archive { return try archive.read(into: &buffer, longest: longest, at: offset) }
        return try file.read(into: &buffer, longest: longest, at: offset)
    }

    /// The bytes of `range` that are there: fewer if the text ends before.
    func bytes(_ range: Range<Int64>) throws(SourceTrouble) -> [UInt8] {
        guard let archive else { return try file.bytes(range) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while case let start = range.lowerBound + Int64(bytes.count), start < range.upperBound {
            let missing = Int(min(range.upperBound - start, Int64(buffer.count)))
            let count = try archive.read(into: &buffer, longest: missing, at: start)
            guard count > 0 else { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return bytes
    }
}
