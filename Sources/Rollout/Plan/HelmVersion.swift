import FleetTools
import Foundation

/// The helm that is here: its version decides what a null in values means.
package enum HelmVersion {
    /// The call that tells it.
    package static let call = Invocation("helm", ["version", "--template", "{{.Version}}"])

    /// The version, such as `v4.1.4`; nil where there is no helm.
    package static func find(_ runner: any CommandRunner) async -> String? {
        guard let output = try? await runner.check(call) else { return nil }
        let text = output.text.trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? nil : text
    }
}
