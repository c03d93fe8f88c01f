extension Provider {
    /// Any other Kubernetes cluster, reached by a file: the block `kubeconfig:` of a cluster.
    package struct Kubeconfig: CloudAccount {
        package static let kind = ProviderKind.kubeconfig

        /// The encrypted kubeconfig, relative to the cluster's folder.
        package let file: Located<String>

        package var facts: [String: String?] { ["kubeconfig": file.value] }
        /// What the file holds says where it leads, not its name.
        package var target: KeyValuePairs<String, Located<String>> { [:] }
        package var credentials: CloudFact<Located<String>> { .known(file) }
        package var nameForCharts: CloudFact<String> {
            .lacking(because: "a kubeconfig can lead to any cloud, which has its own name for the cluster, or none")
        }
        package var accountForCharts: CloudFact<String> {
            .lacking(because: "a kubeconfig can lead to any cloud, with any account")
        }
        /// A kubeconfig can lead to any cloud, so the types of all clouds are known.
        package static let machineTypes = CloudFact<MachineTypes>.known { type in
            let others = ProviderKind.allCases.filter { $0 != kind }
            return others.lazy.compactMap { $0.cloud.machineTypes.value?(type) }.first
        }
        package static let homeDisks = CloudFact<[String]>.lacking(
            because: "a kubeconfig can lead to any cloud, so no disk is wrong")
    }
}

extension Provider.Kubeconfig {
    package static func read(_ block: inout RecordReader) -> Self? {
        block.string("file", required: true).map { Self(file: $0) }
    }
}
