import GhostModel

/// Encodes states one after the other, each time only what changed.
struct StateEncoder: Sendable {
    private var previous: OrchestrationData?
    private var fields: [StatusField: EncodedField] = [:]
    private var componentBodies: [String: BodyTemplate] = [:]

    /// One field of the state.
    struct EncodedField: Sendable, Equatable {
        var json: BodyTemplate
        /// The revision in which it became what it is.
        var revision: UInt64
        var digest: Digest
    }

    /// What a state looks like encoded.
    struct Encoded: Sendable {
        var fields: [StatusField: EncodedField]
        var status: TaggedBody
        var health: TaggedBody
        /// By the name of the component, those of rules included.
        var components: [String: TaggedBody]
    }

    /// Encodes the next state.
    ///
    /// - Parameter revision: counts the states of this process; larger than that of the one before.
    mutating func encode(_ state: OrchestrationData, revision: UInt64) throws -> Encoded {
        let data = state.withoutAnswerTimes()
        for field in StatusField.allCases where field != .orchestration {
            if let previous, previous.isEqual(to: data, in: field) { continue }
            guard let json = try data.encoded(field) else {
                fields[field] = nil
                continue
            }
            let encoded = EncodedField(json: Self.template(json, of: field), revision: revision, digest: Digest(json))
            fields[field] = encoded
            try encodeBodies(of: field, encoded.json, data)
        }
        previous = data
        let status = statusBody()
        let health = healthBody()
        let all = Digest(fields.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value.digest))
        let tag = "\(data.sequence)-\(all.text)"
        return Encoded(
            fields: fields,
            status: TaggedBody(template: status, tag: tag),
            health: TaggedBody(template: health, tag: tag),
            components: componentBodies.mapValues { TaggedBody(template: $0, tag: Digest($0.bytes).text) }
        )
    }

    private static func template(_ json: [UInt8], of field: StatusField) -> BodyTemplate {
        switch field {
        case .lastUpdate: timeTemplate(.lookedAt)
        case .timestamp: timeTemplate(.answeredAt)
        case .rules: BodyTemplate(json, placesOf: "judgedAt", .answeredAt)
        default: BodyTemplate(json, placesOf: "lastCheck", .lookedAt)
        }
    }

    private static func timeTemplate(_ time: BodyTemplate.Time) -> BodyTemplate {
        var template = BodyTemplate()
        template.append(time)
        return template
    }

    private mutating func encodeBodies(
        of field: StatusField,
        _ json: BodyTemplate,
        _ data: OrchestrationData
    ) throws {
        if let component = field.component {
            componentBodies[component.rawValue] = Self.componentBody(json)
        } else if field == .rules {
            for (name, rule) in data.rules where ComponentKind(rawValue: name) == nil {
                let json = BodyTemplate(try JSONText.fragment(rule), placesOf: "judgedAt", .answeredAt)
                componentBodies[name] = Self.componentBody(json)
            }
        }
    }

    private static func componentBody(_ json: BodyTemplate) -> BodyTemplate {
        var body = BodyTemplate()
        body.append("{\"data\":")
        body.append(json)
        body.append(",\"status\":\"success\",\"timestamp\":")
        body.append(.answeredAt)
        body.append("}\n")
        return body
    }

    private func statusBody() -> BodyTemplate {
        var body = BodyTemplate()
        body.append("{\"data\":{")
        append(StatusField.allCases, to: &body)
        body.append("},\"status\":\"success\"}\n")
        return body
    }

    private func healthBody() -> BodyTemplate {
        var body = BodyTemplate()
        body.append("{\"data\":{")
        let told: [StatusField] = [
            .activeComponents, .daemons, .errorComponents, .healthPercentage, .lastUpdate, .overallHealth, .reasons,
            .totalComponents,
        ]
        append(told, to: &body)
        body.append("},\"status\":\"success\"}\n")
        return body
    }

    private func append(_ names: [StatusField], to body: inout BodyTemplate) {
        var separator = ""
        for name in names {
            if name == .orchestration {
                body.append("\(separator)\"orchestration\":{")
                append(Self.nested, to: &body)
                body.append("}")
            } else if let field = fields[name] {
                body.append("\(separator)\"\(name.rawValue)\":")
                body.append(field.json)
            } else {
                continue
            }
            separator = ","
        }
    }

    /// What stands under `orchestration`.
    private static let nested = StatusField.allCases.filter { $0.component != nil || $0 == .lastUpdate }
}

/// A body and the name of what it says, apart from the times of answering.
struct TaggedBody: Sendable, Equatable {
    var template: BodyTemplate
    /// A weak entity tag, with its quotation marks.
    var entityTag: String

    init(template: BodyTemplate, tag: String) {
        self.template = template
        entityTag = "W/\"\(tag)\""
    }
}

/// A 64-bit checksum (FNV-1a) of encoded text: the same text has the same one in every process.
struct Digest: Sendable, Hashable {
    private var value: UInt64 = 0xCBF2_9CE4_8422_2325

    init(_ bytes: [UInt8]) {
        for byte in bytes { take(byte) }
    }

    /// Of several, in their order.
    init(_ parts: [Digest]) {
        for part in parts {
            for shift in stride(from: UInt64(0), to: 64, by: 8) { take(UInt8(truncatingIfNeeded: part.value >> shift)) }
        }
    }

    private mutating func take(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
    }

    /// 1 to 16 hexadecimal digits.
    var text: String { String(value, radix: 16) }
}
