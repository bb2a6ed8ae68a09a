import GhostModel
import NIOCore

/// A subscriber whose connection is the router's: texts go through an asynchronous sequence to the one who writes them.
struct RoutedSubscription: Sendable {
    /// What is to be written, until the stream ends.
    let texts: AsyncStream<ByteBuffer>
    private let publisher: StatePublisher
    private let sink: NIOLoopBound<RoutedSink>

    /// Subscribes on the event loop of the connection.
    init(_ publisher: StatePublisher, on loop: any EventLoop, after position: StreamPosition?) async throws {
        let (texts, continuation) = AsyncStream<ByteBuffer>.makeStream()
        self.texts = texts
        self.publisher = publisher
        sink = try await loop.submit {
            let sink = RoutedSink(continuation: continuation)
            sink.subscriber = publisher.hub.roster(on: loop).add(sink, after: position)
            return NIOLoopBound(sink, eventLoop: loop)
        }.get()
        publisher.wantPass()
    }

    /// So many bytes of ``texts`` were written.
    func took(_ bytes: Int) {
        let (sink, publisher) = (sink, publisher)
        sink.eventLoop.execute {
            guard let subscriber = sink.value.took(bytes) else { return }
            if publisher.hub.roster(on: sink.eventLoop).drained(subscriber) { publisher.wantPass() }
        }
    }

    /// Nobody writes any more.
    func end() {
        let (sink, publisher) = (sink, publisher)
        sink.eventLoop.execute {
            if let subscriber = sink.value.subscriber { publisher.hub.roster(on: sink.eventLoop).remove(subscriber) }
            sink.value.endStream()
        }
    }
}

/// The roster's side of such a subscriber; belongs to the event loop.
private final class RoutedSink: StreamSink {
    private let continuation: AsyncStream<ByteBuffer>.Continuation
    /// What was sent and not written yet, in bytes.
    private var waitingBytes = 0
    var subscriber: Subscriber?

    init(continuation: AsyncStream<ByteBuffer>.Continuation) {
        self.continuation = continuation
    }

    var connection: SubscriberBuffer.Connection {
        waitingBytes >= SubscriberBuffer.mostWaitingBytes ? .isFull : .takesMore
    }

    func send(_ text: ByteBuffer) {
        waitingBytes += text.readableBytes
        continuation.yield(text)
    }

    func endStream() { continuation.finish() }

    /// So many bytes were written; the subscriber if nothing waits any more.
    func took(_ bytes: Int) -> Subscriber? {
        waitingBytes -= bytes
        return waitingBytes == 0 ? subscriber : nil
    }
}
