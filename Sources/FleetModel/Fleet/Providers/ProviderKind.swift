/// Where a cluster runs. `local` is this machine; the others are Kubernetes clusters.
package enum ProviderKind: String, Sendable, CaseIterable {
    case aws, gcp, azure, kubeconfig, local

    /// The cloud behind the word. The only place that tells providers apart: a new one has its case here, and a file
    /// beside this one.
    package var cloud: any CloudAccount.Type {
        switch self {
        case .aws: Provider.AWS.self
        case .gcp: Provider.GoogleCloud.self
        case .azure: Provider.Azure.self
        case .kubeconfig: Provider.Kubeconfig.self
        case .local: Provider.Local.self
        }
    }
}
