import FleetModel
import Foundation

/// Reads and decrypts the layers of a hub and merges them.
package struct ValuesLoader: Sendable {
    /// A hub's values, and what is wrong with the files that they come from.
    package struct Loaded: Sendable {
        package let values: EffectiveValues
        package let findings: [Finding]
    }

    private let sops: Sops

    package init(sops: Sops) {
        self.sops = sops
    }

    package func load(_ hub: Hub, of cluster: Cluster, root: String) async -> Loaded {
        var (files, findings) = LayerFiles.list(for: hub, of: cluster, root: root)
        var layers: [Layer] = []
        for file in files {
            let (layer, found) = await load(file, root: root)
            findings += found
            if let layer { layers.append(layer) }
        }
        return Loaded(values: EffectiveValues(layers: layers), findings: findings.sorted())
    }

    private func load(_ file: LayerFile, root: String) async -> (Layer?, [Finding]) {
        let path = "\(root)/\(file.file)"
        let place = SourceLocation(file: file.file)
        guard let bytes = FileReading.contents(path) else {
            return (
                nil,
                [
                    Finding(
                        rule: "values/missing-file", "this cannot be read, is no plain file, or is larger than 32 MiB",
                        at: place)
                ]
            )
        }
        guard !file.file.hasSuffix(".jsonnet") else {
            let message = "jsonnet values are not rendered yet, so what this file sets is missing"
            return (nil, [Finding(.warning, rule: "values/jsonnet", message, at: place)])
        }
        guard file.kind == .encrypted else {
            let document = YAMLReader.read(bytes, file: file.file)
            let (values, findings) = layerValues(document, nesting: file.nesting, at: place)
            return (Layer(kind: file.kind, file: file.file, values: values), findings)
        }
        return await loadEncrypted(file, bytes: bytes, root: root)
    }

    private func loadEncrypted(_ file: LayerFile, bytes: Data, root: String) async -> (Layer?, [Finding]) {
        let place = SourceLocation(file: file.file)
        let closed = YAMLReader.read(bytes, file: file.file, hidesScalars: true)
        guard closed.root?["sops"]?.map != nil else {
            let finding = Finding(
                rule: "values/not-encrypted", "this file is named a secret, but is not encrypted with sops",
                advice: "encrypt it, and replace what it holds if it was ever pushed", at: place)
            let (values, _) = layerValues(closed, nesting: file.nesting, at: place)
            return (Layer(kind: .encrypted, file: file.file, values: values), closed.findings + [finding])
        }
        var document = closed
        var reason: String?
        switch await sops.decrypt("\(root)/\(file.file)") {
        case .decrypted(let clear):
            let open = YAMLReader.read(clear, file: file.file, hidesScalars: true)
            let root = closed.root.map { root in open.root.map { $0.withPlaces(of: root) } } ?? open.root
            document = YAMLReader.Document(root: root, findings: open.findings)
        case .locked(let why): reason = why
        }
        let (values, findings) = layerValues(document, nesting: file.nesting, at: place)
        let layer = Layer(
            kind: .encrypted, file: file.file, values: reason == nil ? values : values.locked, locked: reason)
        return (layer, findings)
    }

    private func layerValues(
        _ document: YAMLReader.Document, nesting: [String], at place: SourceLocation
    ) -> (Value, [Finding]) {
        var findings = document.findings
        var values = Value(.map(ValueMap()), at: place)
        if let root = document.root, !root.isNull {
            if var map = root.map {
                map.remove("sops")
                values = Value(.map(map), at: root.location)
            } else {
                findings.append(
                    Finding(rule: "values/no-map", "a values file must be a map, not \(root.kind)", at: place))
            }
        }
        return (nesting.reversed().reduce(values) { $0.nested(under: $1) }, findings)
    }
}
