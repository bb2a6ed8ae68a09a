import AsyncHTTPClient
public import GhostModel
import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks endpoints whether they are there: one attempt of a probe at a time.
///
/// Every attempt makes a connection of its own, because the question is whether a client could connect now, and ends
/// within its time-out.
public struct EndpointProber: Sendable {
    private let http: HTTPClient
    private let commands: any CommandRunner

    /// Creates a prober.
    ///
    /// - Parameter commands: carries out command probes.
    public init(commands: any CommandRunner) {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.maximumUsesPerConnection = 1
        http = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
        self.commands = commands
    }

    /// Closes the HTTP client; the prober must not be used afterwards.
    public func shutdown() async throws {
        try await http.shutdown()
    }

    /// Makes one attempt.
    ///
    /// - Parameters:
    ///   - timeout: how long it may take; a longer attempt is a failure.
    ///   - place: where a command probe runs.
    public func attempt(_ probe: Probe, timeout: Duration, in place: CommandPlace) async -> ProbeResult {
        switch probe {
        case .http(let url): await get(url, timeout: timeout)
        case .tcp(let host, let port): await connect(host: host, port: port, timeout: timeout)
        case .command(let command): await commands.run(command, timeout: timeout, in: place)
        // These are no endpoints; the supervisor answers them itself, and asks joined questions one by one.
        case .log, .notify, .silentFor, .any, .all: .failure("\(probe) is not asked of an endpoint")
        }
    }

    private func get(_ url: String, timeout: Duration) async -> ProbeResult {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "user-agent", value: "ghost-probe")
        request.headers.add(name: "connection", value: "close")
        do {
            // Only the head is awaited: a health page may be large, or a stream without end.
            let status = try await http.execute(request, timeout: timeout.timeAmount).status
            return (200..<400).contains(status.code) ? .success : .failure("HTTP status \(status.code)")
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout {
            return .failure("no answer within \(timeout.configurationText)")
        } catch {
            return .failure(Self.words(for: error))
        }
    }

    private func connect(host: String, port: Int, timeout: Duration) async -> ProbeResult {
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(timeout.timeAmount)
                .connect(host: host, port: port)
                .get()
            // The answer is known; whether the close goes well is nobody's concern.
            channel.close(promise: nil)
            return .success
        } catch {
            return .failure(Self.words(for: error))
        }
    }

    /// A few words for a failed connection; the libraries' own descriptions are lists of types.
    static func words(for error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            guard let first = error.connectionErrors.first else { return "cannot resolve \(error.host)" }
            return words(for: first.error)
        case let error as IOError:
            return switch error.errnoCode {
            case 111, 61: "connection refused"
            case 104, 54: "connection reset"
            default: "connection failed (errno \(error.errnoCode))"
            }
        case let error as HTTPClientError:
            return "HTTP: \(error.shortDescription)"
        case ChannelError.connectTimeout(let amount):
            return "no connection within \(Duration.nanoseconds(amount.nanoseconds).configurationText)"
        default:
            return "\(error)"
        }
    }
}

/// Runs a command and judges its exit status.
///
/// The composition root adapts the process layer to it.
public protocol CommandRunner: Sendable {
    /// Runs `command`; success is exit status 0 within `timeout`, after which the command is killed.
    func run(_ command: Command, timeout: Duration, in place: CommandPlace) async -> ProbeResult
}

/// Where a command runs.
public struct CommandPlace: Sendable, Equatable {
    /// The absolute path of its working directory.
    public var directory: String
    /// Variables added to Ghost's own.
    public var environment: [String: String]

    /// Creates a place.
    public init(directory: String, environment: [String: String] = [:]) {
        self.directory = directory
        self.environment = environment
    }
}

extension Duration {
    fileprivate var timeAmount: TimeAmount { .nanoseconds(wholeNanoseconds) }
}
