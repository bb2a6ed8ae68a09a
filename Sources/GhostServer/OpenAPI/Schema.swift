/// The form of a JSON value, as OpenAPI 3.1 writes it (JSON Schema 2020-12).
struct Schema: Sendable, Equatable {
    var json: JSONValue

    private init(_ json: JSONValue) {
        self.json = json
    }

    static let string = Schema(["type": "string"])
    static let integer = Schema(["type": "integer"])
    static let count = Schema(["type": "integer", "minimum": 0])
    /// A count that is read again, and so has an end.
    static let sequence = Schema(["type": "integer", "minimum": 0, "maximum": .integer(.max)])
    static let number = Schema(["type": "number"])
    static let bool = Schema(["type": "boolean"])
    /// A time of RFC 3339 in UTC, with milliseconds.
    static let time = Schema(["type": "string", "format": "date-time"])
    /// How long to wait: what is accepted of the forms that durations have, in the unit that fits.
    static let wait = Schema(["type": "string", "pattern": "^(1m|60s|[1-5]?[0-9](\\.[0-9]{1,3})?s|[0-9]{1,4}ms)$"])
    /// An instant as people write it: a time of RFC 3339, or how long ago, with one or more units from large to small.
    static let instant = Schema.either(
        .time,
        Schema([
            "type": "string", "minLength": 2,
            "pattern": "^([0-9]{1,4}d)?([0-9]{1,5}h)?([0-9]{1,6}m)?([0-9]{1,6}(\\.[0-9]{1,3})?s)?([0-9]{1,9}ms)?$",
        ])
    )
    /// Anything: its form is told elsewhere.
    static let anything = Schema([:])

    /// One text and no other.
    static func exactly(_ text: String) -> Schema { Schema(["type": "string", "const": .text(text)]) }

    /// One of a few texts.
    static func oneOf(_ texts: [String]) -> Schema {
        Schema(["type": "string", "enum": .list(texts.map { .text($0) })])
    }

    /// A schema with a name.
    static func named(_ name: String) -> Schema { Schema(["$ref": .text("#/components/schemas/\(name)")]) }

    /// A list.
    static func list(_ element: Schema) -> Schema { Schema(["type": "array", "items": element.json]) }

    /// An object whose members have names that are not known.
    static func map(_ value: Schema) -> Schema { Schema(["type": "object", "additionalProperties": value.json]) }

    /// An object with these members.
    ///
    /// - Parameter optional: members that may be absent.
    static func object(_ members: [String: Schema], optional: [String: Schema] = [:]) -> Schema {
        let all = members.merging(optional) { first, _ in first }
        return Schema([
            "type": "object",
            "properties": .object(all.mapValues(\.json)),
            "required": .list(members.keys.sorted().map { .text($0) }),
        ])
    }

    /// Either of several.
    static func either(_ schemas: Schema...) -> Schema { Schema(["anyOf": .list(schemas.map(\.json))]) }

    /// This, or null.
    var orNull: Schema {
        if case .text(let type)? = json["type"], case .object(var members) = json, members["enum"] == nil {
            members["type"] = .list([.text(type), "null"])
            return Schema(.object(members))
        }
        return Schema(["anyOf": [json, ["type": "null"]]])
    }

    /// The same with a sentence about it.
    func about(_ text: String) -> Schema {
        guard case .object(var members) = json else { return self }
        members["description"] = .text(text)
        return Schema(.object(members))
    }

    /// A number from a range, with what holds when nothing is said.
    static func integer(_ range: ClosedRange<Int>, usually value: Int) -> Schema {
        Schema([
            "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
            "default": .integer(value),
        ])
    }
}
