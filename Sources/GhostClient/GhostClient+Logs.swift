public import GhostModel

/// Lines of logs.
extension GhostClient {
    /// One page of lines, merged by time, oldest first.
    ///
    /// The page's `before` and `after` are cursors to the pages beside it, and outlive restarts of Ghost; what is missing
    /// because a file is gone is told in its `gap`. A page with `partial` may lack lines, and its cursors go on with the
    /// search.
    ///
    /// - Parameters:
    ///   - filter: which lines are wanted.
    ///   - until: only lines that were written before this instant.
    ///   - place: where the page is.
    ///   - limit: how many lines at most, up to 5,000.
    ///   - context: how many lines around each are given with it, up to 50.
    public func logs(
        _ filter: LogFilter = LogFilter(),
        until: Timestamp? = nil,
        at place: LogPlace = .newest,
        limit: Int = 200,
        context: Int = 0
    ) async throws(GhostClientError) -> LogPageBody {
        let request = LogPageRequest(filter: filter, until: until, place: place, limit: limit, context: context)
        return try await HTTPStreams(self).get(request.path, patience: .zero, as: LogPageBody.self)
    }

    /// The lines that are written from now on; from ``LogFilter/since`` or from a cursor on where there is one.
    ///
    /// - Parameters:
    ///   - filter: which lines are wanted.
    ///   - cursor: that of a page, of a line, or of an update before.
    ///   - options: how connections that fail are tried again.
    public func logLines(
        _ filter: LogFilter = LogFilter(),
        after cursor: String? = nil,
        options: FollowOptions = FollowOptions()
    ) -> LogLines {
        LogLines(source: HTTPStreams(self), time: SystemTime(), filter: filter, cursor: cursor, options: options)
    }
}
