import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Keeps the body of a response.
final class BodyCollector: ResponseBodyWriter {
    let bytes = Mutex<[UInt8]>([])

    @concurrent
    func write(_ buffer: ByteBuffer) async throws { bytes.withLock { $0 += buffer.readableBytesView } }

    @concurrent
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
