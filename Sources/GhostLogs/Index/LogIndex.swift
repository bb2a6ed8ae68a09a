import GhostModel

/// Where in a file which lines and which times are: an entry for each block of it.
///
/// Bounded: when there are too many blocks, each two become one. Times need not rise: each block has the oldest and the
/// newest of its own. A line belongs to the block that it starts in.
public struct LogIndex: Sendable, Equatable {
    /// How long a block is in a file that is not very long, in bytes.
    public static let shortestBlock: Int64 = 64 * 1024
    /// How many blocks there are at most: 2 MiB of memory.
    public static let mostBlocks = 65_536

    /// How long a block is, in bytes.
    public private(set) var blockBytes = shortestBlock
    /// The blocks from the beginning of the file; the last may still be growing.
    private(set) var blocks: [Block] = []
    /// Every line that starts before this offset is in the index; no line goes on here.
    public private(set) var covered: Int64 = 0
    /// How many lines there are before ``covered``.
    public private(set) var lines: Int64 = 0

    /// What is known of one block.
    struct Block: Sendable, Equatable {
        /// How many lines start before the block.
        var linesBefore: Int64
        /// The oldest and the newest time of a line that starts in it, in milliseconds; crossed if there is none.
        var oldest = Int64.max
        var newest = Int64.min
        /// Where its first line starts, from its own start; ``noStart`` if none does.
        var firstStart = Self.noStart

        static let noStart = UInt32.max

        func mayHold(_ times: Range<Timestamp>) -> Bool {
            oldest < times.upperBound.milliseconds && newest >= times.lowerBound.milliseconds
        }
    }

    /// How many blocks this one has at most.
    private var limit = mostBlocks

    /// The index of nothing.
    public init() {}

    /// The index of nothing, with fewer blocks.
    init(limit: Int) {
        self.limit = limit
    }

    init(blockBytes: Int64, blocks: [Block], covered: Int64, lines: Int64) {
        self.blockBytes = blockBytes
        self.blocks = blocks
        self.covered = covered
        self.lines = lines
    }

    /// Takes in the next line.
    ///
    /// - Parameter end: where the line after it starts.
    mutating func add(lineAt start: Int64, endingAt end: Int64, time: Timestamp?) {
        while start / blockBytes >= Int64(limit) { mergePairs() }
        let place = Int(start / blockBytes)
        while blocks.count <= place { blocks.append(Block(linesBefore: lines)) }
        if blocks[place].firstStart == Block.noStart {
            blocks[place].firstStart = UInt32(clamping: start - Int64(place) * blockBytes)
        }
        if let time = time?.milliseconds {
            blocks[place].oldest = min(blocks[place].oldest, time)
            blocks[place].newest = max(blocks[place].newest, time)
        }
        lines += 1
        covered = end
    }

    /// Takes in that there is no line up to `end`.
    mutating func skip(to end: Int64) {
        covered = max(covered, end)
    }

    private mutating func mergePairs() {
        var merged: [Block] = []
        merged.reserveCapacity(blocks.count)
        for place in stride(from: 0, to: blocks.count, by: 2) {
            var block = blocks[place]
            if place + 1 < blocks.count {
                let second = blocks[place + 1]
                block.oldest = min(block.oldest, second.oldest)
                block.newest = max(block.newest, second.newest)
                if block.firstStart == Block.noStart, second.firstStart != Block.noStart {
                    block.firstStart = second.firstStart + UInt32(clamping: blockBytes)
                }
            }
            merged.append(block)
        }
        blocks = merged
        blockBytes *= 2
    }

    // MARK: Asking

    /// The start of the last line that is known to start at or before `offset`, and its number from 0.
    ///
    /// From there to the line that is sought it is less than a block, or one long line.
    func anchor(before offset: Int64) -> (offset: Int64, line: Int64)? {
        var place = min(Int(offset / blockBytes), blocks.count - 1)
        while place >= 0 {
            let block = blocks[place]
            let start = Int64(place) * blockBytes + Int64(block.firstStart)
            if block.firstStart != Block.noStart, start <= offset { return (start, block.linesBefore) }
            place -= 1
        }
        return nil
    }

    /// The start of the last line that is known to have at most the number `line`, and its number.
    func anchor(line: Int64) -> (offset: Int64, line: Int64)? {
        var (low, high) = (0, blocks.count)
        while low < high {
            let middle = (low + high) / 2
            if blocks[middle].linesBefore <= line { low = middle + 1 } else { high = middle }
        }
        for place in stride(from: low - 1, through: 0, by: -1) where blocks[place].firstStart != Block.noStart {
            return (Int64(place) * blockBytes + Int64(blocks[place].firstStart), blocks[place].linesBefore)
        }
        return nil
    }

    /// The stretches in which lines with these times start.
    func stretches(holding times: Range<Timestamp>) -> [Range<Int64>] {
        var result: [Range<Int64>] = []
        for (place, block) in blocks.enumerated() where block.mayHold(times) {
            let stretch = Int64(place) * blockBytes..<min(Int64(place + 1) * blockBytes, covered)
            guard !stretch.isEmpty else { continue }
            if let last = result.last, last.upperBound == stretch.lowerBound {
                result[result.count - 1] = last.lowerBound..<stretch.upperBound
            } else {
                result.append(stretch)
            }
        }
        return result
    }

    /// The stretches in which the line nearest to `time` may start: those around it, and the best of those after and before.
    func stretches(near time: Timestamp) -> [Range<Int64>] {
        var chosen: Set<Int> = []
        var after: (place: Int, time: Int64)?
        var before: (place: Int, time: Int64)?
        for (place, block) in blocks.enumerated() where block.oldest <= block.newest {
            if block.oldest < time.milliseconds, block.newest >= time.milliseconds { chosen.insert(place) }
            if block.oldest >= time.milliseconds, block.oldest < after?.time ?? .max { after = (place, block.oldest) }
            if block.newest < time.milliseconds, block.newest >= before?.time ?? .min { before = (place, block.newest) }
        }
        if let after { chosen.insert(after.place) }
        if let before { chosen.insert(before.place) }
        return chosen.sorted().map { Int64($0) * blockBytes..<min(Int64($0 + 1) * blockBytes, covered) }
    }
}
