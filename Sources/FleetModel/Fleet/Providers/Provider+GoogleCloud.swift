extension Provider {
    /// A cluster of GKE on Google Cloud: the block `gcp:` of a cluster.
    package struct GoogleCloud: CloudAccount {
        package static let kind = ProviderKind.gcp

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

        package var facts: [String: String?] {
            [
                "project": project.value, "cluster name": cluster.value, "zone": zone.value,
                "paid by operator": paidByOperator.map { $0.value ? "yes" : "no" },
            ]
        }
        package var target: KeyValuePairs<String, Located<String>> {
            ["project": project, "cluster": cluster, "zone": zone]
        }
        package var credentials: CloudFact<Located<String>> { .known(key) }
        package var nameForCharts: CloudFact<String> {
            .lacking(because: "accounts of hubs are named after the cluster's name in the fleet")
        }
        package var accountForCharts: CloudFact<String> { .known(project.value) }
        package static let machineTypes = CloudFact<MachineTypes>.known { NodeType.googleCloud($0) }
        package static let homeDisks = CloudFact.known(["gke"])
    }
}

extension Provider.GoogleCloud {
    package static func read(_ block: inout RecordReader) -> Self? {
        let key = block.string("key", required: true)
        let project = block.string("project", required: true)
        let cluster = block.string("cluster", required: true)
        let zone = block.string("zone", required: true)
        let billing = billing(&block)
        guard let key, let project, let cluster, let zone else { return nil }
        return Self(
            key: key, project: project, cluster: cluster, zone: zone, paidByOperator: billing?.paid,
            bigQuery: billing?.bigQuery)
    }

    private static func billing(_ block: inout RecordReader) -> (paid: Located<Bool>?, bigQuery: BigQuery?)? {
        guard var billing = block.record("billing", required: true) else { return nil }
        defer { billing.reportUnknownKeys() }
        let paid = billing.bool("paid_by_us", required: true)
        guard var table = billing.record("bigquery", required: paid?.value == true) else { return (paid, nil) }
        defer { table.reportUnknownKeys() }
        let project = table.string("project", required: true)
        let dataset = table.string("dataset", required: true)
        let billingID = table.string("billing_id", required: true)
        guard let project, let dataset, let billingID else { return (paid, nil) }
        return (paid, BigQuery(project: project, dataset: dataset, billingID: billingID))
    }
}
