import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Releases
import Testing

/// Faults that charts and values have in real life, each planted alone, and each to be found where it was planted.
@Suite(.tags(.large), .timeLimit(.minutes(20)), .needs("helm"), .needs("helm3"))
struct PlantedFaultTests {
    /// A fault of values: the rule that has to find it, and the values, with a mark in the line that causes it.
    static let values: [(name: String, rule: String, values: String)] = [
        ("old-cron", "removed-api", "cron:\n  api: batch/v1beta1 # here"),
        ("old-ingress", "removed-api", "ingress:\n  api: networking.k8s.io/v1beta1 # here"),
        (
            "old-policy", "removed-api",
            "objects:\n  - apiVersion: policy/v1beta1 # here\n    kind: PodSecurityPolicy\n    metadata: {name: x}"
        ),
        (
            "old-flow", "removed-api",
            "objects:\n  - kind: FlowSchema\n    metadata: {name: x}\n    apiVersion: flowcontrol.apiserver.k8s.io/v1beta2 # here"
        ),
        (
            "ending", "deprecated-api",
            "objects:\n  - apiVersion: networking.k8s.io/v1beta1 # here\n    kind: ServiceCIDR\n    metadata: {name: x}"
        ),
        ("no-map", "no-config-map", "config:\n  mount: shop-cnfig # here"),
        ("no-map-key", "no-key", "config:\n  key: setings.yaml # here"),
        ("renamed-file", "no-key", "config:\n  key: other.yaml # here\n  files: {third.yaml: x}"),
        (
            "no-secret", "no-secret",
            "extraEnv:\n  - name: A\n    valueFrom:\n      secretKeyRef:\n        name: shop-sekret # here\n        key: token"
        ),
        (
            "no-secret-key", "no-key",
            "extraEnv:\n  - name: A\n    valueFrom:\n      secretKeyRef:\n        name: shop-secret\n        key: tokn # here"
        ),
        ("no-from", "no-config-map", "envFrom:\n  - configMapRef:\n      name: shop-environment # here"),
        (
            "no-projected", "no-secret",
            "extraVolumes:\n  - name: p\n    projected:\n      sources:\n        - secret:\n            name: lost-secret # here"
        ),
        ("no-claim", "no-claim", "claim:\n  mount: shop-dta # here"),
        ("no-account", "no-service-account", "serviceAccount:\n  create: false # here"),
        ("other-account", "no-service-account", "cron:\n  account: shop-runer # here"),
        ("no-service", "no-service", "ingress:\n  service: shopp # here"),
        ("no-port-name", "no-port", "ingress:\n  port:\n    name: wep # here"),
        ("no-port-number", "no-port", "ingress:\n  port:\n    name: null\n    number: 8081 # here"),
        ("no-target-port", "no-port", "service:\n  target: htp # here"),
        ("no-probe-port", "no-port", "probe: health # here"),
        ("empty-service", "empty-selector", "service:\n  selector: stop # here"),
        ("empty-budget", "empty-selector", "budget: shops # here"),
        ("other-labels", "other-labels", "podLabels:\n  app: shop2 # here"),
        ("no-scaled", "no-target", "scaler:\n  target: shop-web # here"),
        ("no-role", "no-target", "role: shop-writer # here"),
        ("no-class", "no-ingress-class", "ingress:\n  class: traefik # here"),
        ("no-issuer", "no-issuer", "ingress:\n  issuer: letsencrypt # here"),
        ("no-disk-class", "no-storage-class", "claim:\n  class: premium # here"),
        ("no-set-class", "no-storage-class", "cache:\n  storageClass: ssd # here"),
        ("no-priority", "no-priority-class", "cache:\n  priority: highest # here"),
        ("no-priority-either", "no-priority-class", "pod:\n  priorityClassName: low # here"),
        ("empty-tag", "image-without-tag", "image:\n  tag: \"\" # here"),
        ("no-tag", "image-without-tag", "cron:\n  image: quay.io/example/cron # here"),
        ("port-no-tag", "image-without-tag", "side:\n  image: registry.example.org:5000/side # here"),
        ("no-limit", "no-limit", "resources: # here\n  limits: {memory: null}"),
        ("no-request", "no-requests", "side:\n  resources: # here\n    limits: {memory: 1Gi}\n    requests: null"),
        ("nothing", "no-limit", "cron:\n  resources: null # here"),
        ("privileged", "privileged", "context:\n  privileged: true # here"),
        ("capable", "privileged", "context:\n  capabilities:\n    add:\n      - NET_RAW\n      - SYS_ADMIN # here"),
        ("host-network", "privileged", "pod:\n  hostNetwork: true # here"),
        (
            "host-mount", "host-mount",
            "extraVolumes:\n  - name: logs\n    hostPath:\n      path: /var/log/pods # here"
        ),
        (
            "own-object", "image-without-tag",
            "objects:\n  - apiVersion: v1\n    kind: Pod\n    metadata: {name: x}\n    spec:\n      containers:\n"
                + "        - name: a\n          resources: {limits: {memory: 1Gi, cpu: 1}}\n          image: example/tool # here"
        ),
    ]

