@testable import GhostServer

/// Holds a JSON value against a schema, as far as the schemas of this project go; members that no schema names count as
/// faults, so that nothing is sent that is not described.
struct SchemaCheck {
    let named: [String: JSONValue]

    /// What is wrong, each with its place.
    func faults(of value: JSONValue, _ schema: JSONValue, at place: String = "$") -> [String] {
        if case .text(let reference)? = schema["$ref"] {
            let name = String(reference.split(separator: "/").last ?? "")
            guard let target = named[name] else { return ["\(place): there is no schema \(name)"] }
            return faults(of: value, target, at: place)
        }
        if case .list(let choices)? = schema["anyOf"] {
            let found = choices.map { faults(of: value, $0, at: place) }
            return found.contains { $0.isEmpty }
                ? [] : ["\(place): fits none of \(choices.count)"] + (found.first ?? [])
        }
        guard let type = schema["type"] else { return [] }
        guard types(type).contains(where: { fits(value, $0) }) else { return ["\(place): \(value) is no \(type)"] }
        switch value {
        case .object(let members): return faults(ofMembers: members, schema, at: place)
        case .list(let elements):
            guard let items = schema["items"] else { return [] }
            return elements.enumerated().flatMap { faults(of: $1, items, at: "\(place)[\($0)]") }
        case .text: return faults(ofText: value, schema, at: place)
        case .integer(let number):
            if case .integer(let least)? = schema["minimum"], number < least {
                return ["\(place): \(number) < \(least)"]
            }
            return []
        default: return []
        }
    }

    private func faults(ofText value: JSONValue, _ schema: JSONValue, at place: String) -> [String] {
        if let only = schema["const"], only != value { return ["\(place): \(value) is not \(only)"] }
        if case .list(let words)? = schema["enum"], !words.contains(value) {
            return ["\(place): \(value) is none of \(words)"]
        }
        guard case .text("date-time")? = schema["format"], case .text(let text) = value else { return [] }
        return text.utf8.count == 24 && text.hasSuffix("Z") ? [] : ["\(place): \(text) is no time"]
    }

    private func faults(ofMembers members: [String: JSONValue], _ schema: JSONValue, at place: String) -> [String] {
        var faults: [String] = []
        if case .list(let required)? = schema["required"] {
            for case .text(let name) in required where members[name] == nil {
                faults.append("\(place).\(name) is absent")
            }
        }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if let known = schema["properties"]?[name] {
                faults += self.faults(of: value, known, at: "\(place).\(name)")
            } else if let other = schema["additionalProperties"] {
                faults += self.faults(of: value, other, at: "\(place).\(name)")
            } else if schema["properties"] != nil {
                faults.append("\(place).\(name) is not described")
            }
        }
        return faults
    }

    private func types(_ type: JSONValue) -> [String] {
        switch type {
        case .text(let name): [name]
        case .list(let names): names.compactMap { if case .text(let name) = $0 { name } else { nil } }
        default: []
        }
    }

    private func fits(_ value: JSONValue, _ type: String) -> Bool {
        switch (value, type) {
        case (.null, "null"), (.bool, "boolean"), (.integer, "integer"), (.integer, "number"), (.number, "number"),
            (.text, "string"), (.list, "array"), (.object, "object"):
            true
        default: false
        }
    }
}
