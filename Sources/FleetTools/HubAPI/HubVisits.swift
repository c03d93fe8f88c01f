/// What a check does at the addresses of a hub as its visitor: it follows nobody elsewhere, and says why nobody answers.
package protocol HubVisits: Sendable {
    /// Asks once, and is led nowhere: where the hub leads to stands in the answer.
    ///
    /// - Parameters:
    ///   - request: what is asked; its path is below the address.
    ///   - address: such as `http://127.0.0.1:8000/hub/api`.
    /// - Returns: what it says; a refusal is an answer, too.
    /// - Throws: `HubVisitError`.
    func answer(to request: HubRequest, at address: String) async throws -> HubAnswer

    /// Follows a stream of the hub, such as that of a start, until it ends, or the task is cancelled.
    ///
    /// - Parameters:
    ///   - request: what is asked.
    ///   - address: as above.
    ///   - tell: is told each line.
    /// - Returns: the status of the answer; without 200 there are no lines.
    /// - Throws: `HubVisitError`.
    func follow(
        _ request: HubRequest, at address: String, tell: @escaping @Sendable (String) async -> Void
    ) async throws -> Int

    /// Talks over a web socket, which is closed afterwards.
    /// - Throws: `HubVisitError`; what `body` throws.
    func talk<Result: Sendable>(
        over request: HubRequest, at address: String, _ body: @escaping @Sendable (any HubTalk) async throws -> Result
    ) async throws -> Result
}

/// A conversation in messages, both ways.
package protocol HubTalk: Sendable {
    func send(_ message: String) async throws

    /// The next message of the other side; nil when it has ended the talk.
    func next() async throws -> String?
}

/// Why a visit came to nothing. It holds nothing of a token or an address.
package enum HubVisitError: Error, Equatable, CustomStringConvertible {
    /// No machine has the name of the address.
    case noSuchName
    /// The machine is there, and nobody listens.
    case refused
    /// No answer, or no whole one, in so many seconds.
    case silent(seconds: Int)
    /// The certificate is not one that can be trusted for the name.
    case badCertificate(String)
    /// The web socket was not opened; the status that was answered instead.
    case noTalk(status: Int)
    case badAddress
    /// The connection broke, for a reason of the system.
    case broken(String)

    package var description: String {
        switch self {
        case .noSuchName: "its name is not known: no machine has it"
        case .refused: "nobody listens at its address"
        case .silent(let seconds): "there is no whole answer in \(seconds) s"
        case .badCertificate(let reason): "its certificate cannot be trusted: \(reason)"
        case .noTalk(let status): "the web socket is refused with status \(status)"
        case .badAddress: "its address is none"
        case .broken(let reason): "the connection breaks: \(reason)"
        }
    }
}
