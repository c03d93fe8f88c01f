/// How long work may take as a whole, also when it is an answer that begins and never ends.
package enum TimeLimit {
    /// - Returns: nil when the work is not done in time; it is cancelled then.
    /// - Throws: what the work throws; `CancellationError` when the task is cancelled.
    package static func within<Answer: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer? {
        try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
