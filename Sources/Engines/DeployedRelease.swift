import Crypto
import FleetModel
import Foundation

/// What is written down of a release that was deployed, which tells one state of it from another.
package struct DeployedRelease: Sendable, Equatable, Codable {
    /// The release's name, such as `cluster/hub`.
    package let release: String
    /// The name of its chart.
    package let chart: String
    /// The SHA-256 of the effective values without secrets, in hexadecimal.
    package let values: String

    package init(release: String, chart: String, values: String) {
        self.release = release
        self.chart = chart
        self.values = values
    }

    /// - Throws: `YamlError`, when the values cannot be written as text.
    package init(_ deployment: Deployment) throws {
        let text = try deployment.values.merged.removingSecrets().value.map(YAMLWriter.text) ?? ""
        self.init(
            release: deployment.release.id, chart: deployment.release.chart.value,
            values: SHA256.hash(data: Data(text.utf8)).hexadecimal)
    }
}
