import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Texts

/// The body of an answer, collected as a client collects it.
struct CollectedBody: ResponseBodyWriter {
    private final class Bytes: Sendable { let value = Mutex(ByteBuffer()) }

    private let bytes = Bytes()

    static func of(_ response: Response) async throws -> ByteBuffer {
        let collected = CollectedBody()
        try await response.body.write(collected)
        return collected.bytes.value.withLock { $0 }
    }

    func write(_ buffer: ByteBuffer) async throws {
        bytes.value.withLock { bytes in _ = bytes.writeImmutableBuffer(buffer) }
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
