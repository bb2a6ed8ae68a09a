/// The version of Ghost: what `ghost --version` prints and the APIs answer.
public enum GhostVersion {
    /// Semantic version of this build.
    public static let text = "0.1.0"
}
