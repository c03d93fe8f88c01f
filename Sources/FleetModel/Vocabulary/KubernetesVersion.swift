/// A minor version of Kubernetes 1, such as 1.34. What a patch of it changes is of no interest here.
package struct KubernetesVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The second number.
    package let minor: Int

    init(minor: Int) { self.minor = minor }

    /// Nil for anything but texts such as `1.34`, `1.34.0`, `v1.34` or `v1.34.2`.
    package init?(_ text: String) {
        guard let match = text.wholeMatch(of: /v?1\.([0-9]{1,4})(\.[0-9]{1,6})?/), let minor = Int(match.output.1)
        else { return nil }
        self.minor = minor
    }

    package var description: String { "1.\(minor)" }

    package static func < (left: KubernetesVersion, right: KubernetesVersion) -> Bool { left.minor < right.minor }
}
