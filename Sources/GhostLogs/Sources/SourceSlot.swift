import GhostModel
import GhostSystem

/// One followed file as it is kept: mostly nothing but a name and a packed position.
struct SourceSlot {
    /// The number of its folder.
    let folder: Int
    let name: String
    var body: Body
    var condition = SourceStatus.Condition.waiting
    var generation: Int32 = 0
    var offset: Int64 = 0
    /// Since when there is no such file; nil if there is one.
    var goneSince: Timestamp?

    /// What is known of the reading.
    enum Body {
        /// Nothing was read yet.
        case unread
        /// A Ghost that ended read it; with the position that was saved.
        case saved(RestingTailer)
        case resting(RestingTailer)
        /// Its tailer is among those that are awake.
        case awake
    }
}

/// A path that leads to a file which is read under another one.
struct SourceAlias: Equatable {
    var identity: FileIdentity
    var owner: Int
}

/// A folder in which files are followed, or on the way to one.
struct WatchedFolder {
    let number: Int
    let path: String
    /// What the patterns mean in it, by the pattern's place; empty if it is only on the way to a folder that is missing.
    var reaches: [Int: SourcePattern.Reach] = [:]
    /// Which of them may fit a name.
    var index = NameIndex()
    /// The names of folders that patterns lead through and that are missing here.
    var awaited: Set<String> = []
    var watch = Watch.wanted
    /// Which folder it is: another one may take its name.
    var identity: FileIdentity?
    /// When its entries were last changed before they were last listed.
    var listedAt: Int64?
    var listing: FolderListing?
    /// The followed files by their name.
    var sources: [String: Int] = [:]
    var aliases: [String: SourceAlias] = [:]
    /// What fits but cannot be followed.
    var refused: [String: SourceStatus.Condition] = [:]
    /// Names whose changes concern files followed elsewhere, through symbolic links.
    var linked: [String: Set<Int>] = [:]

    enum Watch: Equatable {
        case wanted
        case notified
        case swept(why: String)
        case missing
    }
}
