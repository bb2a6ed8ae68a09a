import GhostModel

/// What a state says that an earlier one did not, as text of the stream.
struct StateDiff: Equatable {
    /// The whole event, up to its empty line.
    let text: [UInt8]

    /// What changed since a revision; nil if nothing did.
    ///
    /// - Parameters:
    ///   - revision: the newest one whose fields are known at the other end.
    ///   - from: its sequence.
    ///   - events: those in between, as JSON with commas between them.
    init?(
        _ state: PublishedState,
        since revision: UInt64,
        from: UInt64,
        events: [UInt8],
        _ times: AnswerTimes
    ) {
        let fields = state.encoded.fields.filter { $0.value.revision > revision }
        guard !fields.isEmpty || from != state.sequence else { return nil }
        var event = BodyTemplate()
        event.append("id: \(state.epoch)-\(state.sequence)\nevent: change\n")
        event.append("data: {\"seq\":\(state.sequence),\"from\":\(from),\"components\":{")
        Self.append(StatusField.components.filter { fields[$0] != nil }, of: state, to: &event)
        event.append("},\"data\":{")
        let top = StatusField.allCases.filter { field in
            guard field.component == nil else { return false }
            // The times of the answer are part of every change.
            return fields[field] != nil || field == .sequence || field == .lastUpdate || field == .timestamp
        }
        Self.append(top, of: state, to: &event)
        event.append("},\"events\":[")
        text = event.rendered(times) + events + "]}\n\n".utf8
    }

    private static func append(_ fields: [StatusField], of state: PublishedState, to event: inout BodyTemplate) {
        var separator = ""
        for field in fields {
            guard let encoded = state.encoded.fields[field] else { continue }
            event.append("\(separator)\"\(field.rawValue)\":")
            event.append(encoded.json)
            separator = ","
        }
    }
}

extension PublishedState {
    /// The whole state as an event of the stream.
    func snapshotEvent(_ times: AnswerTimes) -> [UInt8] {
        var event = BodyTemplate()
        event.append("id: \(epoch)-\(sequence)\nevent: snapshot\ndata: ")
        event.append(encoded.status.template)
        // The body brings the line feed that ends the data.
        event.append("\n")
        return event.rendered(times)
    }
}

/// Text of the stream that tells no state.
enum StreamText {
    /// How long clients wait before they connect again, in milliseconds.
    static let retry = Array("retry: 1000\n\n".utf8)
    static let ping = Array(": ping\n\n".utf8)

    /// Changes were passed over; it has no id, so that whoever is cut off now comes back with the one before.
    static func gap(from: UInt64, to: UInt64) -> [UInt8] {
        Array("event: gap\ndata: {\"from\":\(from),\"to\":\(to)}\n\n".utf8)
    }
}
