import FleetModel
import Synchronization

/// A source that counts what is asked of it.
package final class CountingSource: FleetSource {
    private let base: WorkingTree
    private let counts = Mutex<(reads: [String: Int], identities: Int)>(([:], 0))

    /// - Parameter base: answers.
    package init(_ base: WorkingTree) {
        self.base = base
    }

    /// How often each file was read, by its path.
    package var reads: [String: Int] { counts.withLock { $0.reads } }
    /// How often somebody asked what tells a file from others.
    package var identities: Int { counts.withLock { $0.identities } }

    package func kind(_ path: String) -> FileKind { base.kind(path) }

    package func isLink(_ path: String) -> Bool { base.isLink(path) }

    package func entries(_ folder: String) -> [String]? { base.entries(folder) }

    package func contents(_ path: String) async -> [UInt8]? {
        let bytes = await base.contents(path)
        if bytes != nil { counts.withLock { $0.reads[path, default: 0] += 1 } }
        return bytes
    }

    package func identity(_ path: String) async -> FileIdentity? {
        counts.withLock { $0.identities += 1 }
        return await base.identity(path)
    }

    package func onDisk<Result: Sendable>(
        _ path: String, _ use: @Sendable (String) async throws -> Result
    ) async throws -> Result { try await base.onDisk(path, use) }
}
