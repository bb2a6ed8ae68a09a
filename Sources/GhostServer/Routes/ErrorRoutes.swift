import GhostModel
import HTTPTypes
import Hummingbird

/// `/api/v1/errors`: what went wrong in all components, grouped, the most recent first.
struct ErrorRoutes: Sendable {
    let sources: APISources

    func add(to router: Router<some RequestContext>) {
        router.get("/api/v1/errors") { request, _ in
            guard let current = await sources.publisher.current(within: HotAnswers.longestWait) else {
                throw HTTPError(.serviceUnavailable, message: StateNotReady.text)
            }
            var listing = ErrorListing(current.state.data)
            if let component = request.uri.queryParameters["component"] {
                guard current.state.encoded.components[String(component)] != nil else {
                    throw Problem(lines: .unknownComponent(String(component), nearest: nil))
                }
                listing.errors.removeAll { $0.component != component }
            }
            if let text = request.uri.queryParameters["category"] {
                guard let category = ErrorCategory(rawValue: String(text)) else {
                    let known = ErrorCategory.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Problem.badQuery("category is one of \(known).")
                }
                listing.errors.removeAll { $0.category != category }
            }
            return try Response.json(listing)
        }
    }
}
