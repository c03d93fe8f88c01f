import Foundation
import Texts

/// Reads one `cluster.yaml` into a `Cluster`.
enum ClusterReader {
    /// - Parameters:
    ///   - root: the tree of the file.
    ///   - folder: the cluster's folder, relative to the root of the fleet repository.
    ///   - findings: gathers what is wrong.
    /// - Returns: the cluster, with the hubs that could be read; nil when it has no usable name or provider.
    static func read(_ root: Value, folder: String, findings: FindingCollector) -> Cluster? {
        guard var record = RecordReader(root, path: "", findings: findings) else { return nil }
        defer { record.reportUnknownKeys() }
        let name = record.string("name", required: true)
        let provider = ProviderReader.read(&record, findings: findings)
        let url = record.string("provider_url")
        let tenancy: Located<Cluster.Tenancy>? = record.choice("tenancy")
        let metadata = metadata(&record)
        let support = support(&record)
        let hubs = record.list("hubs").enumerated().compactMap { index, value in
            HubReader.read(
                value, path: "hubs[\(index)]", cluster: name?.value ?? "", isLocal: provider?.kind == .local,
                findings: findings)
        }
        if let name { checkName(name, folder: folder, findings: findings) }
        if let url { checkURL(url, findings: findings) }
        guard let name, let provider else { return nil }
        return Cluster(
            name: name, folder: folder, provider: provider, providerURL: url, tenancy: tenancy, metadata: metadata,
            support: support, hubs: hubs)
    }

    private static func checkName(_ name: Located<String>, folder: String, findings: FindingCollector) {
        if !HostName.isLabel(name.value) {
            findings.report(
                "cluster-name", "\(name.value.debugDescription) cannot be the name of a cluster",
                advice: "use lower-case letters, digits and dashes, with a letter or digit at both ends",
                at: name.location)
        }
        let folderName = FleetPath.names(in: folder).last ?? ""
        if name.value.exact != folderName.exact {
            findings.report(
                "folder-name", "the cluster is named \"\(name.value)\", but its folder \"\(folderName)\"",
                advice: "give both the same name", at: name.location)
        }
    }

    private static func checkURL(_ url: Located<String>, findings: FindingCollector) {
        if !url.value.hasPrefix("https://"), !url.value.hasPrefix("http://") {
            findings.report(
                "value", "provider_url is no web address", advice: "start it with https://", at: url.location)
        }
    }

    /// Notes of the operator: a map of maps. What they must hold is the policy of the fleet (`MetadataPolicy`).
    private static func metadata(_ record: inout RecordReader) -> Value? {
        guard let metadata = record.value("metadata") else { return nil }
        guard let map = metadata.map else {
            record.findings.report("type", "metadata must be a map, not \(metadata.kind)", at: metadata.location)
            return nil
        }
        for (key, notes) in map {
            _ = RecordReader(notes, path: "metadata.\(key)", findings: record.findings)
        }
        return metadata
    }

    private static func support(_ record: inout RecordReader) -> Cluster.Support? {
        guard var support = record.record("support") else { return nil }
        defer { support.reportUnknownKeys() }
        let files = support.strings("helm_chart_values_files")
        return Cluster.Support(valuesFiles: files, location: support.location)
    }
}

/// Reads one entry below `hubs:`.
enum HubReader {
    static func read(
        _ value: Value, path: String, cluster: String, isLocal: Bool, findings: FindingCollector
    ) -> Hub? {
        guard var record = RecordReader(value, path: path, findings: findings) else { return nil }
        defer { record.reportUnknownKeys() }
        let name = record.string("name", required: true)
        let displayName = record.string("display_name")
        let domain = record.string("domain", required: !isLocal)
        let domainOverrideFile = record.string("domain_override_file")
        let expectedStatus = expectedStatus(&record)
        let chart = record.string("helm_chart", required: true)
        let files = record.strings("helm_chart_values_files", required: true)
        let chartOverride = record.string("chart_override")
        if let name { checkName(name, findings: findings) }
        if let domain { checkDomain(domain, findings: findings) }
        guard let name, let chart else { return nil }
        return Hub(
            name: name, cluster: cluster, displayName: displayName, domain: domain,
            domainOverrideFile: domainOverrideFile, expectedStatus: expectedStatus, chart: chart, valuesFiles: files,
            chartOverride: chartOverride, location: record.location)
    }

    private static func expectedStatus(_ record: inout RecordReader) -> Located<String>? {
        guard var check = record.record("uptime_check") else { return nil }
        defer { check.reportUnknownKeys() }
        return check.string("expected_status")
    }

    /// A hub's name is its namespace and its Helm release, so both sets of rules hold: a DNS label, at most 53 letters.
    private static func checkName(_ name: Located<String>, findings: FindingCollector) {
        guard HostName.isLabel(name.value), name.value.count <= 53 else {
            findings.report(
                "hub-name", "\"\(name.value)\" cannot be the name of a hub",
                advice: "use at most 53 lower-case letters, digits and dashes, with a letter or digit at both ends",
                at: name.location)
            return
        }
    }

    private static func checkDomain(_ domain: Located<String>, findings: FindingCollector) {
        guard !HostName.isHostName(domain.value) else { return }
        findings.report(
            "domain", "\"\(domain.value)\" is no host name",
            advice: domain.value.contains("/")
                ? "leave out https:// and any path" : "use lower-case letters, digits, - and .",
            at: domain.location)
    }
}

/// The rules of RFC 1123 for host names, in lower case as Kubernetes wants them.
enum HostName {
    static func isLabel(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (1...63).contains(bytes.count), let first = bytes.first, let last = bytes.last else { return false }
        return bytes.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") } && isAlphanumeric(first)
            && isAlphanumeric(last)
    }

    static func isHostName(_ text: String) -> Bool {
        text.utf8.count <= 253
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
                isLabel(String($0))
            }
    }

    /// An address such as `fd00::1`, without brackets.
    static func isIPv6(_ text: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET6, text, &address) == 1
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
