/// How long things took, as counts of durations that are alike.
///
/// A bucket is a sixteenth of a power of two wide, so a quantile is wrong by at most 1/32 of itself (3.2 %); durations
/// below 32 ms are exact. Histograms are merged by adding their buckets.
struct DurationHistogram: Sendable, Equatable {
    /// Longer durations count as this one, in milliseconds: 49.7 days.
    static let longest: Int64 = (1 << 32) - 1
    /// How many buckets there are: 32 for the exact ones, then 16 for each power of two up to 2^31.
    static let bucketCount = 32 + 16 * 27

    /// Empty until something is counted.
    private var buckets: [UInt32] = []
    private(set) var count = 0

    /// Counts a duration in milliseconds.
    mutating func add(_ milliseconds: Int64) {
        if buckets.isEmpty { buckets = Array(repeating: 0, count: Self.bucketCount) }
        buckets[Self.bucket(of: min(max(milliseconds, 0), Self.longest))] &+= 1
        count += 1
    }

    /// The duration, in milliseconds, that `share` of all do not exceed; nil if there is none.
    ///
    /// - Parameter share: from 0 to 1.
    func quantile(_ share: Double) -> Int64? {
        guard count > 0 else { return nil }
        // The rank of the one that is asked for, from 1.
        let rank = max(1, Int((share * Double(count)).rounded(.up)))
        var seen = 0
        for (index, count) in buckets.enumerated() where count > 0 {
            seen += Int(count)
            if seen >= rank { return Self.middle(of: index) }
        }
        return nil
    }

    private static func bucket(of milliseconds: Int64) -> Int {
        guard milliseconds >= 32 else { return Int(milliseconds) }
        // 5 for 32 ..< 64.
        let exponent = 63 - milliseconds.leadingZeroBitCount
        return 32 + 16 * (exponent - 5) + Int(milliseconds >> (exponent - 4)) - 16
    }

    private static func middle(of bucket: Int) -> Int64 {
        guard bucket >= 32 else { return Int64(bucket) }
        let (exponent, part) = (5 + (bucket - 32) / 16, (bucket - 32) % 16)
        let width = Int64(1) << (exponent - 4)
        return Int64(16 + part) * width + width / 2
    }
}

extension DurationHistogram: Savable {
    /// Only buckets that hold something are saved.
    func save(to bytes: inout SavedBytes) {
        let filled = buckets.enumerated().filter { $0.element > 0 }
        bytes.add(list: filled) { bytes, bucket in
            bytes.add(bucket.offset)
            bytes.add(Int(bucket.element))
        }
    }

    init(from bytes: inout SavedBytesReader) throws(UnreadableSave) {
        let filled = try bytes.list(atMost: Self.bucketCount) { bytes throws(UnreadableSave) in
            (try bytes.count(), try bytes.count())
        }
        for (index, count) in filled {
            guard index < Self.bucketCount, let exact = UInt32(exactly: count), exact > 0 else {
                throw .impossibleValue
            }
            if buckets.isEmpty { buckets = Array(repeating: 0, count: Self.bucketCount) }
            guard buckets[index] == 0 else { throw .impossibleValue }
            buckets[index] = exact
            self.count += count
        }
    }
}
