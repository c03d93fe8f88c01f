import Texts

/// Rules about addresses and certificates.
enum DomainRules {
    static let rules = [
        Rule(
            "domains/ingress-host", .error, "The hub's ingress answers for the hub's domain.",
            because: "Visitors of the domain get an error page, or another hub.", .hub(ingressHost)),
        Rule(
            "domains/no-certificate", .error, "Every host of an ingress has a certificate.",
            because: "Passwords and tokens travel in the clear, or browsers refuse the page.",
            judging: .absence, .hub(noCertificate)),
        Rule(
            "domains/no-issuer", .warning, "Somebody renews the certificates.",
            because: "The certificate expires after three months.",
            judging: .absence, .hub(noIssuer)),
        Rule(
            "network/open", .warning, "A network policy separates servers from the cluster.",
            because: "Whoever runs code on a server can reach other hubs' services inside the cluster.", .hub(open)),
        Rule(
            "network/metadata", .error, "Servers cannot reach the cloud's metadata service.",
            because: "It hands out the credentials of the node, and with them the cluster.", .hub(metadata)),
    ]

    private static func ingressHost(_ hub: HubFacts) -> [Rule.Fault] {
        guard let domain = hub.network.domain?.value, let hosts = hub.network.ingress?.hosts else { return [] }
        // A hub with BinderHub's page gives the domain to that page, and has a host of its own.
        let names = ((hosts.list ?? []) + hub.network.binderHosts).map(\.text)
        guard !names.isEmpty, !names.contains(nil), !names.contains(where: { domain.isCovered(by: $0) }) else {
            return []
        }
        return [
            Rule.Fault(
                "the ingress does not answer for \(domain)", advice: "add it to jupyterhub.ingress.hosts",
                at: hosts.location, related: [hub.hub.domain?.location].compactMap { $0 })
        ]
    }

    private static func noCertificate(_ hub: HubFacts) -> [Rule.Fault] {
        guard let ingress = hub.network.ingress, let hosts = ingress.hosts?.list else { return [] }
        // An entry without hosts is for all; load balancers of clouds take certificates from an annotation.
        let entries = ingress.tls?.list ?? []
        let hasOther = (ingress.annotations?.pairs ?? []).contains { $0.key.contains("certificate") }
        guard !hasOther, !ingress.isBehindHTTPS || !entries.isEmpty,
            !entries.contains(where: { $0["hosts"]?.ifSet == nil })
        else { return [] }
        let certified = entries.flatMap { $0["hosts"]?.list ?? [] }.map(\.text)
        guard !certified.contains(nil) else { return [] }
        return hosts.compactMap { host in
            guard let name = host.text, !certified.contains(where: { name.isCovered(by: $0) }) else { return nil }
            return Rule.Fault(
                "no certificate covers \(host.oneLine(limit: 80))", advice: "add it to jupyterhub.ingress.tls[].hosts",
                at: host.location)
        }
    }

    private static func noIssuer(_ hub: HubFacts) -> [Rule.Fault] {
        guard let ingress = hub.network.ingress, ingress.tls?.ifSet != nil, let annotations = ingress.annotations,
            !annotations.pairs.contains(where: { $0.key.hasPrefix("cert-manager.io/") && $0.value.ifSet != nil })
        else { return [] }
        return [
            Rule.Fault(
                "the ingress names no issuer of certificates",
                advice: "add the annotation cert-manager.io/cluster-issuer",
                at: annotations.location)
        ]
    }

    private static func open(_ hub: HubFacts) -> [Rule.Fault] {
        guard let place = hub.network.isPolicyEnabled.place, hub.network.isPolicyEnabled.isOff else { return [] }
        return [
            Rule.Fault(
                "the network policy of servers is switched off", advice: "set singleuser.networkPolicy.enabled to true",
                at: place)
        ]
    }

    private static func metadata(_ hub: HubFacts) -> [Rule.Fault] {
        guard let place = hub.network.blocksMetadata.place, hub.network.blocksMetadata.isOff else { return [] }
        // What nobody says is the chart's own policy, which keeps servers from it.
        guard hub.network.isPolicyEnabled.isOff || hub.network.policyAllowsMetadata.isOn else { return [] }
        return [
            Rule.Fault(
                "nothing keeps servers from the cloud's metadata service",
                advice: "set singleuser.cloudMetadata.blockWithIptables to true", at: place)
        ]
    }
}

extension String {
    /// Whether a host of an ingress or a certificate is this one, or a wildcard for it.
    func isCovered(by host: String?) -> Bool {
        guard let host = host?.lowercased() else { return false }
        let name = lowercased()
        guard host.hasPrefix("*.") else { return name.exact == host.exact }
        return name.split(separator: ".", maxSplits: 1).last.map { "*.\($0)".exact } == host.exact
    }
}
