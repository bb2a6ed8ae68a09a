import Foundation
import GhostTestSupport

/// What log files go through.
extension TemporaryFolder {
    /// Appends to a file, creating it if it is missing.
    func append(_ text: String, to name: String) throws {
        guard let handle = FileHandle(forWritingAtPath: path(name)) else {
            try write(text, to: name)
            return
        }
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    func rename(_ name: String, to other: String) throws {
        try FileManager.default.moveItem(atPath: path(name), toPath: path(other))
    }
}
