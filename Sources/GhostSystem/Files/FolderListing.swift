import GhostModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The entries of a folder as they were at one moment, sorted by name.
///
/// Kept as one buffer, because folders with tens of thousands of files are nothing special.
public struct FolderListing: Sendable {
    /// How many entries are taken; what is beyond is counted in ``omitted``.
    public static let longest = 200_000

    /// When an entry was last made, renamed or removed before the listing was made, in nanoseconds since 1970.
    public let changed: Int64
    /// When the listing was made, in nanoseconds since 1970.
    private let made: Int64
    /// How many entries were left out because there are more than ``longest``.
    public private(set) var omitted = 0
    /// How many entries were left out because their name is not UTF-8.
    public private(set) var unreadableNames = 0
    private var bytes: [UInt8] = []
    private var slots: [Slot] = []

    private struct Slot {
        var start: UInt32
        var length: UInt16
        var kind: Kind
        var inode: UInt64
    }

    /// What an entry is, as far as the folder tells.
    public enum Kind: UInt8, Sendable {
        case file
        case folder
        case symbolicLink
        /// A pipe, a socket or a device.
        case special
        /// The file system does not say.
        case unknown
    }

    /// One entry.
    public struct Entry: Sendable, Equatable {
        public var name: String
        /// The number of its file; on some file systems not the one that a look at the file gives.
        public var inode: UInt64
        public var kind: Kind

        /// Creates an entry.
        public init(name: String, inode: UInt64, kind: Kind) {
            self.name = name
            self.inode = inode
            self.kind = kind
        }
    }

    /// Lists `folder`.
    public init(of folder: String) throws(SystemCallFailure) {
        guard let stream = opendir(folder) else { throw SystemCallFailure("list the folder", folder) }
        defer { closedir(stream) }
        made = Clocks.wall().milliseconds * 1_000_000
        do throws(ErrorNumber) {
            changed = try FileStatus(descriptor: dirfd(stream)).changed
        } catch {
            throw SystemCallFailure("examine the folder", folder, code: error)
        }
        while let entry = readdir(stream) { take(entry) }
        sort()
    }

    private mutating func take(_ entry: UnsafeMutablePointer<dirent>) {
        let kind: Kind =
            switch Int32(entry.pointee.d_type) {
            case Int32(DT_REG): .file
            case Int32(DT_DIR): .folder
            case Int32(DT_LNK): .symbolicLink
            case Int32(DT_UNKNOWN): .unknown
            default: .special
            }
        let inode = UInt64(entry.pointee.d_ino)
        withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: UInt8.self, capacity: Int(NAME_MAX) + 1) { name in
                let length = strlen(UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
                let text = UnsafeBufferPointer(start: name, count: length)
                guard !(length == 1 && text[0] == 0x2E), !(length == 2 && text[0] == 0x2E && text[1] == 0x2E) else {
                    return
                }
                guard slots.count < Self.longest else {
                    omitted += 1
                    return
                }
                guard text.allSatisfy({ $0 < 0x80 }) || String(validating: text, as: UTF8.self) != nil else {
                    unreadableNames += 1
                    return
                }
                slots.append(
                    Slot(start: UInt32(bytes.count), length: UInt16(length), kind: kind, inode: inode)
                )
                bytes.append(contentsOf: text)
            }
        }
    }

    private mutating func sort() {
        bytes.withUnsafeBufferPointer { bytes in
            slots.sort { left, right in
                let (one, other) = (Self.name(left, bytes), Self.name(right, bytes))
                return Self.compare(one, other) < 0
            }
        }
    }

    private static func name(_ slot: Slot, _ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[Int(slot.start)..<Int(slot.start) + Int(slot.length)])
    }

    private static func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        let shared = min(left.count, right.count)
        if shared > 0, let first = left.baseAddress, let second = right.baseAddress {
            let order = memcmp(first, second, shared)
            if order != 0 { return Int(order) }
        }
        return left.count - right.count
    }

    /// Whether the folder's time of change tells apart what was made before the listing and after it.
    ///
    /// File systems stamp changes with a clock that ticks every few milliseconds.
    public var isSettled: Bool { made > changed &+ 50_000_000 }

    /// How many entries there are.
    public var count: Int { slots.count }

    /// The entry at a place, in the order of the names.
    public subscript(place: Int) -> Entry {
        let slot = slots[place]
        let name = bytes[Int(slot.start)..<Int(slot.start) + Int(slot.length)]
        return Entry(name: String(decoding: name, as: UTF8.self), inode: slot.inode, kind: slot.kind)
    }

    /// The places of the entries whose names start with `prefix`.
    public func places(startingWith prefix: String) -> Range<Int> {
        let prefix = Array(prefix.utf8)
        return prefix.withUnsafeBufferPointer { prefix in
            bytes.withUnsafeBufferPointer { bytes in
                func isBefore(_ slot: Slot) -> Bool { Self.compare(Self.name(slot, bytes), prefix) < 0 }
                func starts(_ slot: Slot) -> Bool { Self.name(slot, bytes).starts(with: prefix) }
                let first = slots.partition { isBefore($0) }
                let end = first + slots[first...].partition { starts($0) }
                return first..<end
            }
        }
    }

    /// The names that start with `prefix`.
    public func names(startingWith prefix: String) -> [String] {
        places(startingWith: prefix).map { self[$0].name }
    }

    /// The entry with this very name.
    public func entry(named name: String) -> Entry? {
        guard let place = places(startingWith: name).first, case let entry = self[place], entry.name == name else {
            return nil
        }
        return entry
    }

    /// The names whose file numbers are among `inodes`.
    public func names(ofInodes inodes: Set<UInt64>) -> [String] {
        slots.indices.filter { inodes.contains(slots[$0].inode) }.map { self[$0].name }
    }
}

extension RandomAccessCollection {
    /// How many elements at the beginning fulfil `predicate`, of which all that do come first.
    fileprivate func partition(_ predicate: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if predicate(self[index(startIndex, offsetBy: middle)]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
