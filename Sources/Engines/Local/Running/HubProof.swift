import Crypto
import FleetModel
import FleetTools
import Foundation
import Texts

/// Shows that an answer comes from this run of a hub: a key that nobody else knows, new for each run and in no file.
struct HubProof: Sendable {
    /// The variable by which the hub gets the key.
    static let variable = "HUBFLEET_PROOF_KEY"

    let key = RandomText.token()

    /// Whether the hub of this run answers at an address, and nobody else who may listen there.
    func isGiven(by hub: any HubAPI, at address: String) async -> Bool {
        let nonce = RandomText.token()
        guard let answer = try? await hub.answer(to: .proof(nonce), at: address), answer.status == 200 else {
            return false
        }
        struct Proof: Decodable { let proof: String }
        let said = try? JSONDecoder().decode(Proof.self, from: Data(answer.body))
        return said?.proof.exact == Self.proof(of: nonce, key: key).exact
    }

    /// As `hubfleet_hub/proof.py` makes it.
    static func proof(of nonce: String, key: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("hubfleet hub \(nonce)".utf8), using: SymmetricKey(data: Data(key.utf8)))
        return code.hexadecimal
    }
}
