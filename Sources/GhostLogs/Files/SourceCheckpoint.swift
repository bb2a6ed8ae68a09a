/// Everything that is needed to go on reading one named log after a restart.
///
/// It is a value without descriptors: whoever keeps it together with the fold can drop the reader at any time and read
/// every byte exactly once all the same.
struct SourceCheckpoint: Codable, Equatable, Sendable {
    /// How many incarnations that were read before are remembered.
    static let longestMemory = 16

    /// The log's file name.
    var name: String
    /// The incarnations that were read, oldest first; the last is the one that is being read.
    var incarnations: [Incarnation]

    /// One content that the name had, and how far it is in the fold.
    struct Incarnation: Codable, Equatable, Sendable {
        /// Counts the incarnations of a name, from 1.
        var generation: Int
        /// Every byte before this offset is in the fold: the start of the line whose end is not there yet.
        var offset: Int64 = 0
        /// Which file held it last; nil if that file was cut, so that its number says nothing any more.
        var identity: FileIdentity?
        /// Its first bytes; beyond ``offset`` only while that is 0.
        var head = ContentWindow.empty
        /// The hashes of its first 32, 64, 128 … 2048 bytes: they tell a copy that was made before the rest was written.
        var beginnings: [UInt64] = []
        /// Its last bytes before ``offset``.
        var tail = ContentWindow.empty
        /// How long it was when it was last seen, in bytes.
        var seenLength: Int64 = 0
        /// When that was, in milliseconds since 1970.
        var seenAt: Int64 = 0
        var ending = Ending.open
        /// Where its file was last found, if that is not the log's own folder: a symbolic link leads there.
        var place: String?
    }

    /// What is known about an incarnation's end.
    enum Ending: String, Codable, Sendable {
        /// More bytes may come.
        case open
        /// The file with this identity is an archive and was read to its end.
        case sealed
        /// Nothing more can be read of the file with this identity.
        case damaged
        /// No file holds it any more; what was lost has been said.
        case gone
    }
}
