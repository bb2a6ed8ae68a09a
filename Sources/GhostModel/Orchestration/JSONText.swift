#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The one way in which values become JSON text.
public enum JSONText {
    /// Compact JSON with sorted keys and unescaped slashes, ended by one line feed.
    public static func encode(_ value: some Encodable) throws -> [UInt8] {
        var bytes = try fragment(value)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// The same without the line feed, to be put into other text.
    public static func fragment(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value))
    }

    /// Reads a value back; unknown fields are ignored.
    public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }

    /// The body of `/api/orchestrator/component/NAME` for `kind`.
    public static func componentBody(_ kind: ComponentKind, of data: OrchestrationData) throws -> [UInt8] {
        func body(_ component: some OrchestrationComponent) throws -> [UInt8] {
            try encode(ComponentBody(data: component, timestamp: data.timestamp))
        }
        return try body(data.component(kind))
    }
}
