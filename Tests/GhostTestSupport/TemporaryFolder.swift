#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A folder of a test's own, removed with everything in it when the test lets go of it.
public final class TemporaryFolder: Sendable {
    /// The absolute path.
    public let path: String

    /// Creates an empty folder below the system's temporary one.
    public init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/ghost-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw TestFailure("cannot create a temporary folder in \(base)") }
        path = String(cString: made)
    }

    deinit { Self.remove(Array(path.utf8CString)) }

    /// The path of an entry.
    public func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file, creating the folders it is in.
    @discardableResult
    public func write(_ text: String, to name: String, mode: UInt16 = 0o644) throws -> String {
        let file = path(name)
        var folder = path
        for part in name.split(separator: "/").dropLast() {
            folder += "/\(part)"
            mkdir(folder, 0o755)
        }
        guard let stream = fopen(file, "w") else { throw TestFailure("cannot write \(file)") }
        defer { fclose(stream) }
        fputs(text, stream)
        chmod(file, mode_t(mode))
        return file
    }

    /// The text of a file, or nil if there is none.
    public func read(_ name: String) -> String? { Self.text(of: path(name)) }

    /// The text of any file, or nil if there is none.
    public static func text(of path: String) -> String? {
        guard let stream = fopen(path, "r") else { return nil }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&chunk, 1, chunk.count, stream), count > 0 { bytes += chunk[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Removes what is there, whatever bytes its name has: `path` ends with a zero.
    private static func remove(_ path: [CChar]) {
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return }
        guard facts.st_mode & S_IFMT == S_IFDIR else {
            unlink(path)
            return
        }
        chmod(path, 0o700)
        if let stream = opendir(path) {
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
                        Array(UnsafeBufferPointer(start: $0, count: strlen($0)))
                    }
                }
                if name != Self.this, name != Self.parent { remove(path.dropLast() + [Self.slash] + name + [0]) }
            }
            closedir(stream)
        }
        rmdir(path)
    }

    private static let slash = CChar(bitPattern: UInt8(ascii: "/"))
    private static let this = [CChar(bitPattern: UInt8(ascii: "."))]
    private static let parent = this + this
}

/// A test cannot go on.
public struct TestFailure: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
