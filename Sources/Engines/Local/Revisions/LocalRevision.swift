import FleetModel
import Texts

/// What there is to know of a revision of a hub on this machine, beside its configuration: the file `revision.json`.
package struct LocalRevision: Sendable, Equatable, Codable {
    /// A setting of the configuration with the place in a values file that sets it.
    package struct Source: Sendable, Equatable, Codable {
        package let name: String
        package let place: String
    }

    /// A list of them, because the keys of a map of JSON are no bytes for its readers.
    struct FileDigest: Sendable, Equatable, Codable {
        /// The path in the revision's folder.
        let path: ExactText
        let sha256: String
    }

    package private(set) var revision: HubRevision
    package let ports: HubPorts
    /// The path that its addresses begin with, with slashes at both ends.
    let baseURL: String
    /// The name of this machine that people use for the hub.
    let host: String
    /// Names that log in with the administrators' password.
    package let administrators: [String]
    /// Services that need a token each.
    package let services: [String]
    /// What runs beside the hub.
    let parts: [LocalPart]
    /// What this machine cannot do, or does in another way.
    package let limits: [LocalSettings.Limit]
    package let sources: [Source]
    /// What each file of the revision must be, in the order of their paths.
    let digests: [FileDigest]

    /// Where people reach the hub, such as `http://prod.localhost:8000/`.
    package var address: String { "http://\(host):\(ports.hub)\(baseURL)" }
    /// The same for programs that do not know such names, such as `http://127.0.0.1:8000/`.
    package var plainAddress: String { "http://127.0.0.1:\(ports.hub)\(baseURL)" }

    /// Where the hub says whether it is well.
    var healthTarget: HealthTarget { HealthTarget(address: plainAddress + "hub/api") }

    /// Whether a hub would run the same with both: all but who made them, when and under which number.
    func isSame(as other: LocalRevision) -> Bool {
        var twin = other
        twin.revision = revision
        return self == twin && revision.release == other.revision.release
    }
}
