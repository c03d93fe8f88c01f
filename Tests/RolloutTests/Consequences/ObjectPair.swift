import FleetModel
import Rollout

/// Two renderings of one release, written as objects.
struct ObjectPair {
    /// What other secrets make of the objects; nil where there are none.
    var varied: (String, String)?
    /// What a second rendering makes of them; nil where nothing is made by chance.
    var again: (String, String)?
    let before: String?
    let after: String

    init(_ before: String?, _ after: String, again: (String, String)? = nil, varied: (String, String)? = nil) {
        self.before = before
        self.after = after
        self.again = again
        self.varied = varied
    }

    func consequences() throws -> [Consequence] {
        let old = try before.map { try Self.sheets($0, again: again?.0, varied: varied?.0) }
        return SheetConsequences.of(old, try Self.sheets(after, again: again?.1, varied: varied?.1))
    }

    /// The classes, those of a first upgrade with a mark.
    func kinds() throws -> [String] {
        try consequences().map { ($0.isOfFirstUpgrade ? "first-upgrade: " : "") + $0.kind.rawValue }
    }

    private static func sheets(_ text: String, again: String?, varied: String?) throws -> [ObjectSheet] {
        func objects(_ text: String) throws -> [KubernetesObject] {
            try Manifest.objects(Array(text.utf8), namespace: "prod")
        }
        let other = try varied.map { Renderings.Varied.rendered(try objects($0)) } ?? .withoutSecrets
        return Renderings(real: try objects(text), again: try objects(again ?? text), varied: other).sheets(
            Renderings.Sealing(seal: { "sealed \($0)" }, tells: { _ in false }))
    }
}

/// Objects as charts write them.
enum Written {
    static func workload(
        _ name: String, kind: String = "Deployment", labels: String = "{}", annotations: String = "{}",
        containers: String = "[{name: c, image: i}]", volumes: String = "[]", more: String = "", spec: String = "x: 1"
    ) -> String {
        """
        ---
        apiVersion: apps/v1
        kind: \(kind)
        metadata: {name: \(name)}
        spec:
          \(spec)
          template:
            metadata: {labels: \(labels), annotations: \(annotations)}
            spec: {containers: \(containers), volumes: \(volumes)\(more)}

        """
    }

    static func object(_ kind: String, _ body: String, name: String = "x", version: String = "v1") -> String {
        """
        ---
        apiVersion: \(version)
        kind: \(kind)
        metadata: {name: \(name)}
        \(body)

        """
    }

    /// A hub that reads its configuration from a Secret.
    static func hub(_ values: String, data: String = "", annotations: String = "{checksum/secret: fixed}") -> String {
        let indented = values.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        return workload(
            "hub", labels: "{component: hub}", annotations: annotations,
            containers: "[{name: hub, image: hub, volumeMounts: [{name: s, mountPath: /s}]}]",
            volumes: "[{name: s, secret: {secretName: hub}}]")
            + object("Secret", "stringData:\n  \(data)\n  values.yaml: |\n\(indented)", name: "hub")
    }
}
