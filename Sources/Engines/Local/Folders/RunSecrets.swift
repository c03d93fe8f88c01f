import Crypto
import FleetModel
import FleetTools
import Foundation
import Texts

/// What one run of a hub and its parts share, and nobody else: new for each run, and in no file.
struct RunSecrets: Sendable {
    static let proofVariable = "HUBFLEET_PROOF_KEY"
    static let proxyVariable = "HUBFLEET_PROXY_PASSWORD"

    /// Shows that an answer comes from this run.
    private let proofKey: String
    /// With which the hub asks its proxy for the routes.
    private let proxyPassword: String

    init() { (proofKey, proxyPassword) = (RandomText.token(), RandomText.token()) }

    /// The variables that the hub gets.
    var variables: [String: String] { [Self.proofVariable: proofKey, Self.proxyVariable: proxyPassword] }

    /// Whether the hub of this run answers at an address, and nobody else who may listen there.
    func isProved(by hub: any HubAPI, at address: String) async -> Bool {
        let nonce = RandomText.token()
        guard let answer = try? await hub.answer(to: .proof(nonce), at: address), answer.status == 200 else {
            return false
        }
        struct Proof: Decodable { let proof: String }
        let said = try? JSONDecoder().decode(Proof.self, from: Data(answer.body))
        return said?.proof.exact == Self.proof(of: nonce, key: proofKey).exact
    }

    /// As `hubfleet_hub/proof.py` makes it.
    static func proof(of nonce: String, key: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("hubfleet hub \(nonce)".utf8), using: SymmetricKey(data: Data(key.utf8)))
        return code.hexadecimal
    }
}
