/// An account at a cloud, or whatever else a cluster runs on: what Hubfleet asks of each provider.
///
/// Whatever a provider does not have, it names with a reason, so that nothing is forgotten when a provider is added.
package protocol CloudAccount: Sendable, Equatable {
    static var kind: ProviderKind { get }

    /// The block of `cluster.yaml`; nil, with findings, when something required is missing.
    static func read(_ block: inout RecordReader) -> Self?
    /// The account of a cluster without the block; nil where the block is required.
    static var withoutBlock: Self? { get }

    /// The lines that `show` adds for the cluster, by their names. Nothing secret.
    var facts: [String: String?] { get }
    /// All files that the block names, relative to the cluster's folder. Each must exist.
    var files: [Located<String>] { get }
    /// What names the cluster at the cloud, by the keys of the block: with another text it is another cluster.
    var target: KeyValuePairs<String, Located<String>> { get }
    /// The encrypted file with the deployer's credentials, relative to the cluster's folder.
    var credentials: CloudFact<Located<String>> { get }

    /// The name of the cluster that charts get, where it is not the one that the fleet gives it.
    var nameForCharts: CloudFact<String> { get }
    /// The number or name of the account that charts get.
    var accountForCharts: CloudFact<String> { get }

    /// The types of machines that the cloud rents out.
    static var machineTypes: CloudFact<MachineTypes> { get }
    /// The switches below `jupyterhub-home-nfs` that make the disk of the homes in this cloud.
    static var homeDisks: CloudFact<[String]> { get }
}

/// The capacity of a cloud's machines by the names of their types; nil for a type that is not known.
package typealias MachineTypes = @Sendable (String) -> NodeType.Capacity?

extension CloudAccount {
    package static var withoutBlock: Self? { nil }

    package var files: [Located<String>] { [credentials.value].compactMap { $0 } }

    /// The reasons why the provider lacks what others have, by the names of the members.
    package var lacks: [String: String] {
        let reasons = [
            "credentials": credentials.reason, "nameForCharts": nameForCharts.reason,
            "accountForCharts": accountForCharts.reason, "machineTypes": Self.machineTypes.reason,
            "homeDisks": Self.homeDisks.reason,
        ]
        return reasons.compactMapValues { $0 }
    }
}
