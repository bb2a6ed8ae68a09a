import GhostModel
import NIOCore

/// Encoded text in which the times of an answer are put in at fixed places.
struct BodyTemplate: Sendable, Equatable {
    private(set) var bytes: [UInt8] = []
    private(set) var places: [Place] = []

    /// Where a time stands, and which.
    struct Place: Sendable, Equatable {
        var offset: Int
        var time: Time
    }

    /// The times that belong to an answer and not to what it tells.
    enum Time: Sendable, Equatable {
        case lookedAt
        case answeredAt

        fileprivate var placeholder: Timestamp {
            switch self {
            case .lookedAt: TimePlaceholder.lookedAt
            case .answeredAt: TimePlaceholder.answeredAt
            }
        }
    }

    init() {}

    /// Finds the places in encoded text: the values of `key` that are the placeholder of `time`.
    ///
    /// A log that quotes the same text changes nothing: inside a JSON string a quotation mark has a backslash before it.
    init(_ bytes: [UInt8], placesOf key: String, _ time: Time) {
        self.bytes = bytes
        let pattern = Array("\"\(key)\":\"\(time.placeholder)\"".utf8)
        let valueAt = pattern.count - Timestamp.textLength - 1
        guard bytes.count >= pattern.count else { return }
        var index = 0
        while index <= bytes.count - pattern.count {
            let isEscaped = index > 0 && bytes[index - 1] == UInt8(ascii: "\\")
            guard bytes[index] == pattern[0], !isEscaped, bytes[index..<index + pattern.count].elementsEqual(pattern)
            else {
                index += 1
                continue
            }
            places.append(Place(offset: index + valueAt, time: time))
            index += pattern.count
        }
    }

    mutating func append(_ text: String) { bytes += text.utf8 }

    mutating func append(_ other: BodyTemplate) {
        let start = bytes.count
        bytes += other.bytes
        places += other.places.map { Place(offset: start + $0.offset, time: $0.time) }
    }

    /// Adds a time as a JSON string.
    mutating func append(_ time: Time) {
        bytes.append(UInt8(ascii: "\""))
        places.append(Place(offset: bytes.count, time: time))
        bytes += time.placeholder.description.utf8
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes the text with the times of an answer.
    func write(to buffer: inout ByteBuffer, _ times: AnswerTimes) {
        let start = buffer.writerIndex
        buffer.writeBytes(bytes)
        for place in places { buffer.setBytes(times[place.time], at: start + place.offset) }
    }

    /// The text with the times of an answer.
    func rendered(_ times: AnswerTimes) -> [UInt8] {
        var copy = bytes
        for place in places {
            copy.replaceSubrange(place.offset..<place.offset + Timestamp.textLength, with: times[place.time])
        }
        return copy
    }
}

/// The times of one answer, as text.
struct AnswerTimes: Sendable {
    private let lookedAt: [UInt8]
    private let answeredAt: [UInt8]

    init(lookedAt: Timestamp, answeredAt: Timestamp) {
        self.lookedAt = Array(lookedAt.description.utf8)
        self.answeredAt = Array(answeredAt.description.utf8)
    }

    subscript(time: BodyTemplate.Time) -> [UInt8] {
        switch time {
        case .lookedAt: lookedAt
        case .answeredAt: answeredAt
        }
    }
}
