import GhostModel
import HTTPTypes
import Hummingbird
import ServiceLifecycle

/// `/api/v1`: what happened, why, and what is to be done.
///
/// Whatever changes something is a POST. On the control socket the file's mode has decided who may; over TCP the token must
/// be shown.
struct ControlRoutes: Sendable {
    let sources: APISources
    let control: ControlSources
    let way: Way

    /// On which way requests come.
    enum Way: Sendable, Hashable {
        case socket
        case tcp
    }

    /// The longest body of a request, in bytes.
    static let longestBody = 4096
    /// The longest wait that a request can ask for.
    static let longestWait: Duration = .seconds(60)
    /// How often the journal is looked at for somebody who waits for an event.
    private static let pause: Duration = .milliseconds(100)
    /// Those who wait for an event: each of them has the journal looked at.
    private let seats = StreamSeats()

    func add(to router: Router<APIContext>) {
        router.get("/api/v1/events") { try await events($0, $1) }
        router.get("/api/v1/usage") { _, _ in
            try Response.json(UsageList(daemons: await control.usage.usage(of: sources.state.daemons() ?? [])))
        }
        router.get("/api/v1/daemons/:name/why") { _, context in
            let status = try status(of: context.parameters.require("name"))
            return try Response.json(await control.journal.why(status, at: sources.now()))
        }
        router.get("/api/v1/plan") { _, _ in
            let report: PlanReport
            do throws(ControlRefusal) {
                report = try await control.control.planned()
            } catch {
                throw Problem(error)
            }
            return try Response.json(report)
        }
        router.post("/api/v1/daemons/:name/start") { try await order(.start, $0, $1) }
        router.post("/api/v1/daemons/:name/stop") { try await order(.stop, $0, $1) }
        router.post("/api/v1/daemons/:name/restart") { try await order(.restart, $0, $1) }
        router.post("/api/v1/daemons/:name/signal") { request, context in
            // Permission first: a stranger learns nothing from how a body is judged.
            _ = try await asker(of: request, context)
            return try await order(.signal(try await signal(in: request)), request, context)
        }
        router.post("/api/v1/reload") { request, context in
            let who = try await asker(of: request, context)
            let acknowledgement: Acknowledgement
            do throws(ControlRefusal) {
                acknowledgement = try await control.control.reload(by: who)
            } catch {
                throw Problem(error)
            }
            return try Response.json(acknowledgement)
        }
        router.post("/api/v1/upgrade") { request, context in try await upgrade(request, context) }
        router.post("/api/v1/shutdown") { request, context in
            await control.control.shutdown(by: try await asker(of: request, context))
            return try Response.json(Acknowledgement(message: "stopping everything"), status: .accepted)
        }
    }

    // MARK: Reading

    private func events(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = request.uri.queryParameters
        let limit = query["limit"].map { Int($0) } ?? 100
        guard let limit, (1...JournalLimits.eventsPerAnswer).contains(limit) else {
            throw Problem.badQuery("limit is a whole number from 1 to \(JournalLimits.eventsPerAnswer).")
        }
        var after: UInt64?
        if let text = query["after"] {
            guard let number = Int64(text), let sequence = UInt64(exactly: number) else {
                throw Problem.badQuery("after is the sequence of an event, a whole number.")
            }
            after = sequence
        }
        var daemon: DaemonName?
        if let text = query["daemon"] { daemon = try status(of: String(text)).name }
        let wait = try wait(of: request) ?? .zero
        let address = context.remoteHost ?? "this machine"
        let isNear = context.remoteHost.map(HostName.isLoopback) ?? true
        // Who finds no seat is answered at once, and asks again later.
        guard wait > .zero, after != nil, seats.take(for: address, isNear: isNear) else {
            return try .json(await control.journal.page(after: after, daemon: daemon, limit: limit))
        }
        defer { seats.leave(address) }
        return try .json(try await page(after: after, of: daemon, limit: limit, within: wait))
    }

    /// The events, once there are any or the wait is over.
    private func page(
        after sequence: UInt64?,
        of daemon: DaemonName?,
        limit: Int,
        within wait: Duration
    ) async throws -> JournalPage {
        let end = ContinuousClock.now + wait
        while true {
            let page = await control.journal.page(after: sequence, daemon: daemon, limit: limit)
            // Whoever knows more than there is has another journal in mind, and learns that at once.
            guard let sequence, page.events.isEmpty, page.next >= sequence, !Task.isShuttingDownGracefully,
                ContinuousClock.now < end
            else { return page }
            try await Task.sleep(for: min(Self.pause, end - ContinuousClock.now))
        }
    }

