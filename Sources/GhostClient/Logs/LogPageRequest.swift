import GhostModel

/// A request for one page of lines.
struct LogPageRequest {
    var filter = LogFilter()
    var until: Timestamp?
    var place = LogPlace.newest
    var limit = 200
    var context = 0

    var path: String {
        var path = RequestPath("/api/v1/logs")
        filter.add(to: &path)
        path.add("until", until?.description)
        place.add(to: &path)
        path.add("limit", "\(limit)")
        if context > 0 { path.add("context", "\(context)") }
        return path.text
    }
}
