import CGhostSystem

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A connection to a keeper; sending and receiving block.
///
/// One thread receives. Others may send, one at a time.
final class KeeperConnection: Sendable {
    private let socket: OwnedDescriptor

    /// How long a frame may take to go out, in milliseconds; a keeper that takes longer is taken for dead.
    private static let longestSend: Int32 = 5000
    /// How long the first answers may take, in milliseconds.
    static let longestGreeting: Int32 = 5000
    /// How much is read at a time, in bytes.
    private static let blockBytes = 64 << 10
    /// The most descriptors that one read brings.
    private static let mostDescriptors = 16

    /// Connects to the keeper of a state folder.
    init(folder: String) throws(SystemCallFailure) {
        var descriptor: Int32 = -1
        let failure = ghost_connect_unix(folder, Self.socketName, &descriptor)
        guard failure == 0 else {
            throw SystemCallFailure("connect to", "\(folder)/\(Self.socketName)", code: ErrorNumber(failure))
        }
        socket = OwnedDescriptor(owning: descriptor, path: "\(folder)/\(Self.socketName)")
        _ = ghost_set_socket_timeouts(descriptor, Self.longestSend, Self.longestGreeting)
    }

    /// The name of the socket in the state folder.
    static let socketName = "keeper.sock"

    /// From now on receiving waits for ever.
    func greeted() {
        _ = ghost_set_socket_timeouts(socket.number, Self.longestSend, 0)
    }

    /// Sends a frame; false if the connection does not stand any more.
    func send(_ frame: KeeperFrame, descriptors: [Int32]) -> Sending {
        let bytes = frame.bytes
        var done = 0
        while done < bytes.count {
            var sent = 0
            let failure = bytes.withUnsafeBytes { buffer in
                let rest = UnsafeRawBufferPointer(rebasing: buffer.dropFirst(done))
                return ghost_send(
                    socket.number,
                    rest.baseAddress,
                    rest.count,
                    descriptors,
                    done == 0 ? descriptors.count : 0,
                    &sent
                )
            }
            guard failure == 0 else {
                // Half a frame is out, so nothing that follows would be understood.
                hangUp()
                return .failed(ErrorNumber(failure))
            }
            done += sent
        }
        return .sent
    }

    enum Sending: Sendable, Hashable {
        case sent
        case failed(ErrorNumber)
    }

    /// What a read brings.
    struct Arrival: ~Copyable {
        var bytes: [UInt8]
        /// The receiver's to close.
        var descriptors: [Int32]
    }

    /// Waits for more; nil at the end.
    func receive() throws(SystemCallFailure) -> Arrival? {
        var descriptors = [Int32](repeating: -1, count: Self.mostDescriptors)
        var descriptorCount = 0
        var received = 0
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.blockBytes) { buffer, count in
            failure = ghost_receive(
                socket.number,
                buffer.baseAddress,
                buffer.count,
                &received,
                &descriptors,
                descriptors.count,
                &descriptorCount
            )
            count = failure == 0 ? received : 0
        }
        guard failure == 0 else {
            throw SystemCallFailure("hear the keeper at", Self.socketName, code: ErrorNumber(failure))
        }
        guard received > 0 else { return nil }
        return Arrival(bytes: bytes, descriptors: Array(descriptors[..<descriptorCount]))
    }

    /// Ends the connection; whoever receives is woken.
    func hangUp() {
        shutdown(socket.number, Int32(SHUT_RDWR))
    }
}

/// The answers of a connection with the descriptors that belong to each.
struct KeeperAnswers {
    private let connection: KeeperConnection
    private var splitter = KeeperFrameSplitter()
    private var descriptors: [Int32] = []

    init(_ connection: KeeperConnection) {
        self.connection = connection
    }

    /// One answer.
    struct Item {
        var answer: KeeperAnswer
        var tag: UInt32
        /// The receiver's to close.
        var descriptors: [Int32]
    }

    /// Waits for the next answer; nil at the end.
    mutating func next() throws -> Item? {
        while true {
            if let frame = try splitter.next() {
                guard frame.descriptorCount <= descriptors.count else {
                    throw KeeperProtocolError.malformed(kind: frame.kind)
                }
                let own = Array(descriptors.prefix(frame.descriptorCount))
                descriptors.removeFirst(frame.descriptorCount)
                return Item(answer: try KeeperAnswer(frame), tag: frame.tag, descriptors: own)
            }
            guard let arrival = try connection.receive() else { return nil }
            splitter.append(arrival.bytes)
            descriptors += arrival.descriptors
        }
    }

    /// Closes what was never asked for.
    mutating func closeRest() {
        for descriptor in descriptors { close(descriptor) }
        descriptors = []
    }
}
