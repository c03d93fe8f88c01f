import Texts

/// The addresses of a hub, and the reach of its servers.
package struct NetworkFacts: Sendable {
    /// The host name of the hub; nil when it has none, or an encrypted file replaces it.
    package let domain: Located<String>?
    /// The path that the hub's addresses start with.
    package let baseURL: Setting<String>
    /// The path that the hub is at, with a slash at both ends. `hub.config` wins over the chart's own key.
    package let path: String
    /// Whether somebody gives the path in the clear.
    let isPathKnown: Bool
    /// The ingress; nil when it is not switched on.
    package let ingress: Ingress?
    /// The hosts of the page of BinderHub, which then has the hub's domain.
    let binderHosts: [Value]
    package let isPolicyEnabled: Setting<Bool>
    package let blocksMetadata: Setting<Bool>
    /// Whether the network policy lets servers reach the cloud's metadata service.
    package let policyAllowsMetadata: Setting<Bool>

    /// The hosts that an ingress answers for, and their certificates.
    package struct Ingress: Sendable {
        let value: Value
        let hosts: Value?
        let tls: Value?
        let annotations: Value?
        /// Whether something in front of the cluster takes https: the proxy is told so, or the ingress is to leave plain
        /// requests as they are.
        let isBehindHTTPS: Bool
    }

    init(_ values: HubValues, hub: Hub) {
        domain = hub.domainOverrideFile == nil ? hub.domain : nil
        let jupyterhub = values.jupyterhub
        let configured = Setting<String>(
            jupyterhub["hub", "config", "JupyterHub", "base_url"], path: ["hub", "config", "JupyterHub", "base_url"])
        let own = Setting<String>(jupyterhub["hub", "baseUrl"], path: ["hub", "baseUrl"])
        baseURL = configured.given == nil ? own : configured
        path = "/" + (baseURL.value ?? "").split(separator: "/").map { $0 + "/" }.joined()
        isPathKnown = baseURL.value != nil
        let server = jupyterhub["singleuser"]
        let policy = server?["networkPolicy"]
        isPolicyEnabled = Setting(policy?["enabled"], path: ["singleuser", "networkPolicy", "enabled"])
        blocksMetadata = Setting(
            server?["cloudMetadata", "blockWithIptables"], path: ["singleuser", "cloudMetadata", "blockWithIptables"])
        policyAllowsMetadata = Setting(
            policy?["egressAllowRules", "cloudMetadataServer"],
            path: ["singleuser", "networkPolicy", "egressAllowRules", "cloudMetadataServer"])
        binderHosts = values.chart["binderhub-service", "ingress", "hosts"]?.list ?? []
        ingress = jupyterhub["ingress"].flatMap { ingress in
            guard ingress["enabled"]?.flag == true else { return nil }
            return Ingress(
                value: ingress, hosts: ingress["hosts"]?.ifSet, tls: ingress["tls"],
                annotations: ingress["annotations"],
                isBehindHTTPS: jupyterhub["proxy", "https", "type"]?.text == "offload"
                    || (ingress["annotations"]?.pairs ?? []).contains { key, _, value in
                        key.exact.hasSuffix("ssl-redirect") && (value.text == "false" || value.flag == false)
                    })
        }
    }
}
