/// Reads the provider of a cluster and its block.
enum ProviderReader {
    /// Reads from the record of the whole `cluster.yaml`.
    /// - Returns: nil, with findings, when the provider or something that it requires is missing.
    static func read(_ root: inout RecordReader, findings: FindingCollector) -> Provider? {
        let kind: Located<ProviderKind>? = root.choice("provider", required: true)
        var provider: Provider?
        for candidate in ProviderKind.allCases {
            let block = root.record(candidate.rawValue)
            if let place = root.keyLocation(candidate.rawValue), let kind, candidate != kind.value {
                findings.report(
                    "other-provider", severity: .warning,
                    "the block \"\(candidate.rawValue)\" has no effect: the provider is \"\(kind.value.rawValue)\"",
                    at: place, related: [kind.location])
            }
            if let read = self.read(candidate, block), candidate == kind?.value { provider = read }
        }
        if let kind, root.isEmpty(kind.value.rawValue), kind.value != .local {
            let name = kind.value.rawValue
            findings.report(
                "provider-block", "the provider is \"\(name)\", but there is no block \"\(name)\", or nothing in it",
                at: kind.location)
        }
        return provider
    }

    private static func read(_ kind: ProviderKind, _ block: RecordReader?) -> Provider? {
        guard var block else { return kind == .local ? .local(LocalProvider(firstPort: nil, requirements: nil)) : nil }
        defer { block.reportUnknownKeys() }
        switch kind {
        case .aws: return aws(&block).map { .aws($0) }
        case .gcp: return gcp(&block).map { .gcp($0) }
        case .azure: return azure(&block).map { .azure($0) }
        case .kubeconfig: return block.string("file", required: true).map { .kubeconfig(KubeconfigProvider(file: $0)) }
        case .local:
            let port = block.integer("first_port", in: 1...65_000)
            return .local(LocalProvider(firstPort: port, requirements: block.string("requirements")))
        }
    }

    private enum AWSClusterType: String, CaseIterable { case eks }

    private static func aws(_ block: inout RecordReader) -> AWSProvider? {
        let account = block.accountNumber("account")
        let _: Located<AWSClusterType>? = block.choice("clusterType", required: true)
        let key = block.string("key", required: true)
        let clusterName = block.string("clusterName", required: true)
        let region = block.string("region", required: true)
        let paid = billing(&block)
        guard let account, let key, let clusterName, let region else { return nil }
        return AWSProvider(
            account: account, key: key, clusterName: clusterName, region: region, paidByOperator: paid?.paidByUs)
    }

    private static func gcp(_ block: inout RecordReader) -> GCPProvider? {
        let key = block.string("key", required: true)
        let project = block.string("project", required: true)
        let cluster = block.string("cluster", required: true)
        let zone = block.string("zone", required: true)
        let billing = billing(&block, required: true, withBigQuery: true)
        guard let key, let project, let cluster, let zone else { return nil }
        return GCPProvider(
            key: key, project: project, cluster: cluster, zone: zone, paidByOperator: billing?.paidByUs,
            bigQuery: billing?.bigQuery)
    }

    private static func azure(_ block: inout RecordReader) -> AzureProvider? {
        let key = block.string("key", required: true)
        let group = block.string("resource_group", required: true)
        let cluster = block.string("cluster", required: true)
        guard let key, let group, let cluster else { return nil }
        return AzureProvider(key: key, resourceGroup: group, cluster: cluster)
    }

    private struct Billing { let paidByUs: Located<Bool>?, bigQuery: GCPProvider.BigQuery? }

    private static func billing(
        _ block: inout RecordReader, required: Bool = false, withBigQuery: Bool = false
    ) -> Billing? {
        guard var billing = block.record("billing", required: required) else { return nil }
        defer { billing.reportUnknownKeys() }
        let paid = billing.bool("paid_by_us", required: true)
        guard withBigQuery, var table = billing.record("bigquery", required: paid?.value == true) else {
            return Billing(paidByUs: paid, bigQuery: nil)
        }
        defer { table.reportUnknownKeys() }
        let project = table.string("project", required: true)
        let dataset = table.string("dataset", required: true)
        let billingID = table.string("billing_id", required: true)
        guard let project, let dataset, let billingID else { return Billing(paidByUs: paid, bigQuery: nil) }
        let bigQuery = GCPProvider.BigQuery(project: project, dataset: dataset, billingID: billingID)
        return Billing(paidByUs: paid, bigQuery: bigQuery)
    }
}

extension RecordReader {
    /// A required AWS account number, twelve digits. Written without quotes, YAML drops its leading zeros, or reads it
    /// as octal, so anything that has not twelve digits is pointed out.
    fileprivate mutating func accountNumber(_ key: String) -> Located<String>? {
        guard let value = value(key, required: true) else { return nil }
        let digits =
            switch value.content {
            case .integer(let number): String(number)
            case .float(let number) where number.magnitude < 1e12 && number == number.rounded(): String(Int(number))
            case .string(let text): text
            default: ""
            }
        guard !digits.isEmpty, digits.allSatisfy({ ("0"..."9").contains($0) }) else {
            findings.report(
                "type", "\(path).\(key) must be a number of 12 digits, not \(value.kind)", at: value.location)
            return nil
        }
        if digits.count != 12 {
            findings.report(
                "value", severity: .warning, "\(path).\(key) has \(digits.count) digits, but accounts have 12",
                advice: "put it in quotes if it starts with 0", at: value.location)
        }
        return Located(String(repeating: "0", count: max(0, 12 - digits.count)) + digits, at: value.location)
    }
}