    /// Faults of the chart's own files.
    static let files: [(name: String, rule: String, file: String, line: Int)] = [
        ("chart-api", "removed-api", "templates/rest.yaml", 1),
        ("chart-rights", "privileged", "templates/deployment.yaml", 17),
        ("chart-map", "no-secret", "templates/deployment.yaml", 19),
        ("chart-tag", "image-without-tag", "charts/cache/templates/set.yaml", 13),
        ("chart-large", "large-record", "Chart.yaml", 1),
        ("chart-too-large", "too-large-record", "Chart.yaml", 1),
    ]

    /// The chart of one of them.
    private static func chart(_ name: String) throws -> [String: String] {
        var files = ShopFleet.chart(named: name)
        let deployment = "helm-charts/\(name)/templates/deployment.yaml"
        let rest = "helm-charts/\(name)/templates/rest.yaml"
        let set = "helm-charts/\(name)/charts/cache/templates/set.yaml"
        func replace(_ file: String, _ text: String, with other: String) {
            files[file] = files[file]?.replacing(text, with: other)
        }
        switch name {
        case "chart-api": replace(rest, "apiVersion: policy/v1\n", with: "apiVersion: policy/v1beta1\n")
        case "chart-rights": replace(deployment, "{{ toJson .Values.context }}", with: "{privileged: true}")
        case "chart-map":
            replace(deployment, "secretKeyRef: {name: shop-secret", with: "secretKeyRef: {name: shop-secrets")
        case "chart-tag": replace(set, "{{ .Values.image }}", with: "quay.io/example/cache")
        default:
            // What looks like chance cannot be compressed; kibibytes of it.
            let size = name == "chart-large" ? 530 : 900
            var state: UInt64 = 1
            let bytes = (0..<(size * 1024)).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 40)
            }
            files["helm-charts/\(name)/data.txt"] = String(Data(bytes).base64EncodedString())
        }
        return files
    }

    private static let fleet: ShopFleet? = try? {
        var hubs = Dictionary(uniqueKeysWithValues: values.map { ($0.name, $0.values + "\n") })
        hubs["right"] = "{}\n"
        var charts: [String: String] = [:]
        var more: [String: String] = [:]
        for fault in files {
            hubs[fault.name] = "{}\n"
            charts[fault.name] = fault.name
            more.merge(try chart(fault.name)) { $1 }
        }
        return try ShopFleet(hubs: hubs, files: more, charts: charts)
    }()

    private static func expected() -> [String] {
        let ofValues = values.map { fault in
            let line = fault.values.split(separator: "\n").firstIndex { $0.contains("# here") }.map { $0 + 1 } ?? 0
            return "earth/\(fault.name) objects/\(fault.rule) config/clusters/earth/\(fault.name).values.yaml:\(line)"
        }
        let ofFiles = files.map { fault in
            "earth/\(fault.name) objects/\(fault.rule) helm-charts/\(fault.name)/\(fault.file):\(fault.line)"
        }
        return ofValues + ofFiles
    }

    @Test(arguments: ["helm", "helm3"]) func everyFaultIsFoundWhereItIs(_ helm: String) async throws {
        #expect(Self.values.count + Self.files.count >= 40)
        let fleet = try #require(Self.fleet)
        let findings = try await fleet.findings(helm: helm).filter { !$0.finding.rule.hasPrefix("rendering/users") }
        let found = findings.map {
            "\($0.release) \($0.finding.rule) \($0.finding.location.file):\($0.finding.location.line)"
        }
        for fault in Self.expected() {
            #expect(found.contains(fault), "\(found.filter { $0.hasPrefix(fault.prefix { $0 != " " }) })")
        }
        #expect(!found.contains { $0.hasPrefix("earth/right ") }, "a hub without faults has none")
        // What follows from a fault may be found as well, but at most twice.
        for (hub, all) in Dictionary(grouping: findings, by: \.release) {
            #expect(all.count <= 3, "\(hub): \(all.map(\.finding))")
        }
    }

    /// Helm itself says what it would keep.
    @Test func theRecordIsAsLargeAsHelmMakesIt() async throws {
        let fleet = try #require(Self.fleet)
        let runner = try RealThings.runner()
        let record = try await runner.check(
            Invocation(
                "helm",
                [
                    "install", "chart-large", "helm-charts/chart-large", "--namespace", "chart-large",
                    "--dry-run=client",
                    "--output", "json", "--values", "config/clusters/earth/chart-large.values.yaml",
                ], workingDirectory: fleet.folder.path))
        let packed = try await runner.check(
            Invocation("gzip", ["-9", "-c"], standardInput: record.standardOutput))
        let size = (packed.standardOutput.count + 2) / 3 * 4 / 1024
        let finding = try #require(
            try await fleet.findings().first {
                $0.release == "earth/chart-large" && $0.finding.rule == "objects/large-record"
            }?.finding)
        let said = finding.message.firstMatch(of: /some ([0-9]+) KiB/).flatMap { Int($0.output.1) } ?? 0
        #expect(abs(said - size) * 100 < size * 3, "\(said) KiB is said, and helm makes \(size)")
    }

    /// A fault in what a secret makes is found, and none of the secret is said.
    @Test func noSecretIsSaid() async throws {
        let secret = "config/clusters/earth/enc-a.secret.values.yaml"
        let fleet = try ShopFleet(
            hubs: ["a": "extraEnv: []\n"],
            files: [
                secret: ProbeFleet.sealed(
                    "claim:\n  mount: canary-0001-secret\n  class: canary-0002-secret\nprobe: canary-0003-secret\n"
                        + "side:\n  image: canary-0004-secret\n")
            ])
        let cluster = "config/clusters/earth/cluster.yaml"
        let text = try String(contentsOfFile: "\(fleet.folder.path)/\(cluster)", encoding: .utf8)
        try fleet.folder.write([
            cluster: text.replacing("[a.values.yaml]", with: "[a.values.yaml, enc-a.secret.values.yaml]")
        ])
        let findings = try await fleet.findings(runner: try await ProbeFleet().runner())
        let rules = Set(findings.map(\.finding.rule))
        #expect(
            rules.isSuperset(of: [
                "objects/no-claim", "objects/no-storage-class", "objects/no-port", "objects/image-without-tag",
            ]))
        for (finding, _) in findings { #expect(Canaries.found(in: "\(finding)") == [], "\(finding)") }
        let places = Set(
            findings.filter { $0.finding.rule != "rendering/users-pods" }.map(\.finding.location.description))
        #expect(places.contains("\(secret):3:10"), "\(places)")
        #expect(try Canaries.found(below: fleet.cache.path) == [])
    }
}
