import GhostModel
import Testing

struct OrchestrationChangeTests {
    private static func labels(_ value: Any) -> Set<String> {
        Set(Mirror(reflecting: value).children.compactMap(\.label))
    }

    /// A field that is added to the state and not to the change would never reach whoever follows the stream.
    @Test func everyFieldOfTheState_canChange() {
        let change = Self.labels(OrchestrationChange.Fields()).union(Self.labels(OrchestrationChange.Components()))
        // The position says these two, and the components are not sent twice.
        let elsewhere: Set<String> = ["epoch", "sequence", "orchestration"]
        #expect(change.union(elsewhere) == Set(StatusField.allCases.map(\.rawValue)))
        #expect(change.isDisjoint(with: elsewhere))
    }

    @Test func aNull_isToldFromAnAbsentField() throws {
        func fields(_ json: String) throws -> OrchestrationChange.Fields {
            try JSONText.decode(OrchestrationChange.Fields.self, from: Array(json.utf8))
        }
        #expect(try fields("{}").rulesRefused == nil)
        #expect(try fields(#"{"rulesRefused":null}"#).rulesRefused == Nullable(wrappedValue: nil))
        #expect(try fields(#"{"rulesRefused":"x","sequence":3}"#).rulesRefused == Nullable(wrappedValue: "x"))
    }
}