    private func status(of name: String) throws -> DaemonStatus {
        guard let status = sources.state.daemons()?.first(where: { $0.name.text == name }) else {
            throw Problem(.unknownDaemon(name, nearest: nil))
        }
        return status
    }

    // MARK: Changing

    private func order(_ order: DaemonOrder, _ request: Request, _ context: APIContext) async throws -> Response {
        let who = try await asker(of: request, context)
        let text = try context.parameters.require("name")
        guard let name = DaemonName(text) else { throw Problem(.unknownDaemon(text, nearest: nil)) }
        let wait = try wait(of: request)
        let answer: OrderAnswer
        do throws(ControlRefusal) {
            answer = try await control.control.give(order, to: name, by: who, wait: wait)
        } catch {
            throw Problem(error)
        }
        return try .json(answer, status: answer.outcome == .underway ? .accepted : .ok)
    }

    /// Only over the socket: whoever names a program that is to be run must be its owner on this machine.
    private func upgrade(_ request: Request, _ context: APIContext) async throws -> Response {
        guard way == .socket else { throw Problem.onlyOnSocket }
        let who = try await asker(of: request, context)
        let body: [UInt8]
        do {
            body = [UInt8](buffer: try await request.body.collect(upTo: Self.longestBody))
        } catch {
            throw Problem.tooLarge
        }
        guard let program = try? JSONText.decode(UpgradeBody.self, from: body).program, program.hasPrefix("/") else {
            throw Problem(
                status: .badRequest,
                title: "Wrong body",
                detail: "The body must be JSON such as {\"program\":\"/usr/bin/ghost\"}."
            )
        }
        let acknowledgement: Acknowledgement
        do throws(ControlRefusal) {
            acknowledgement = try await control.control.upgrade(to: program, by: who)
        } catch {
            throw Problem(error)
        }
        return try .json(acknowledgement, status: .accepted)
    }

    /// Who sends a request that changes something; throws if they may not.
    private func asker(of request: Request, _ context: APIContext) async throws -> Operator {
        switch way {
        case .socket:
            return Operator(.socket(user: await PeerUser.number(of: context.channel)), origin: "control socket")
        case .tcp:
            guard let token = control.token, token.isShown(by: request.headers[.authorization]) else {
                throw Problem.noToken
            }
            return Operator(.token, origin: context.remoteHost ?? "an unknown address")
        }
    }

    private func signal(in request: Request) async throws -> Signal {
        let body: [UInt8]
        do {
            body = [UInt8](buffer: try await request.body.collect(upTo: Self.longestBody))
        } catch {
            throw Problem.tooLarge
        }
        guard let named = try? JSONText.decode(SignalBody.self, from: body).signal else {
            throw Problem(
                status: .badRequest,
                title: "Wrong body",
                detail: "The body must be JSON such as {\"signal\":\"HUP\"}."
            )
        }
        guard let signal = Signal(configurationText: named) else {
            let known = Signal.allCases.map(\.rawValue).joined(separator: ", ")
            let shown = JournalLimits.cut(named, to: 32)
            throw Problem(
                status: .badRequest,
                title: "Unknown signal",
                detail: "There is no signal \"\(shown)\"; there are \(known)."
            )
        }
        return signal
    }

    private func wait(of request: Request) throws -> Duration? {
        guard let text = request.uri.queryParameters["wait"] else { return nil }
        guard let wait = Duration(configurationText: text), wait <= Self.longestWait else {
            throw Problem.badQuery("wait is a time such as 10s, at most \(Self.longestWait.configurationText).")
        }
        return wait
    }
}

extension Problem {
    fileprivate static var tooLarge: Problem {
        Problem(
            status: .contentTooLarge,
            title: "Too large",
            detail: "The body may have \(ControlRoutes.longestBody) bytes."
        )
    }

    fileprivate static var onlyOnSocket: Problem {
        Problem(
            status: .forbidden,
            title: "Not allowed",
            detail: "An upgrade is asked for over the control socket only: \"ghost upgrade\"."
        )
    }

    static func badQuery(_ detail: String) -> Problem {
        Problem(status: .badRequest, title: "Wrong query", detail: detail)
    }

    static var noToken: Problem {
        Problem(
            status: .unauthorized,
            title: "Not allowed",
            detail:
                "Send the token of .ghost/token as \"Authorization: Bearer TOKEN\", or ask over the control socket.",
            headers: [.wwwAuthenticate: "Bearer realm=\"ghost\""]
        )
    }
}
