/// Where a cluster runs. `local` is this machine; the others are Kubernetes clusters.
package enum ProviderKind: String, Sendable, CaseIterable {
    case aws, gcp, azure, kubeconfig, local
}

/// The block `aws:` of a cluster.
package struct AWSProvider: Sendable, Equatable {
    /// The number of the account, as text: it may start with zeros.
    package let account: Located<String>
    /// The encrypted file with the deployer's credentials, relative to the cluster's folder.
    package let key: Located<String>
    package let clusterName: Located<String>
    package let region: Located<String>
    package let paidByOperator: Located<Bool>?
}

/// The block `gcp:` of a cluster.
package struct GCPProvider: Sendable, Equatable {
    /// The billing export that cost reports read.
    package struct BigQuery: Sendable, Equatable {
        package let project: Located<String>
        package let dataset: Located<String>
        package let billingID: Located<String>
    }

    package let key: Located<String>
    package let project: Located<String>
    package let cluster: Located<String>
    /// The zone, or the region of a regional cluster.
    package let zone: Located<String>
    package let paidByOperator: Located<Bool>?
    package let bigQuery: BigQuery?
}

/// The block `azure:` of a cluster.
package struct AzureProvider: Sendable, Equatable {
    package let key: Located<String>
    package let resourceGroup: Located<String>
    package let cluster: Located<String>
}

/// The block `kubeconfig:` of a cluster.
package struct KubeconfigProvider: Sendable, Equatable {
    /// The encrypted kubeconfig, relative to the cluster's folder.
    package let file: Located<String>
}

/// The optional block `local:` of a cluster on this machine.
package struct LocalProvider: Sendable, Equatable {
    /// The first port that its hubs try; 8000 unless set.
    package let firstPort: Located<Int>?
    /// A pinned requirements file for the hubs' Python environment, relative to the cluster's folder; the one that
    /// Hubfleet carries unless set.
    package let requirements: Located<String>?
}

/// The block of a cluster's provider.
package enum Provider: Sendable, Equatable {
    case aws(AWSProvider)
    case gcp(GCPProvider)
    case azure(AzureProvider)
    case kubeconfig(KubeconfigProvider)
    case local(LocalProvider)

    package var kind: ProviderKind {
        switch self {
        case .aws: .aws
        case .gcp: .gcp
        case .azure: .azure
        case .kubeconfig: .kubeconfig
        case .local: .local
        }
    }
}
