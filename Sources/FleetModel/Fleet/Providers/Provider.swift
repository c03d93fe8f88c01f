/// The provider of a cluster, with what its block in `cluster.yaml` says.
///
/// Each has a file of its own beside this one, such as `Provider+AWS.swift`.
package struct Provider: Sendable, Equatable {
    package let account: any CloudAccount

    package init(_ account: some CloudAccount) {
        self.account = account
    }

    package var kind: ProviderKind { type(of: account).kind }

    /// The block of a cluster on this machine; nil for a cluster elsewhere.
    package var local: Local? { account as? Local }

    package static func == (left: Provider, right: Provider) -> Bool { left.account.isEqual(right.account) }
}

extension CloudAccount {
    fileprivate func isEqual(_ other: any CloudAccount) -> Bool { other as? Self == self }
}
