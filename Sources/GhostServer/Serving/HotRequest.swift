/// A request that is answered from what is ready, without a router.
///
/// Only requests that are beyond doubt are taken: a GET or HEAD of one of a few paths, in the strictest reading of HTTP/1.
/// Everything else, right or wrong, is the router's, so that no two ways of reading a request can differ in what they allow.
struct HotRequest: Equatable {
    var resource: HotResource
    var method: Method
    var version: Version
    var afterwards: Afterwards
    /// The `Host` header as it came; nil without one.
    var host: String?
    var origin: String?
    /// What a browser says of the page that sends it.
    var fetchSite: String?
    var ifNoneMatch: String?
    var acceptsGzip = Gzip.refused
    /// From `Last-Event-ID`, or else the query.
    var lastEventID: String?

    enum Method: Equatable {
        case get
        case head
    }

    enum Version: Equatable {
        case http10
        case http11
    }

    /// What becomes of the connection.
    enum Afterwards: Equatable {
        case keep
        case close
    }

    enum Gzip: Equatable {
        case accepted
        case refused
    }

    /// The longest head that is looked at, in bytes.
    static let longestHead = 8192
}

/// What a hot request asks for.
enum HotResource: Equatable {
    case status
    case health
    case component(String)
    case stream
    case processHealth
    case readiness

    /// The resource of a path; nil if it is the router's.
    init?(path: Substring) {
        switch path {
        case "/api/orchestrator/status": self = .status
        case "/api/orchestrator/health": self = .health
        case "/api/orchestrator/stream": self = .stream
        case "/healthz": self = .processHealth
        case "/readyz": self = .readiness
        default:
            let prefix = "/api/orchestrator/component/"
            guard path.hasPrefix(prefix) else { return nil }
            let name = path.dropFirst(prefix.count)
            let isPlain = name.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            }
            guard !name.isEmpty, isPlain else { return nil }
            self = .component(String(name))
        }
    }
}

extension HotRequest {
    /// What the beginning of a connection's bytes is.
    enum Reading: Equatable {
        /// More bytes are needed to tell.
        case incomplete
        /// It is for the router, with all that follows on the connection.
        case foreign
        /// A hot request of so many bytes.
        case hot(HotRequest, length: Int)
    }

    /// Reads the first request of `bytes`.
    static func read(_ bytes: UnsafeRawBufferPointer) -> Reading {
        var reader = HeadReader(bytes: bytes.count > longestHead ? .init(rebasing: bytes[..<longestHead]) : bytes)
        guard let line = reader.line() else {
            return reader.isHopeless || bytes.count >= longestHead ? .foreign : .incomplete
        }
        guard var request = HotRequest(requestLine: line) else { return .foreign }
        var hosts = 0
        while true {
            guard let line = reader.line() else {
                return reader.isHopeless || bytes.count >= longestHead ? .foreign : .incomplete
            }
            if line.isEmpty { break }
            guard let (name, value) = HeadReader.field(line) else { return .foreign }
            switch name {
            case "host":
                hosts += 1
                request.host = value
            case "origin": request.origin = value
            case "sec-fetch-site": request.fetchSite = value
            case "if-none-match": request.ifNoneMatch = value
            case "accept-encoding": request.acceptsGzip = takesGzip(value) ? .accepted : .refused
            case "last-event-id": request.lastEventID = value
            case "connection":
                guard let afterwards = Self.afterwards(value) else { return .foreign }
                request.afterwards = afterwards
            case "content-length", "transfer-encoding", "upgrade", "expect", "trailer", "te", "http2-settings":
                return .foreign
            default: continue
            }
        }
        guard hosts == 1 || (hosts == 0 && request.version == .http10) else { return .foreign }
        return .hot(request, length: reader.position)
    }

    private init?(requestLine line: UnsafeRawBufferPointer) {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let texts = parts.map { String(decoding: $0, as: UTF8.self) }
        switch texts[0] {
        case "GET": method = .get
        case "HEAD": method = .head
        default: return nil
        }
        switch texts[2] {
        case "HTTP/1.1": (version, afterwards) = (.http11, .keep)
        case "HTTP/1.0": (version, afterwards) = (.http10, .close)
        default: return nil
        }
        // What is escaped is the router's, and so is everything that is no plain text.
        guard parts[1].allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "#") })
        else {
            return nil
        }
        let target = texts[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = target.first, let resource = HotResource(path: path) else { return nil }
        self.resource = resource
        if resource == .stream, target.count == 2 {
            let pair = target[1].split(separator: "&").first { $0.hasPrefix("lastEventId=") }
            lastEventID = pair.map { String($0.dropFirst("lastEventId=".count)) }
        }
    }

    /// Nil for what asks for anything but keeping or closing.
    private static func afterwards(_ value: String) -> Afterwards? {
        switch value.lowercased() {
        case "keep-alive": .keep
        case "close": .close
        default: nil
        }
    }

    /// Whether `Accept-Encoding` takes gzip.
    static func takesGzip(_ value: String) -> Bool {
        value.split(separator: ",").contains { part in
            let words = part.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            guard words.first == "gzip" else { return false }
            let quality = words.dropFirst().first { $0.hasPrefix("q=") }
            return quality.map { (Double($0.dropFirst(2)) ?? 0) > 0 } ?? true
        }
    }

    /// Whether `If-None-Match` names an entity tag; weak tags are equal if their texts are.
    func knows(_ entityTag: String) -> Bool {
        guard let ifNoneMatch else { return false }
        return EntityTags.names(ifNoneMatch, entityTag)
    }
}

/// What `If-None-Match` holds.
enum EntityTags {
    /// Whether a list names a tag, compared weakly.
    static func names(_ list: String, _ entityTag: String) -> Bool {
        let opaque = entityTag.drop { $0 != "\"" }
        return list.split(separator: ",").contains { part in
            let tag = part.filter { $0 != " " && $0 != "\t" }
            return tag == "*" || (tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...]) == opaque
        }
    }
}

/// Takes a request's head apart into lines and fields.
private struct HeadReader {
    let bytes: UnsafeRawBufferPointer
    private(set) var position = 0
    /// Whether no further byte can make it a head that is taken here.
    private(set) var isHopeless = false

    init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// The next line without its CRLF; nil if it has not ended, or is none.
    mutating func line() -> UnsafeRawBufferPointer? {
        var index = position
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\r") {
                guard index + 1 < bytes.count else { return nil }
                guard bytes[index + 1] == UInt8(ascii: "\n") else { break }
                defer { position = index + 2 }
                return UnsafeRawBufferPointer(rebasing: bytes[position..<index])
            }
            guard byte >= 0x20 || byte == UInt8(ascii: "\t"), byte != 0x7F else { break }
            index += 1
        }
        if index < bytes.count { isHopeless = true }
        return nil
    }

    /// The name in lower case, and the value without the white space around it; nil if the line is no field.
    static func field(_ line: UnsafeRawBufferPointer) -> (name: String, value: String)? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return nil }
        let name = line[..<colon]
        guard name.allSatisfy(isTokenByte) else { return nil }
        var value = line[(colon + 1)...]
        while let first = value.first, first == 0x20 || first == 0x09 { value = value.dropFirst() }
        while let last = value.last, last == 0x20 || last == 0x09 { value = value.dropLast() }
        let lower = String(decoding: name.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }, as: UTF8.self)
        return (lower, String(decoding: value, as: UTF8.self))
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "#"),
            UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"),
            UInt8(ascii: "+"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
