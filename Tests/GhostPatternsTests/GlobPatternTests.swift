import GhostPatterns
import Testing

@Suite struct GlobPatternTests {
    @Test func keepsItsText() {
        #expect(GlobPattern("*.log").text == "*.log")
    }
}
