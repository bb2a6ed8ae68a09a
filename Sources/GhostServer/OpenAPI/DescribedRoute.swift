/// One route as its users see it.
struct DescribedRoute: Sendable {
    enum Method: String, Sendable {
        case get
        case post
    }

    /// What answers it.
    enum Server: Sendable {
        /// The router, always.
        case router
        /// The router of a Ghost that supervises.
        case supervision
        /// What stands before the router.
        case front
    }

    /// Over which listeners it does what it is for.
    enum Way: Sendable {
        case all
        /// Over TCP it is refused, whatever token is shown.
        case socket
    }

    /// The form of what a route gives.
    enum Body: Sendable {
        case json(String)
        case events
        case text
        case document
    }

    /// A part of the address.
    struct Parameter: Sendable {
        enum Place: String, Sendable {
            case path
            case query
            case header
        }

        var name: String
        var place = Place.query
        var schema: Schema
        var about: String
    }

    var method = Method.get
    /// The path with its variable parts in braces.
    var path: String
    var server = Server.router
    var way = Way.all
    var summary: String
    var parameters: [Parameter] = []
    /// The named form of the request's body; nil if it has none.
    var accepts: String?
    /// What it gives when all is well, by status.
    var gives: [Int: Body]
    /// The statuses with which it can refuse, beside those of every route.
    var refuses: [Int] = []

    /// A part of the path.
    static func name(_ about: String) -> Parameter {
        Parameter(name: "name", place: .path, schema: .string, about: about)
    }

    /// Whether its errors are problems; otherwise they have the envelope of the original.
    var hasProblems: Bool { path.hasPrefix("/api/v1/") }
}

extension DescribedRoute {
    /// What every route can answer: a malformed request, one that is not let in, and one that comes at a bad time.
    static let refusalsOfAll = [400, 401, 403, 414, 429, 503]

    /// The route as OpenAPI writes it.
    var operation: JSONValue {
        var responses: [String: JSONValue] = [:]
        for (status, body) in gives { responses["\(status)"] = response(body) }
        let error: JSONValue = [
            "description": "A refusal, which says why.",
            "content": hasProblems
                ? ["application/problem+json": ["schema": Schema.named("Problem").json]]
                : ["application/json": ["schema": Schema.named("Error").json]],
        ]
        for status in Set(Self.refusalsOfAll + refuses) where gives[status] == nil { responses["\(status)"] = error }
        var members: [String: JSONValue] = [
            "summary": .text(summary),
            "operationId": .text(identifier),
            "responses": .object(responses),
        ]
        if !parameters.isEmpty { members["parameters"] = .list(parameters.map(\.json)) }
        if let accepts {
            members["requestBody"] = [
                "required": true, "content": ["application/json": ["schema": Schema.named(accepts).json]],
            ]
        }
        if method == .post, way == .all { members["security"] = [["token": []]] }
        return .object(members)
    }

    private var identifier: String {
        let parts = path.split { "/{}.-".contains($0) }.map { $0.prefix(1).uppercased() + $0.dropFirst() }
        return method.rawValue + parts.joined()
    }

    private func response(_ body: Body) -> JSONValue {
        switch body {
        case .json(let name):
            ["description": "The answer.", "content": ["application/json": ["schema": Schema.named(name).json]]]
        case .events:
            ["description": "Server-sent events.", "content": ["text/event-stream": ["schema": Schema.string.json]]]
        case .text:
            ["description": "Text.", "content": ["text/plain": ["schema": Schema.string.json]]]
        case .document:
            ["description": "This document.", "content": ["application/json": ["schema": ["type": "object"]]]]
        }
    }
}

extension DescribedRoute.Parameter {
    fileprivate var json: JSONValue {
        [
            "name": .text(name), "in": .text(place.rawValue), "required": .bool(place == .path),
            "description": .text(about), "schema": schema.json,
        ]
    }
}
