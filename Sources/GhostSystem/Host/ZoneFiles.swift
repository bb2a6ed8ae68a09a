public import GhostModel

/// The time zones that this system has files of, and the one that it is set to.
///
/// Blocking: small files are read. Nothing is cached, and only well-formed names lead to a file.
public enum ZoneFiles {
    /// Where systems keep them.
    static let folders = ["/usr/share/zoneinfo", "/var/db/timezone/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"]
    /// The longest name, in bytes.
    static let longestName = 64

    /// The zone that somebody wrote: `utc`, an offset such as `+02:00`, or a name such as `Europe/Berlin`.
    public static func zone(_ text: String) throws(ZoneFilesFailure) -> ZoneTable {
        if ["utc", "z"].contains(text.lowercased()) { return .utc }
        if let minutes = minutes(text) { return ZoneTable(minutesEast: minutes) }
        guard isName(text) else { throw .noName(text) }
        return try named(text, in: folders)
    }

    /// The zone of the host: what the variable `TZ` says, otherwise what `/etc/localtime` says, otherwise UTC.
    ///
    /// - Parameter variable: the value of `TZ`; nil if it is not set.
    public static func host(variable: String?) -> ZoneTable {
        guard let variable else { return (try? read("/etc/localtime", as: "local time")) ?? .utc }
        // As the C library has it: a colon in front means a file.
        let name = variable.hasPrefix(":") ? String(variable.dropFirst()) : variable
        if name.isEmpty { return .utc }
        if name.hasPrefix("/") { return (try? read(name, as: name)) ?? .utc }
        return (try? zone(name)) ?? ZoneTable(rule: name) ?? .utc
    }

    /// The names of all zones that this system has files of, in order.
    public static func names() -> [String] { names(in: folders) }

    /// How many names are looked at at most; systems have about 600.
    private static let mostNames = 5000
    /// How many regions a name has at most: `America/Indiana/Knox` has two.
    private static let deepest = 2

    static func names(in folders: [String]) -> [String] {
        for folder in folders {
            var names: [String] = []
            collect("", in: folder, depth: 0, &names)
            if !names.isEmpty { return names.sorted() }
        }
        return []
    }

    private static func collect(_ region: String, in folder: String, depth: Int, _ names: inout [String]) {
        guard let entries = try? Folder.entries(of: region.isEmpty ? folder : "\(folder)/\(region)") else { return }
        // Zones and regions begin with a capital; the other files and folders there do not.
        for entry in entries where isName(entry) && entry.utf8.first.map({ (0x41...0x5A).contains($0) }) == true {
            guard names.count < mostNames else { return }
            let name = region.isEmpty ? entry : "\(region)/\(entry)"
            switch (try? FileStatus(path: "\(folder)/\(name)"))?.kind {
            case .folder?: if depth < deepest { collect(name, in: folder, depth: depth + 1, &names) }
            case .file?: names.append(name)
            default: continue
            }
        }
    }

    static func named(_ name: String, in folders: [String]) throws(ZoneFilesFailure) -> ZoneTable {
        var isAnyThere = false
        for folder in folders {
            do throws(ZoneFilesFailure) {
                return try read("\(folder)/\(name)", as: name)
            } catch {
                guard case .missing = error else { throw error }
            }
            if let facts = try? FileStatus(path: folder), facts.inode != 0 { isAnyThere = true }
        }
        throw isAnyThere ? .missing(name) : .noDatabase(name)
    }

    private static func read(_ path: String, as name: String) throws(ZoneFilesFailure) -> ZoneTable {
        let bytes: [UInt8]?
        do throws(SystemCallFailure) {
            bytes = try AtomicFile.readBytes(path, limit: ZoneTable.largestFile + 1)
        } catch {
            // A region is a folder.
            throw .missing(name)
        }
        guard let bytes else { throw .missing(name) }
        do throws(ZoneFailure) {
            return try ZoneTable(name: name, file: bytes)
        } catch {
            throw .unusable(name, error)
        }
    }

    /// Minutes east of UTC of `+02:00`.
    private static func minutes(_ text: String) -> Int? {
        guard let sign = text.first, "+-".contains(sign), text.utf8.count == 6 else { return nil }
        let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ part in part.utf8.count == 2 && part.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hours = Int(parts[0]), let minutes = Int(parts[1]), hours < 24, minutes < 60
        else { return nil }
        return (hours * 60 + minutes) * (sign == "-" ? -1 : 1)
    }

    /// Whether it can be the name of a zone; so none leads out of the folder of zones.
    private static func isName(_ text: String) -> Bool {
        guard (1...longestName).contains(text.utf8.count) else { return false }
        return text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    switch byte {
                    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"):
                        true
                    default: false
                    }
                }
        }
    }
}

/// Why there is no zone.
public enum ZoneFilesFailure: Error, Equatable, CustomStringConvertible {
    /// Neither an offset nor the name of a zone.
    case noName(String)
    /// This system has no such zone.
    case missing(String)
    /// This system has no zones at all.
    case noDatabase(String)
    /// Its file cannot be used.
    case unusable(String, ZoneFailure)

    public var description: String {
        switch self {
        case .noName(let text):
            "\"\(text)\" is no time zone; write utc, an offset such as +02:00, or a name such as Europe/Berlin"
        case .missing(let name): "there is no time zone \"\(name)\" on this system"
        case .noDatabase(let name):
            "there is no time zone \"\(name)\": this system has no time zones; install tzdata, or write an offset "
                + "such as +02:00"
        case .unusable(let name, let failure): "the time zone \"\(name)\" of this system cannot be used: \(failure)"
        }
    }
}
