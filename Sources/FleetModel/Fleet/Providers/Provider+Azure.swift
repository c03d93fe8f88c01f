extension Provider {
    /// A cluster of AKS on Azure: the block `azure:` of a cluster.
    package struct Azure: CloudAccount {
        package static let kind = ProviderKind.azure

        package let key: Located<String>
        package let resourceGroup: Located<String>
        package let cluster: Located<String>

        package var facts: [String: String?] {
            ["resource group": resourceGroup.value, "cluster name": cluster.value]
        }
        package var target: KeyValuePairs<String, Located<String>> {
            ["resource_group": resourceGroup, "cluster": cluster]
        }
        package var credentials: CloudFact<Located<String>> { .known(key) }
        package var nameForCharts: CloudFact<String> {
            .lacking(because: "charts make nothing in Azure that has a name")
        }
        package var accountForCharts: CloudFact<String> {
            .lacking(because: "charts make nothing in Azure that belongs to an account")
        }
        package static let machineTypes = CloudFact<MachineTypes>.known { NodeType.azure($0) }
        /// The storage server has no switch for Azure, so each of the others is wrong.
        package static let homeDisks = CloudFact<[String]>.known([])
    }
}

extension Provider.Azure {
    package static func read(_ block: inout RecordReader) -> Self? {
        let key = block.string("key", required: true)
        let group = block.string("resource_group", required: true)
        let cluster = block.string("cluster", required: true)
        guard let key, let group, let cluster else { return nil }
        return Self(key: key, resourceGroup: group, cluster: cluster)
    }
}
