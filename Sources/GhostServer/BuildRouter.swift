public import Hummingbird

/// Builds the router that every listener serves: TCP on both ports and the Unix socket.
///
/// - Parameter boundHost: the host that the listener is bound to; requests that name another one are refused. Nil on a Unix
///   socket, where the file's mode decides who may connect.
public func buildRouter(_ sources: APISources, boundHost: String?) -> Router<APIContext> {
    let router = Router(context: APIContext.self, options: [.autoGenerateHeadEndpoints])
    router.add(middleware: TallyMiddleware(tally: sources.tally))
    router.add(middleware: SecurityHeaders())
    if let audit = sources.control?.audit { router.add(middleware: AuditTrail(audit: audit)) }
    router.add(middleware: ErrorEnvelope(now: sources.now))
    if let boundHost {
        let gate = RequestGate(boundHost: boundHost, walls: sources.walls)
        router.add(middleware: OriginGuard(gate: gate, now: sources.now))
    } else {
        router.add(middleware: MethodsAnswer())
    }
    OrchestratorRoutes(sources: sources).add(to: router)
    StreamRoute(sources: sources).add(to: router)
    ErrorRoutes(sources: sources).add(to: router)
    MetricsRoutes(sources: sources).add(to: router)
    StatusRoutes(sources: sources).add(to: router)
    DaemonRoutes(sources: sources).add(to: router)
    if let library = sources.library { LogRoutes(sources: sources, library: library).add(to: router) }
    DescriptionRoute(sources: sources).add(to: router)
    if let control = sources.control {
        ControlRoutes(sources: sources, control: control, way: boundHost == nil ? .socket : .tcp).add(to: router)
    }
    return router
}
