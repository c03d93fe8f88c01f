import FleetModel
import Releases
import Texts

/// What the labels of a change request ask for. Their names are those of the layout's origin.
package struct ChangeLabels: Sendable, Equatable {
    /// A label that means something.
    package enum Label: String, Sendable, CaseIterable {
        case deployHubs = "deployer:deploy-hubs"
        case deploySupport = "deployer:deploy-support"
        case skipDeploy = "deployer:skip-deploy"
        case skipDeployHubs = "deployer:skip-deploy-hubs"
    }

    private let labels: Set<Label>
    /// Labels that look as if they meant something, with what may have been meant.
    package let unknown: [(label: String, advice: String)]

    /// - Parameter texts: all labels of a change request; others than ours are for others.
    package init(_ texts: [String]) {
        labels = Set(texts.compactMap(Label.init))
        unknown = texts.filter { $0.hasPrefix("deployer:") && Label(rawValue: $0) == nil }.map {
            ($0, Suggestion.advice(for: $0, among: Label.allCases.map(\.rawValue)))
        }
    }

    /// The label that keeps a release back, whatever differs.
    func skip(_ release: Release) -> Label? {
        if labels.contains(.skipDeploy) { return .skipDeploy }
        return release.kind == .hub && labels.contains(.skipDeployHubs) ? .skipDeployHubs : nil
    }

    /// The label that asks for a release, whatever differs.
    func request(_ release: Release) -> Label? {
        let label: Label = release.kind == .hub ? .deployHubs : .deploySupport
        return labels.contains(label) ? label : nil
    }

    package static func == (left: ChangeLabels, right: ChangeLabels) -> Bool { left.labels == right.labels }
}
