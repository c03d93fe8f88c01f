import FleetTools
import Foundation

extension HostileWay {
    /// What is planted in files and variables.
    package static let canary = "canary-quokka-secret"
    /// The variable of the process that holds it.
    package static let variable = "HUBFLEET_PLANTED"

    /// The parts of what is planted that are in a text. Something may show a piece, and Base64 has three forms of it. No part
    /// can stand in a digest by chance: each has letters that are no hexadecimal digits.
    package static func pieces(in text: String) -> [String] {
        (["canary", "quokka"] + base64Forms(of: "canary-quokka")).filter { text.contains($0) }
    }

    /// The signs in Base64 that a word alone decides, wherever it stands in what is encoded.
    private static func base64Forms(of word: String) -> [String] {
        (0..<3).map { before in
            let bytes = Data(count: before) + Data(word.utf8)
            let signs = Array(bytes.base64EncodedString())
            return String(signs[((before * 8 + 5) / 6)..<(bytes.count * 8 / 6)])
        }
    }

    /// The texts and names of all files below a folder.
    package static func texts(below folder: String) -> [String] {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.compactMap { name in
            FileManager.default.contents(atPath: "\(folder)/\(name)").map { String(decoding: $0, as: UTF8.self) }
        } + names
    }
}

extension HostileWay.Outside {
    /// A fleet in git, and beside it what is none of its. The chart prints all that it gets.
    package static func plant() async throws -> HostileWay.Outside {
        let canary = HostileWay.canary
        let base = try TemporaryFolder()
        let fleet = try base.subfolder("fleet").write([
            "config/clusters/c/cluster.yaml": """
            name: c
            provider: kubeconfig
            metadata: {}
            kubeconfig: {file: enc-k.secret.yaml}
            hubs:
              - {name: prod, domain: hub.example.org, helm_chart: basehub, helm_chart_values_files: [prod.values.yaml]}

            """,
            "config/clusters/c/enc-k.secret.yaml": encrypted("ENC[x]"),
            "config/clusters/c/prod.values.yaml": "own: {y: 1}\n", "fleet.yaml": "{}\n",
            "helm-charts/basehub/Chart.yaml": "apiVersion: v2\nname: basehub\nversion: 0.1.0\n",
            "helm-charts/basehub/values.yaml": "own: {x: 0}\n",
            "helm-charts/basehub/templates/x.yaml": """
            kind: ConfigMap
            apiVersion: v1
            metadata: {name: all}
            data:
              values: {{ toJson .Values | quote }}
              {{- range $path, $bytes := .Files.Glob "**" }}
              {{ sha256sum $path }}: {{ toString $bytes | quote }}
              {{- end }}

            """,
        ])
        let chart = "apiVersion: v2\nname: \(canary)\nversion: 1.0.0\n"
        try base.subfolder("outside").write([
            "plain.yaml": "own: {x: \(canary)}\n\(canary): [}\n",
            "enc.secret.yaml": encrypted(canary),
            "git": "[user]\n\tname = \(canary)\n[core]\n\tcommentString = \(canary)\n",
            "cluster.yaml": "name: outside\nprovider: local\nhubs: [{name: \(canary)}]\n\(canary): 1\n",
            "fleet.yaml": "\(canary): 1\n", "schema.yaml": "{type: object, required: [\(canary)]}\n",
            "schema.json": "{\"type\": \"object\", \"required\": [\"\(canary)\"]}\n",
            "code.libsonnet": "{ own: { x: '\(canary)' } }", "chart/Chart.yaml": chart,
            "chart/values.yaml": "x: \(canary)\n", "chart/templates/x.yaml": "", "charts/sub/Chart.yaml": chart,
            "charts/sub/values.yaml": "x: \(canary)\n",
        ])
        try await RealThings.runner().check(
            Invocation("tar", ["-czf", "\(base.path)/outside/chart.tgz", "-C", "\(base.path)/outside", "chart"]))
        try await fleet.commitAll("base")
        let settings = try fleet.read(".git/config")
        try fleet.write([".git/config": settings + "[http]\n\textraheader = \(canary)\n"])
        return HostileWay.Outside(base: base.path, fleet: fleet, keeper: base)
    }

    private static func encrypted(_ value: String) -> String {
        "own: \(value)\nsops: {mac: m, version: 3, lastmodified: t}\n"
    }

    /// What is kept for other runs is kept here.
    package var cache: String { "\(base)/cache" }
}
