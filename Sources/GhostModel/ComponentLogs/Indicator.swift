/// The marks that component logs carry.
public enum Indicator {
    public static let up = "🟢"
    public static let down = "❌"
    public static let warning = "🟡"
    public static let success = "✅"
    public static let failure = "❌"
    public static let critical = "🔴"
    public static let boot = "🚀"
    public static let retry = "🔄"
    public static let shutdown = "🛑"
}
