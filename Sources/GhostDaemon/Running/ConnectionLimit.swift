import GhostServer
import GhostSystem

/// How many connections Ghost takes, from what the system lets it open.
enum ConnectionLimit {
    /// The most connections of the orchestrator API, whatever the system allows.
    static let most = 16_384

    /// Two thirds of the descriptors: the rest is for daemons and logs, which come first.
    static var ofOrchestratorAPI: Int {
        DescriptorLimit.raise()
        return limit(descriptors: DescriptorLimit.current.map { Int(clamping: $0) } ?? 0)
    }

    static func limit(descriptors: Int) -> Int {
        min(most, max(APIListener.usualConnections, descriptors / 3 * 2))
    }
}
