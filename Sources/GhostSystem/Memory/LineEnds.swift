import CGhostSystem

/// Where the line feeds and carriage returns of a few thousand bytes stand, found many bytes at a time.
public enum LineEnds {
    /// How many bytes are looked at in one go: their places fit into the stack, and into the processor's nearest cache.
    public static let windowBytes = 4096

    /// How many places there must be room for.
    public static let capacity = windowBytes + Int(GHOST_LINE_ENDS_SLACK)

    /// Writes the places of LF and CR in `window`, counted from its first byte and ascending, to `places`.
    ///
    /// - Parameters:
    ///   - window: at most ``windowBytes``.
    ///   - places: room for ``capacity`` of them; what stands behind the last place found is left undefined.
    /// - Returns: how many places there are.
    public static func find(in window: Span<UInt8>, _ places: UnsafeMutableBufferPointer<UInt16>) -> Int {
        precondition(window.count <= windowBytes && places.count >= capacity)
        guard let target = places.baseAddress else { return 0 }
        return window.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            return ghost_line_ends(start, bytes.count, target)
        }
    }
}
