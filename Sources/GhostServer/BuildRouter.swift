public import Hummingbird

/// Builds the router that every listener serves: TCP on both ports and the Unix socket.
///
/// - Parameter boundHost: the host that the listener is bound to; requests that name another one are refused. Nil on a Unix
///   socket, where the file's mode decides who may connect.
public func buildRouter(_ sources: APISources, boundHost: String?) -> Router<APIContext> {
    let router = Router(context: APIContext.self, options: [.autoGenerateHeadEndpoints])
    router.add(middleware: TallyMiddleware(tally: sources.tally))
    router.add(middleware: ErrorEnvelope(now: sources.now))
    if let boundHost { router.add(middleware: OriginGuard(boundHost: boundHost, now: sources.now)) }
    OrchestratorRoutes(sources: sources).add(to: router)
    StreamRoute(sources: sources).add(to: router)
    ErrorRoutes(sources: sources).add(to: router)
    MetricsRoutes(sources: sources).add(to: router)
    StatusRoutes(sources: sources).add(to: router)
    DaemonRoutes(sources: sources).add(to: router)
    if let control = sources.control {
        ControlRoutes(sources: sources, control: control, way: boundHost == nil ? .socket : .tcp).add(to: router)
    }
    return router
}
