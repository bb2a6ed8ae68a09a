public import GhostStore

extension SourceSet {
    /// Whether ``positionsToSave()`` would give anything.
    public var hasPositionsToSave: Bool { !unsaved.isEmpty || !forgotten.isEmpty }

    /// The positions that changed since ``positionsWereSaved()``.
    ///
    /// Costs only for the files that changed, and reads nothing.
    public func positionsToSave() -> PositionChange {
        var change = PositionChange(forgotten: forgotten.sorted())
        for number in unsaved.sorted() {
            guard let slot = slots[number], let path = path(of: slot) else { continue }
            switch slot.body {
            case .unread: break
            case .saved(let resting), .resting(let resting):
                change.saved.append(SavedPosition(path: path, body: resting.saved))
            case .awake:
                guard let position = awake[number]?.savedPosition else { continue }
                change.saved.append(SavedPosition(path: path, body: position.saved))
            }
        }
        return change
    }

    /// All positions, those included that have not changed.
    public var allPositions: [SavedPosition] {
        var all = saved.map { SavedPosition(path: $0.key, body: $0.value.saved) }
        for (number, slot) in slots {
            guard let path = path(of: slot) else { continue }
            switch slot.body {
            case .unread: break
            case .saved(let resting), .resting(let resting): all.append(SavedPosition(path: path, body: resting.saved))
            case .awake:
                if let position = awake[number]?.savedPosition {
                    all.append(SavedPosition(path: path, body: position.saved))
                }
            }
        }
        return all.sorted { $0.path < $1.path }
    }

    /// What ``positionsToSave()`` gave is in the store, or need not be.
    public mutating func positionsWereSaved() {
        unsaved = []
        forgotten = []
    }
}

extension RestingTailer {
    /// The longest saved position, in bytes.
    private static let longestSaved = 64 * 1024

    /// The saved form; docs/formats/state.md describes it.
    var saved: [UInt8] {
        var bytes = SavedBytes()
        bytes.add(SourceCheckpoint.savedVersion)
        bytes.add(bytes: packed)
        bytes.add(quiet) { bytes, quiet in
            bytes.add(quiet.length)
            bytes.add(quiet.changed)
        }
        bytes.add(identity) { $0.add($1) }
        let sum = ContentWindow(bytes.bytes.span).hash
        return bytes.bytes + (0..<8).map { UInt8(truncatingIfNeeded: sum >> UInt64(8 * $0)) }
    }

    /// Reads what ``saved`` gave.
    init(saved: [UInt8]) throws(UnreadableSave) {
        guard saved.count > 8 else { throw .endsEarly }
        let content = Array(saved.dropLast(8))
        let sum = saved.suffix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard ContentWindow(content.span).hash == sum else { throw .wrongChecksum }
        var reader = SavedBytesReader(content)
        let version = try reader.integer()
        guard version == SourceCheckpoint.savedVersion else { throw .unknownVersion(version) }
        packed = try reader.byteString(longest: Self.longestSaved)
        quiet = try reader.optional { reader throws(UnreadableSave) in
            Reading.Quiet(length: try reader.integer64(), changed: try reader.integer64())
        }
        identity = try reader.optional { reader throws(UnreadableSave) in try FileIdentity(from: &reader) }
        try reader.finish()
        if !packed.isEmpty {
            var inner = SavedBytesReader(packed)
            _ = try SourceCheckpoint(from: &inner)
        }
    }
}
