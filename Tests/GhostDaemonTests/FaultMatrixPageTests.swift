import GhostTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Every row of docs/fault-matrix.md names a test that is there.
struct FaultMatrixPageTests {
    private static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

    @Test func everyRowNamesATestThatIsThere() throws {
        let page = try #require(TemporaryFolder.text(of: Self.root + "/docs/fault-matrix.md"))
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("|") }.dropFirst(2)
        #expect(rows.count > 15)
        let tests = Self.texts(in: Self.root + "/Tests")
        for row in rows {
            let cell = row.split(separator: "|").last ?? ""
            let names = cell.split(separator: "`").filter { $0.contains("Tests") }
            #expect(!names.isEmpty, "\(row)")
            for name in names {
                let parts = name.split(separator: ".")
                let suite = tests.first { $0.contains("struct \(parts[0])") }
                #expect(suite != nil, "there is no \(parts[0])")
                if parts.count > 1 { #expect(suite?.contains("func \(parts[1])(") == true, "there is no \(name)") }
            }
        }
    }

    private static func texts(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var found: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name.hasPrefix(".") { continue }
            let path = "\(folder)/\(name)"
            if name.hasSuffix(".swift") {
                found += [TemporaryFolder.text(of: path)].compactMap(\.self)
            } else if !name.contains(".") {
                found += texts(in: path)
            }
        }
        return found
    }
}
