import HTTPTypes
import Hummingbird
import NIOCore

/// `/metrics`.
struct MetricsRoutes: Sendable {
    let sources: APISources

    /// How long the state is waited for; without one there are metrics all the same.
    private static let longestWait: Duration = .seconds(1)

    func add(to router: Router<some RequestContext>) {
        router.get("/metrics") { request, _ in
            let format = MetricsText.Format(accept: request.headers[.accept])
            let current = await sources.publisher.current(within: Self.longestWait)
            let metrics = GhostMetrics(
                data: current?.state.data,
                requests: sources.tally.entries,
                stream: sources.publisher.hub.figures,
                process: sources.process(),
                version: sources.version
            )
            return Response(
                status: .ok,
                headers: [.contentType: format.contentType, .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: metrics.encoded(as: format)))
            )
        }
    }
}
