extension Provider {
    /// A cluster of EKS on AWS: the block `aws:` of a cluster.
    package struct AWS: CloudAccount {
        package static let kind = ProviderKind.aws

        /// The number of the account, as text: it may start with zeros.
        package let account: Located<String>
        package let key: Located<String>
        package let clusterName: Located<String>
        package let region: Located<String>
        package let paidByOperator: Located<Bool>?

        package var facts: [String: String?] {
            [
                "account": account.value, "cluster name": clusterName.value, "region": region.value,
                "paid by operator": paidByOperator.map { $0.value ? "yes" : "no" },
            ]
        }
        package var target: KeyValuePairs<String, Located<String>> {
            ["account": account, "clusterName": clusterName, "region": region]
        }
        package var credentials: CloudFact<Located<String>> { .known(key) }
        package var nameForCharts: CloudFact<String> { .known(clusterName.value) }
        package var accountForCharts: CloudFact<String> { .known(account.value) }
        package static let machineTypes = CloudFact<MachineTypes>.known { NodeType.aws($0) }
        package static let homeDisks = CloudFact.known(["eks"])
    }
}

extension Provider.AWS {
    private enum ClusterType: String, CaseIterable { case eks }

    package static func read(_ block: inout RecordReader) -> Self? {
        let account = block.accountNumber("account")
        let _: Located<ClusterType>? = block.choice("clusterType", required: true)
        let key = block.string("key", required: true)
        let clusterName = block.string("clusterName", required: true)
        let region = block.string("region", required: true)
        let paid = paidByOperator(&block)
        guard let account, let key, let clusterName, let region else { return nil }
        return Self(account: account, key: key, clusterName: clusterName, region: region, paidByOperator: paid)
    }

    private static func paidByOperator(_ block: inout RecordReader) -> Located<Bool>? {
        guard var billing = block.record("billing") else { return nil }
        defer { billing.reportUnknownKeys() }
        return billing.bool("paid_by_us", required: true)
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
