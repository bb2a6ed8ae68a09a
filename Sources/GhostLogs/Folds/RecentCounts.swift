import GhostModel

/// Counts of up to four things over recent time, by the time that the records themselves carry.
///
/// Three rings: 60 buckets of a second, 60 of a minute, 24 of an hour; 144 in all, however much is counted. Records may come
/// in any order: each bucket knows which second, minute or hour it is of, and only a later one takes its place. What they
/// hold at an instant is computed when asked, so that nothing has to happen as time passes.
struct RecentCounts: Sendable {
    /// One number for each of the four things.
    typealias Counts = SIMD4<UInt32>

    /// A window and the buckets that it is made of.
    enum Window: CaseIterable {
        case minute, hour, day

        /// The length of a bucket, in milliseconds.
        var unit: Int64 {
            switch self {
            case .minute: 1000
            case .hour: 60_000
            case .day: 3_600_000
            }
        }

        /// How many buckets there are.
        var buckets: Int { self == .day ? 24 : 60 }

        /// Where the window's buckets stand among all.
        @inline(__always) fileprivate var first: Int {
            switch self {
            case .minute: 0
            case .hour: 60
            case .day: 120
            }
        }
    }

    private static let bucketCount = 144

    private struct Bucket: Sendable, Equatable {
        /// Which second, minute or hour since 1970 it is of.
        var number: Int64 = 0
        var counts = Counts.zero
    }

    /// Empty until something is counted.
    private var buckets: [Bucket] = []
    /// What was counted in the second and in the minute at work, and is not in the buckets yet: mostly the next record is of
    /// the same second, and the next second of the same minute.
    private var inSecond = Counts.zero
    private var inMinute = Counts.zero
    /// When they began, in milliseconds since 1970.
    private var second = Int64.min
    private var minute = Int64.min

    /// Counts something that happened at `time`; nothing if that is not to be believed.
    @inline(__always)
    mutating func count(_ added: Counts, at time: Timestamp?) {
        guard let time else { return }
        if UInt64(bitPattern: time.milliseconds &- second) >= 1000 { move(to: time) }
        inSecond &+= added
    }

    /// Makes the second of `time` the one at work.
    @inline(never)
    private mutating func move(to time: Timestamp) {
        settleSecond()
        // Trusted times lie after 1970.
        second = time.milliseconds / 1000 &* 1000
        guard UInt64(bitPattern: second &- minute) >= 60_000 else { return }
        settleMinute()
        minute = second / 60_000 &* 60_000
    }

    private mutating func settleSecond() {
        guard inSecond != .zero else { return }
        if buckets.isEmpty { buckets = Array(repeating: Bucket(), count: Self.bucketCount) }
        let number = second / 1000
        add(inSecond, number, at: Window.minute.first &+ Int(truncatingIfNeeded: number % 60))
        inMinute &+= inSecond
        inSecond = .zero
    }

    private mutating func settleMinute() {
        guard inMinute != .zero else { return }
        let number = minute / 60_000
        add(inMinute, number, at: Window.hour.first + Int(number % 60))
        add(inMinute, number / 60, at: Window.day.first + Int(number / 60 % 24))
        inMinute = .zero
    }

    private mutating func add(_ counts: Counts, _ number: Int64, at index: Int) {
        if buckets[index].number == number {
            buckets[index].counts &+= counts
        } else if buckets[index].number < number {
            buckets[index] = Bucket(number: number, counts: counts)
        }
    }

    /// The buckets with what is pending.
    private var settled: [Bucket] {
        var copy = self
        copy.settleSecond()
        copy.settleMinute()
        return copy.buckets
    }

    /// What happened in each window that ends at `instant`.
    func sums(at instant: Timestamp) -> RecentSums {
        let buckets = settled
        var sums = RecentSums()
        for window in Window.allCases {
            let present = instant.milliseconds / window.unit
            var sum = SIMD4<Int>.zero
            for bucket in Self.buckets(of: window, in: buckets)
            where bucket.number <= present && bucket.number > present - Int64(window.buckets) {
                sum &+= SIMD4(truncatingIfNeeded: bucket.counts)
            }
            switch window {
            case .minute: sums.minute = sum
            case .hour: sums.hour = sum
            case .day: sums.day = sum
            }
        }
        return sums
    }

    /// The first instant after `instant` at which a sum may be another one although nothing was counted; nil if there is none.
    func nextChange(after instant: Timestamp) -> Timestamp? {
        let buckets = settled
        var next: Int64?
        for window in Window.allCases {
            for bucket in Self.buckets(of: window, in: buckets) where bucket.counts != .zero {
                // It comes in, if its time is ahead of the instant, and it goes out.
                for number in [bucket.number, bucket.number + Int64(window.buckets)] {
                    let change = number * window.unit
                    if change > instant.milliseconds, change < next ?? .max { next = change }
                }
            }
        }
        return next.map { Timestamp(milliseconds: $0) }
    }

    private static func buckets(of window: Window, in buckets: [Bucket]) -> ArraySlice<Bucket> {
        buckets.isEmpty ? [] : buckets[window.first..<window.first + window.buckets]
    }
}

extension RecentCounts.Counts {
    /// One more of the first thing, and so on; the fourth is an error in every fold.
    @inline(__always) static var first: Self { Self(1, 0, 0, 0) }
    @inline(__always) static var second: Self { Self(0, 1, 0, 0) }
    @inline(__always) static var third: Self { Self(0, 0, 1, 0) }
    @inline(__always) static var error: Self { Self(0, 0, 0, 1) }
}

/// What ``RecentCounts`` held at an instant.
struct RecentSums: Sendable {
    fileprivate var minute = SIMD4<Int>.zero
    fileprivate var hour = SIMD4<Int>.zero
    fileprivate var day = SIMD4<Int>.zero

    /// The windows of the errors.
    var errors: RecentCount { self[3] }

    /// The windows of the thing with a number, from 0.
    subscript(thing: Int) -> RecentCount {
        RecentCount(minute: minute[thing], hour: hour[thing], day: day[thing])
    }
}

extension RecentCounts: Savable {
    /// Only buckets that hold something are saved.
    func save(to bytes: inout SavedBytes) {
        let filled = settled.enumerated().filter { $0.element.counts != .zero }
        bytes.add(list: filled) { bytes, bucket in
            bytes.add(bucket.offset)
            bytes.add(bucket.element.number)
            for thing in 0..<4 { bytes.add(Int(bucket.element.counts[thing])) }
        }
    }

    init(from bytes: inout SavedBytesReader) throws(UnreadableSave) {
        let filled = try bytes.list(atMost: Self.bucketCount) { bytes throws(UnreadableSave) in
            let index = try bytes.count()
            let number = try bytes.integer64()
            var counts = Counts.zero
            for thing in 0..<4 {
                guard let count = UInt32(exactly: try bytes.integer64()) else { throw .impossibleValue }
                counts[thing] = count
            }
            guard let window = Window.allCases.last(where: { $0.first <= index }), index < Self.bucketCount,
                number >= 0, window.first + Int(number % Int64(window.buckets)) == index, counts != .zero
            else { throw .impossibleValue }
            return (index, Bucket(number: number, counts: counts))
        }
        guard !filled.isEmpty else { return }
        buckets = Array(repeating: Bucket(), count: Self.bucketCount)
        for (index, bucket) in filled { buckets[index] = bucket }
    }
}
