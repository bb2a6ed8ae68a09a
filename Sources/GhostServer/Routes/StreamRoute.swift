import GhostModel
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// `/api/orchestrator/stream` for requests that the front handler leaves to the router, as on a connection that was used
/// for something else before.
struct StreamRoute: Sendable {
    let sources: APISources

    func add(to router: Router<APIContext>) {
        router.get("/api/orchestrator/stream") { request, context in
            let id =
                request.headers[.lastEventID] ?? request.uri.queryParameters["lastEventId"].map(String.init)
            let position = id.flatMap { StreamPosition($0) }
            let publisher = sources.publisher
            let channel = context.channel
            return Response(
                status: .ok,
                headers: [
                    .contentType: "text/event-stream; charset=utf-8",
                    .cacheControl: "no-cache, no-transform",
                    .accelBuffering: "no",
                ],
                body: ResponseBody { writer in
                    try await channel.closeWhenReaderLeaves()
                    try await writer.write(ByteBuffer(bytes: StreamText.retry))
                    let subscription = try await RoutedSubscription(publisher, on: channel.eventLoop, after: position)
                    defer { subscription.end() }
                    channel.closeFuture.whenComplete { _ in subscription.end() }
                    for try await text in subscription.texts.cancelOnGracefulShutdown() {
                        try await writer.write(text)
                        subscription.took(text.readableBytes)
                    }
                    try await writer.finish(nil)
                }
            )
        }
    }
}

extension HTTPField.Name {
    static var lastEventID: Self { HTTPField.Name("Last-Event-ID") ?? .ifNoneMatch }
    static var accelBuffering: Self { HTTPField.Name("X-Accel-Buffering") ?? .cacheControl }
}
