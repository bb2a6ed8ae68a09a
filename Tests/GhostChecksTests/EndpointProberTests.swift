import GhostModel
import GhostTestSupport
import NIOCore
import NIOPosix
import Testing

@testable import GhostChecks

struct EndpointProberTests {
    /// Commands are judged by their program's name.
    private struct ScriptedCommands: CommandRunner {
        func run(_ command: Command, timeout: Duration, in place: CommandPlace) async -> ProbeResult {
            command.program == "true" ? .success : .failure("exit 1")
        }
    }

    /// Answers everything it is sent with the same bytes; with none, it never answers.
    private final class CannedAnswer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let text: String

        init(_ text: String) { self.text = text }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !text.isEmpty else { return }
            context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
        }
    }

    private let place = CommandPlace(directory: "/")

    private func attempt(_ probe: Probe, timeout: Duration = .seconds(10)) async -> ProbeResult {
        let prober = EndpointProber(commands: ScriptedCommands())
        let result = await prober.attempt(probe, timeout: timeout, in: place)
        try? await prober.shutdown()
        return result
    }

    private func withServer(_ answer: String, _ body: (Int) async throws -> Void) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(CannedAnswer(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        try await body(port)
        try await server.close()
    }

    @Test(arguments: [
        (200, ProbeResult.success), (204, .success), (302, .success), (404, .failure("HTTP status 404")),
        (503, .failure("HTTP status 503")),
    ])
    func aStatusFrom200To399_isSuccess(status: Int, result: ProbeResult) async throws {
        try await withServer("HTTP/1.1 \(status) X\r\ncontent-length: 0\r\nlocation: /x\r\n\r\n") { port in
            #expect(await attempt(.http(url: "http://127.0.0.1:\(port)/health")) == result)
        }
    }

    @Test func aServerThatNeverAnswers_isAFailureInTime() async throws {
        try await withServer("") { port in
            let result = await attempt(.http(url: "http://127.0.0.1:\(port)/"), timeout: .milliseconds(100))
            #expect(result == .failure("no answer within 100ms"))
        }
    }

    @Test func aPortThatListens_isSuccess_andOneThatDoesNotIsAFailure() async throws {
        var closed = 0
        try await withServer("") { port in
            #expect(await attempt(.tcp(host: "127.0.0.1", port: port)) == .success)
            closed = port
        }
        #expect(await attempt(.tcp(host: "127.0.0.1", port: closed)) == .failure("connection refused"))
        #expect(await attempt(.http(url: "http://127.0.0.1:\(closed)/")) == .failure("connection refused"))
    }

    @Test func aCommand_isJudgedByItsExit() async throws {
        #expect(await attempt(.command(Command(program: "true"))) == .success)
        #expect(await attempt(.command(Command(program: "false"))) == .failure("exit 1"))
    }
}
