/// What a running JupyterHub answers.
package protocol HubAPI: Sendable {
    /// Asks a hub.
    ///
    /// - Parameters:
    ///   - request: what is asked.
    ///   - address: the hub's API, such as `http://127.0.0.1:8000/hub/api`.
    /// - Returns: what it says; a refusal is an answer, too.
    /// - Throws: `HubAPIError` when no whole answer comes in time.
    func answer(to request: HubRequest, at address: String) async throws -> HubAnswer
}

extension HubAPI {
    /// Whether the hub with this API answers its health check.
    package func isHealthy(at address: String) async -> Bool {
        // Any failure, such as a refused connection, means the same: not healthy now.
        (try? await answer(to: .health, at: address))?.status == 200
    }
}

/// What a hub says to a request.
package struct HubAnswer: Sendable, Equatable {
    /// As HTTP counts it: 200 is well.
    package let status: Int
    package let body: [UInt8]
    /// Where it leads the asker instead; nil when nowhere, or when nobody looked.
    package let location: String?
    /// After how many seconds it wants to be asked again; nil when it does not say so.
    package let retryAfter: Int?

    package init(status: Int = 200, body: [UInt8] = [], location: String? = nil, retryAfter: Int? = nil) {
        self.status = status
        self.body = body
        self.location = location
        self.retryAfter = retryAfter
    }
}

/// Why a hub gave no answer. It holds nothing of a token.
package enum HubAPIError: Error, Equatable, CustomStringConvertible {
    case noAnswer(address: String)

    package var description: String {
        switch self {
        case .noAnswer(let address): "the hub at \(address) does not answer"
        }
    }
}
