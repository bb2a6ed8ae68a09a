import GhostModel
import HTTPTypes
import Hummingbird
import Synchronization

/// Keeps who sent each request that was to change something, and what came of it.
///
/// Refusals are kept as well, up to a bound: somebody who tries again and again must not fill the journal.
struct AuditTrail: RouterMiddleware {
    typealias Context = APIContext

    /// How many refusals a minute are kept.
    static let refusalsPerMinute = 30

    let audit: any AuditSink
    private let refusals = Refusals()

    init(audit: any AuditSink) {
        self.audit = audit
    }

    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        switch request.method {
        case .get, .head, .options: return response
        default: break
        }
        let isRefused = response.status.kind == .clientError
        guard let leftOut = refusals.admit(isRefused: isRefused) else { return response }
        let sender: String
        if let address = context.remoteHost {
            sender = address
        } else if let user = await PeerUser.number(of: context.channel) {
            sender = "user \(user) on the control socket"
        } else {
            sender = "somebody on the control socket"
        }
        audit.note(
            AuditedRequest(
                method: JournalLimits.cut(request.method.rawValue, to: 16),
                path: JournalLimits.cut(request.uri.path, to: 256),
                sender: sender,
                status: response.status.code,
                leftOut: leftOut
            )
        )
        return response
    }

    /// Counts the refusals of the present minute.
    private final class Refusals: Sendable {
        private struct State {
            var minute = ContinuousClock.now
            var kept = 0
            var leftOut = 0
        }

        private let state = Mutex(State())

        /// How many were left out before this one; nil if this one is left out as well.
        func admit(isRefused: Bool) -> Int? {
            state.withLock { state in
                if ContinuousClock.now - state.minute >= .seconds(60) {
                    state.minute = .now
                    state.kept = 0
                }
                if isRefused {
                    guard state.kept < AuditTrail.refusalsPerMinute else {
                        state.leftOut += 1
                        return nil
                    }
                    state.kept += 1
                }
                defer { state.leftOut = 0 }
                return state.leftOut
            }
        }
    }
}
