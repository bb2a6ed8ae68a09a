/// One event of a stream of server-sent events.
struct ServerSentEvent: Equatable, Sendable {
    /// Its name; `message` where the stream gives none.
    var name: String
    /// Its data, the lines joined by line feeds.
    var data: [UInt8]
    /// The id that this very event carries; nil if it carries none.
    var id: String?
}

/// What is found in a stream, besides comments.
enum StreamItem: Equatable, Sendable {
    case event(ServerSentEvent)
    /// The server's wish how long to wait before reconnecting.
    case retry(Duration)
    /// An event that exceeded the limit was passed over.
    case overflow(name: String)
}
