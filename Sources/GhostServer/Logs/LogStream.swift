import GhostModel
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// An answer that goes on for as long as its reader takes it.
///
/// Whoever reads slowly is waited for and holds up nobody: lines stay in their files meanwhile. One that takes nothing for
/// ``longestStall`` is let go.
struct LogStream: Sendable {
    /// How long a reader may take nothing.
    static let longestStall: Duration = .seconds(30)

    let seats: StreamSeats
    let channel: any Channel
    let address: String
    let isNear: Bool

    /// The answer; each call of `step` gives what is to be sent, nil at the end.
    func response(
        _ step: @escaping @Sendable (_ longest: Duration) async throws -> ByteBuffer?
    ) throws -> Response {
        guard seats.take(for: address, isNear: isNear) else {
            throw Problem(
                status: .serviceUnavailable,
                title: "Busy",
                detail: "As many streams of lines are open as there may be (\(StreamSeats.most)); close one.",
                headers: [.retryAfter: "5"]
            )
        }
        let seat = Seat(seats: seats, address: address)
        let body = ResponseBody { [channel] writer in
            defer { withExtendedLifetime(seat) {} }
            try await channel.closeWhenReaderLeaves()
            var next: ByteBuffer? = EventText.opening
            while let buffer = next {
                let end = Self.endOfPatience(on: channel)
                defer { end.cancel() }
                try await writer.write(buffer)
                end.cancel()
                guard !Task.isShuttingDownGracefully else { break }
                next = try await cancelWhenGracefulShutdown { try await step(EventText.longestSilence) }
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream; charset=utf-8",
                .cacheControl: "no-cache, no-transform",
                .accelBuffering: "no",
            ],
            body: body
        )
    }

    /// Gives its seat back when nobody holds it any more, also when the answer was never written.
    private final class Seat: Sendable {
        private let seats: StreamSeats
        private let address: String

        init(seats: StreamSeats, address: String) {
            self.seats = seats
            self.address = address
        }

        deinit { seats.leave(address) }
    }

    /// Lets a reader go that takes nothing for too long; to be cancelled when it did.
    private static func endOfPatience(on channel: any Channel) -> Scheduled<Void> {
        let stall = TimeAmount.seconds(longestStall.components.seconds)
        return channel.eventLoop.scheduleTask(in: stall) { channel.close(promise: nil) }
    }
}
