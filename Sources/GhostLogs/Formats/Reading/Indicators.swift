import GhostModel

extension Span<UInt8> {
    /// The level that a sign at `start` stands for, and the index behind it and its variation selector.
    @inline(__always)
    func indicator(_ start: Int) -> (level: LogLevel, end: Int)? {
        peek(start) < 0xE2 ? nil : indicatorSlowly(start)
    }

    @inline(never)
    private func indicatorSlowly(_ start: Int) -> (level: LogLevel, end: Int)? {
        let code = UInt32(peek(start)) << 24 | UInt32(peek(start + 1)) << 16 | UInt32(peek(start + 2)) << 8
        let level: LogLevel
        var end = start + 3
        switch code {
        // ❌ ✖ ✗ ✘ ❗ ⛔
        case 0xE29D_8C00, 0xE29C_9600, 0xE29C_9700, 0xE29C_9800, 0xE29D_9700, 0xE29B_9400: level = .error
        // ⚠
        case 0xE29A_A000: level = .warning
        // ✅ ✔ ✓ ℹ
        case 0xE29C_8500, 0xE29C_9400, 0xE29C_9300, 0xE284_B900: level = .info
        default:
            guard let wide = wideIndicator(code | UInt32(peek(start + 3))) else { return nil }
            level = wide
            end = start + 4
        }
        while has("\u{FE0F}", at: end, before: count) || has("\u{FE0E}", at: end, before: count) { end += 3 }
        return (level, end)
    }

    private func wideIndicator(_ code: UInt32) -> LogLevel? {
        switch code {
        // 🔴 🛑 💥 🚨 🟥
        case 0xF09F_94B4, 0xF09F_9B91, 0xF09F_92A5, 0xF09F_9AA8, 0xF09F_9FA5: .error
        // 🟡 🟠 🟨
        case 0xF09F_9FA1, 0xF09F_9FA0, 0xF09F_9FA8: .warning
        // 🟢 🟩 🚀 🔄 🔵
        case 0xF09F_9FA2, 0xF09F_9FA9, 0xF09F_9A80, 0xF09F_9484, 0xF09F_94B5: .info
        // 🐛
        case 0xF09F_909B: .debug
        default: nil
        }
    }
}
