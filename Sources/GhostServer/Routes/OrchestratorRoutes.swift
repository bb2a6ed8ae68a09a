import GhostModel
import HTTPTypes
import Hummingbird
import NIOCore

/// `/api/orchestrator/…`: the five components as their logs tell them.
///
/// The same answers as those of the front handler, for requests that it leaves to the router.
struct OrchestratorRoutes: Sendable {
    let sources: APISources

    func add(to router: Router<some RequestContext>) {
        router.get("/api/orchestrator/status") { request, _ in
            try await answer(request) { $0.status }
        }
        router.get("/api/orchestrator/health") { request, _ in
            try await answer(request) { $0.health }
        }
        router.get("/api/orchestrator/component/:name") { request, context in
            let name = try context.parameters.require("name")
            return try await answer(request) { encoded in
                guard let body = encoded.components[name] else {
                    throw HTTPError(.badRequest, message: "Unknown component: \(name)")
                }
                return body
            }
        }
        for path in ["/healthz", "/readyz"] {
            router.get(RouterPath(path)) { _, _ in
                let answer = path == "/healthz" ? ProbeAnswers.alive : ProbeAnswers.readiness(sources.publisher.feed)
                var response = Response.json(
                    bytes: Array(answer.body.utf8),
                    status: HTTPResponse.Status(code: answer.code)
                )
                response.headers[.cacheControl] = "no-store"
                return response
            }
        }
    }

    private func answer(
        _ request: Request,
        _ body: (StateEncoder.Encoded) throws -> TaggedBody
    ) async throws -> Response {
        guard let current = await sources.publisher.current(within: HotAnswers.longestWait) else {
            throw HTTPError(.serviceUnavailable, message: StateNotReady.text)
        }
        let body = try body(current.state.encoded)
        if let known = request.headers[.ifNoneMatch], EntityTags.names(known, body.entityTag) {
            return Response(status: .notModified, headers: [.eTag: body.entityTag, .cacheControl: "no-cache"])
        }
        var response = Response.json(bytes: body.template.rendered(current.times))
        response.headers[.eTag] = body.entityTag
        return response
    }
}
