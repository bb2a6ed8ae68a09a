import Foundation
import Testing

/// The bodies as they are written, kept for the readers in other languages.
///
/// `GHOST_WRITE_GOLDEN=1 swift test --filter APIDescription` writes them anew.
enum Golden {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Golden")

    /// Holds a body against the file of its name.
    static func compare(_ body: String, with name: String) throws {
        let file = folder.appending(path: "\(name).json")
        if ProcessInfo.processInfo.environment["GHOST_WRITE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(body.utf8).write(to: file)
            return
        }
        let kept = try? String(contentsOf: file, encoding: .utf8)
        #expect(
            body == kept,
            "\(file.lastPathComponent) differs; if that is meant, set GHOST_WRITE_GOLDEN=1 and look at it"
        )
    }
}
