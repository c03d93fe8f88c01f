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
            if let read = self.read(candidate.cloud, block), candidate == kind?.value { provider = read }
        }
        if let kind, root.isEmpty(kind.value.rawValue), kind.value.cloud.withoutBlock == nil {
            let name = kind.value.rawValue
            findings.report(
                "provider-block", "the provider is \"\(name)\", but there is no block \"\(name)\", or nothing in it",
                at: kind.location)
        }
        return provider
    }

    private static func read<Cloud: CloudAccount>(_ cloud: Cloud.Type, _ block: RecordReader?) -> Provider? {
        guard var block else { return cloud.withoutBlock.map { Provider($0) } }
        defer { block.reportUnknownKeys() }
        return cloud.read(&block).map { Provider($0) }
    }
}
